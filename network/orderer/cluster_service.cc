// suyuan.ordering.Cluster: takes what other orderers of a channel hand over.
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/orderer/consenter_check.h"
#include "network/orderer/services.h"
#include "network/rpc/server.h"
#include "network/rpc/status_mapping.h"
#include "protos/suyuan/ordering_cluster.grpc.pb.h"

namespace suyuan {
namespace {

using ordering::ForwardReply;
using ordering::ForwardRequest;

class ClusterService final : public ordering::Cluster::CallbackService {
 public:
  explicit ClusterService(ClusterDeps deps) : deps_(std::move(deps)) {}

  grpc::ServerUnaryReactor* Forward(grpc::CallbackServerContext* context,
                                    const ForwardRequest* request, ForwardReply* reply) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    deps_.pool->Submit([this, context, request, reply, reactor] {
      auto channel = Admit(*context, *request);
      if (!channel.ok()) return reactor->Finish(ToGrpc(channel.status()));
      OrderAll(std::move(*channel), *request, reply, reactor);
    });
    return reactor;
  }

 private:
  absl::StatusOr<std::shared_ptr<OrderingChannel>> Admit(const grpc::ServerContextBase& context,
                                                         const ForwardRequest& request) {
    auto channel = deps_.channels->Find(request.channel_id());
    if (channel == nullptr) {
      return absl::NotFoundError(
          absl::StrCat("this orderer has no channel ", request.channel_id()));
    }
    const auto certificate = CallerCertificate(context);
    absl::Status admitted =
        certificate.ok() ? orderers_.Check(channel->config(), *certificate, deps_.clock->Now())
                         : absl::PermissionDeniedError("only for callers with a TLS certificate");
    if (admitted.ok()) return channel;
    log_.Warn("an orderer was refused", {{"channel", request.channel_id()},
                                         {"caller", context.peer()},
                                         {"reason", admitted.message()}});
    return admitted;
  }

  static void OrderAll(std::shared_ptr<OrderingChannel> channel, const ForwardRequest& request,
                       ForwardReply* reply, grpc::ServerUnaryReactor* reactor) {
    const int count = request.messages_size();
    for (int i = 0; i < count; ++i) reply->add_verdicts();
    if (count == 0) return reactor->Finish(grpc::Status::OK);
    auto left = std::make_shared<std::atomic<int>>(count);
    // Each verdict has its own place, so they may come from several threads.
    for (int i = 0; i < count; ++i) {
      ordering::Verdict* place = reply->mutable_verdicts(i);
      channel->OrderForwarded(request.messages(i),
                              [place, left, reactor](BroadcastVerdict verdict) {
                                place->set_status(verdict.status);
                                place->set_info(std::move(verdict.info));
                                if (left->fetch_sub(1) == 1) reactor->Finish(grpc::Status::OK);
                              });
    }
  }

  const ClusterDeps deps_;
  ConsenterCheck orderers_;
  const Log log_{"orderer"};
};

}  // namespace

std::unique_ptr<grpc::Service> MakeClusterService(ClusterDeps deps) {
  return std::make_unique<ClusterService>(std::move(deps));
}

}  // namespace suyuan
