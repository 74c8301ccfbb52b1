#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/deliver/admin_check.h"
#include "network/orderer/engine.h"
#include "network/orderer/services.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/status_mapping.h"
#include "protos/suyuan/participation.grpc.pb.h"

namespace suyuan {
namespace {

namespace wire = ::suyuan::orderer;

constexpr absl::Duration kEngineTimeout = absl::Seconds(15);

wire::ChannelInfo Info(OrderingChannel& channel) {
  wire::ChannelInfo info;
  info.set_name(channel.id());
  info.set_height(channel.blocks().Height());
  const absl::Status health = channel.Health();
  info.set_status(health.ok() ? "active" : "inactive");
  if (!health.ok()) info.set_trouble(std::string(health.message()));
  const OrderingStatus status = channel.status();
  info.set_consensus_relation(status.relation);
  info.set_consensus_type(status.consensus_type);
  info.set_leader(status.leadership.leader);
  info.set_address(status.name);
  info.set_first_kept(status.etcd.first_kept);
  for (const std::string& name : status.etcd.live) info.add_live(name);
  return info;
}

class Participation final : public wire::Participation::CallbackService {
 public:
  explicit Participation(ParticipationDeps deps)
      : deps_(std::move(deps)), admins_(deps_.msp, deps_.clock) {}

  grpc::ServerUnaryReactor* Join(grpc::CallbackServerContext* context,
                                 const wire::SignedRequest* request,
                                 wire::ChannelInfo* response) override {
    return Answer(context, "Join", request, [this, response](const auto& asked) -> absl::Status {
      SUYUAN_ASSIGN_OR_RETURN(const auto genesis,
                              ParseProto<::common::Block>(asked.genesis_block(), "genesis_block"));
      SUYUAN_ASSIGN_OR_RETURN(const auto newest,
                              ParseProto<::common::Block>(asked.config_block(), "config_block"));
      SUYUAN_ASSIGN_OR_RETURN(
          const auto channel,
          deps_.channels->Join(genesis, asked.config_block().empty() ? nullptr : &newest));
      *response = Info(*channel);
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context,
                                 const wire::SignedRequest* request,
                                 wire::ChannelList* response) override {
    return Answer(context, "List", request, [this, response](const auto&) -> absl::Status {
      for (const auto& channel : deps_.channels->All()) *response->add_channels() = Info(*channel);
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* Remove(grpc::CallbackServerContext* context,
                                   const wire::SignedRequest* request,
                                   wire::ChannelInfo* response) override {
    return Answer(context, "Remove", request, [this, response](const auto& asked) -> absl::Status {
      if (const auto channel = deps_.channels->Find(asked.channel_id())) *response = Info(*channel);
      SUYUAN_RETURN_IF_ERROR(deps_.channels->Remove(asked.channel_id()));
      response->set_status("inactive");
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* Engine(grpc::CallbackServerContext* context,
                                   const wire::SignedRequest* request,
                                   wire::EngineStatus* response) override {
    return AnswerEngine(context, "Engine", request, response,
                        [](EtcdClient&, const auto&) { return absl::OkStatus(); });
  }

  grpc::ServerUnaryReactor* AddEngineMember(grpc::CallbackServerContext* context,
                                            const wire::SignedRequest* request,
                                            wire::EngineStatus* response) override {
    return AnswerEngine(context, "AddEngineMember", request, response,
                        [](EtcdClient& etcd, const auto& asked) {
                          return suyuan::AddEngineMember(etcd, asked.peer_url(), EngineDeadline());
                        });
  }

  grpc::ServerUnaryReactor* PromoteEngineMember(grpc::CallbackServerContext* context,
                                                const wire::SignedRequest* request,
                                                wire::EngineStatus* response) override {
    return AnswerEngine(
        context, "PromoteEngineMember", request, response, [](EtcdClient& etcd, const auto& asked) {
          return suyuan::PromoteEngineMember(etcd, asked.member_id(), EngineDeadline());
        });
  }

  grpc::ServerUnaryReactor* RemoveEngineMember(grpc::CallbackServerContext* context,
                                               const wire::SignedRequest* request,
                                               wire::EngineStatus* response) override {
    return AnswerEngine(
        context, "RemoveEngineMember", request, response, [](EtcdClient& etcd, const auto& asked) {
          return suyuan::RemoveEngineMember(etcd, asked.member_id(), EngineDeadline());
        });
  }

  grpc::ServerUnaryReactor* ClearSpaceAlarm(grpc::CallbackServerContext* context,
                                            const wire::SignedRequest* request,
                                            wire::EngineStatus* response) override {
    return AnswerEngine(context, "ClearSpaceAlarm", request, response,
                        [](EtcdClient& etcd, const auto&) {
                          return suyuan::ClearSpaceAlarm(etcd, EngineDeadline());
                        });
  }

 private:
  static absl::Time EngineDeadline() { return absl::Now() + kEngineTimeout; }

  // `change`, then how the engine stands.
  template <typename Change>
  grpc::ServerUnaryReactor* AnswerEngine(grpc::CallbackServerContext* context, const char* method,
                                         const wire::SignedRequest* request,
                                         wire::EngineStatus* response, Change change) {
    return Answer(
        context, method, request, [this, response, change](const auto& asked) -> absl::Status {
          if (deps_.etcd == nullptr) {
            return absl::FailedPreconditionError(
                "this orderer orders alone: it has no etcd cluster");
          }
          SUYUAN_RETURN_IF_ERROR(change(*deps_.etcd, asked));
          SUYUAN_ASSIGN_OR_RETURN(*response, DescribeEngine(*deps_.etcd, EngineDeadline()));
          return absl::OkStatus();
        });
  }

  // Signature checks and disk writes belong on the pool.
  template <typename Body>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const char* method,
                                   const wire::SignedRequest* request, Body body) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    deps_.pool->Submit([this, method, request, reactor, body = std::move(body)] {
      const auto asked = admins_.Admit<wire::ParticipationRequest>(request->request(),
                                                                   request->signature(), method);
      reactor->Finish(ToGrpc(asked.ok() ? body(*asked) : asked.status()));
    });
    return reactor;
  }

  const ParticipationDeps deps_;
  const AdminCheck admins_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeParticipation(ParticipationDeps deps) {
  return std::make_unique<Participation>(std::move(deps));
}

}  // namespace suyuan
