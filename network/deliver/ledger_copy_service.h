// suyuan.node.LedgerCopy: a channel's ledger, streamed to an admin while the node works
// on. Served alike by peer and orderer.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "network/common/thread_pool.h"
#include "network/deliver/admin_check.h"
#include "network/deliver/deliver_service.h"
#include "network/ledger/ledger.h"
#include "network/ledger/transient_store.h"
#include "protos/suyuan/node_admin.grpc.pb.h"

namespace suyuan {

// What there is to copy of a channel.
struct CopySource {
  std::shared_ptr<DeliverChannel> channel;  // null: not joined
  // Of a peer; null on an orderer. They live as long as `channel`.
  const Ledger* ledger = nullptr;
  const TransientStore* transient = nullptr;
};

using PackageVisitor =
    std::function<absl::Status(absl::string_view file_name, std::string content)>;

// All outlive the service.
struct LedgerCopyDeps {
  std::function<CopySource(const std::string& channel_id)> find;
  // Visits the installed packages; null on an orderer.
  std::function<absl::Status(const PackageVisitor&)> visit_packages;
  const AdminCheck* admins = nullptr;
  // At one time; each has a thread.
  int max_copies = 2;
};

// A copy holds a megabyte of blocks (or one block, record or package) at a time.
class LedgerCopyService final : public ::suyuan::node::LedgerCopy::CallbackService {
 public:
  explicit LedgerCopyService(LedgerCopyDeps deps);
  ~LedgerCopyService() override;

  grpc::ServerWriteReactor<::suyuan::node::CopyPart>* Copy(
      grpc::CallbackServerContext* context, const ::suyuan::node::SignedRequest* request) override;
  grpc::ServerUnaryReactor* Hashes(grpc::CallbackServerContext* context,
                                   const ::suyuan::node::SignedRequest* request,
                                   ::suyuan::node::LedgerHashes* reply) override;

 private:
  class Call;
  struct Shared;
  absl::Status DoHashes(const ::suyuan::node::SignedRequest& request,
                        ::suyuan::node::LedgerHashes* reply) const;

  const LedgerCopyDeps deps_;
  const std::shared_ptr<Shared> shared_;
  // Apart from the node's pool, which must not wait for a slow reader.
  ThreadPool pool_;
};

}  // namespace suyuan
