#include "network/peer/admin_service.h"

#include "network/common/status_macros.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {

grpc::ServerUnaryReactor* AdminService::Leave(grpc::CallbackServerContext* context,
                                              const ::suyuan::node::SignedRequest* request,
                                              ::suyuan::node::LeaveReply* reply) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  pool_.Submit(
      [this, request, reply, reactor] { reactor->Finish(ToGrpc(DoLeave(*request, reply))); });
  return reactor;
}

absl::Status AdminService::DoLeave(const ::suyuan::node::SignedRequest& request,
                                   ::suyuan::node::LeaveReply* reply) {
  SUYUAN_ASSIGN_OR_RETURN(const auto asked, admins_->Admit<::suyuan::node::AdminRequest>(
                                                request.request(), request.signature(), "Leave"));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t height, channels_->Leave(asked.channel_id()));
  reply->set_height(height);
  return absl::OkStatus();
}

}  // namespace suyuan
