// suyuan.node.PeerAdmin: what an admin asks of this peer.
#pragma once

#include "network/common/thread_pool.h"
#include "network/deliver/admin_check.h"
#include "network/peer/channels.h"
#include "protos/suyuan/node_admin.grpc.pb.h"

namespace suyuan {

class AdminService final : public ::suyuan::node::PeerAdmin::CallbackService {
 public:
  // Both outlive the service.
  AdminService(Channels* channels, const AdminCheck* admins)
      : channels_(channels), admins_(admins) {}

  grpc::ServerUnaryReactor* Leave(grpc::CallbackServerContext* context,
                                  const ::suyuan::node::SignedRequest* request,
                                  ::suyuan::node::LeaveReply* reply) override;

 private:
  absl::Status DoLeave(const ::suyuan::node::SignedRequest& request,
                       ::suyuan::node::LeaveReply* reply);

  Channels* const channels_;
  const AdminCheck* const admins_;
  // Of its own: leaving waits for tasks on the peer's pool.
  ThreadPool pool_{1};
};

}  // namespace suyuan
