// suyuan orderer: what an admin of an ordering organisation does with a running orderer.
#include <grpcpp/channel.h>

#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "network/cli/command.h"
#include "network/cli/node_address.h"
#include "network/cli/signer_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/msp/identity.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/credentials.h"
#include "network/rpc/status_mapping.h"
#include "protos/suyuan/participation.grpc.pb.h"

namespace suyuan {
namespace {

namespace wire = ::suyuan::orderer;

constexpr absl::Duration kTimeout = absl::Seconds(30);

struct OrdererClientOptions {
  std::string endpoint, tls_ca, certificate, key, msp_id, server_name;
};

void AddOptions(CLI::App* command, OrdererClientOptions* options) {
  command->add_option("--orderer", options->endpoint, "HOST:PORT of the orderer")->required();
  command->add_option("--tls-ca", options->tls_ca, "TLS root of the orderer's organisation, PEM")
      ->required();
  command->add_option("--cert", options->certificate, "an admin's certificate, PEM")->required();
  command->add_option("--key", options->key, "its private key, PEM")->required();
  command->add_option("--msp-id", options->msp_id, "the orderer's organisation")->required();
  command->add_option("--server-name", options->server_name,
                      "name in the orderer's TLS certificate, when it is not the endpoint's");
}

absl::StatusOr<wire::SignedRequest> Sign(const OrdererClientOptions& options,
                                         wire::ParticipationRequest request) {
  SUYUAN_ASSIGN_OR_RETURN(const auto signer,
                          LoadSigner(options.msp_id, options.certificate, options.key));
  request.set_identity(signer->serialized());
  request.mutable_timestamp()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  wire::SignedRequest signed_request;
  signed_request.set_request(request.SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*signed_request.mutable_signature(),
                          signer->Sign({signed_request.request()}));
  return signed_request;
}

// Signs `request` and calls `method` of the service.
template <typename Response>
absl::StatusOr<Response> Call(const OrdererClientOptions& options,
                              wire::ParticipationRequest request,
                              grpc::Status (wire::Participation::Stub::*method)(
                                  grpc::ClientContext*, const wire::SignedRequest&, Response*)) {
  SUYUAN_ASSIGN_OR_RETURN(const auto channel,
                          DialNode({options.endpoint, options.tls_ca, options.server_name}));
  SUYUAN_ASSIGN_OR_RETURN(const wire::SignedRequest signed_request,
                          Sign(options, std::move(request)));
  auto stub = wire::Participation::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTimeout));
  Response response;
  SUYUAN_RETURN_IF_ERROR(FromGrpc((stub.get()->*method)(&context, signed_request, &response)),
                         absl::StrCat("orderer ", options.endpoint));
  return response;
}

void Print(const wire::ChannelInfo& channel) {
  std::cout << channel.name() << " height=" << channel.height() << " " << channel.status() << " "
            << channel.consensus_relation() << " (" << channel.consensus_type() << ")"
            << (channel.trouble().empty() ? "" : ": " + channel.trouble()) << "\n";
}

absl::Status Join(const OrdererClientOptions& options, const std::string& block_file,
                  const std::string& newest_file) {
  wire::ParticipationRequest request;
  request.set_method("Join");
  SUYUAN_ASSIGN_OR_RETURN(*request.mutable_genesis_block(), ReadFile(block_file));
  SUYUAN_RETURN_IF_ERROR(ParseProto<::common::Block>(request.genesis_block(), "block"), block_file);
  if (!newest_file.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(*request.mutable_config_block(), ReadFile(newest_file));
    SUYUAN_RETURN_IF_ERROR(ParseProto<::common::Block>(request.config_block(), "block"),
                           newest_file);
  }
  SUYUAN_ASSIGN_OR_RETURN(
      const auto channel,
      Call<wire::ChannelInfo>(options, std::move(request), &wire::Participation::Stub::Join));
  Print(channel);
  return absl::OkStatus();
}

absl::Status List(const OrdererClientOptions& options) {
  wire::ParticipationRequest request;
  request.set_method("List");
  SUYUAN_ASSIGN_OR_RETURN(
      const auto list,
      Call<wire::ChannelList>(options, std::move(request), &wire::Participation::Stub::List));
  for (const wire::ChannelInfo& channel : list.channels()) Print(channel);
  return absl::OkStatus();
}

// For people; one line a channel and one a member.
void Print(const wire::EngineStatus& engine) {
  for (const wire::EngineMember& member : engine.members()) {
    std::cout << "etcd " << (member.name().empty() ? "(new)" : member.name())
              << " id=" << member.id() << " " << member.endpoint()
              << " peers=" << absl::StrJoin(member.peer_urls(), ",")
              << (member.learner()  ? " learner"
                  : member.leader() ? " leader"
                                    : " follower")
              << " size=" << member.size_in_use_bytes() << "/" << member.size_bytes()
              << " applied=" << member.applied_index()
              << (member.trouble().empty() ? " well" : " TROUBLE: " + member.trouble()) << "\n";
  }
}

absl::Status ShowStatus(const OrdererClientOptions& options) {
  wire::ParticipationRequest request;
  request.set_method("List");
  SUYUAN_ASSIGN_OR_RETURN(
      const auto list, Call<wire::ChannelList>(options, request, &wire::Participation::Stub::List));
  bool ordered_by_etcd = false;
  for (const wire::ChannelInfo& channel : list.channels()) {
    Print(channel);
    if (channel.consensus_type() != "etcd") continue;
    ordered_by_etcd = true;
    std::cout << "  this orderer: " << (channel.address().empty() ? "-" : channel.address())
              << ", leader: " << (channel.leader().empty() ? "none" : channel.leader())
              << ", etcd keeps from batch " << channel.first_kept() << "\n";
    if (channel.live_size() == 0) continue;
    std::cout << "  live:";
    for (const std::string& name : channel.live()) std::cout << " " << name;
    std::cout << "\n";
  }
  if (!ordered_by_etcd) return absl::OkStatus();
  request.set_method("Engine");
  SUYUAN_ASSIGN_OR_RETURN(
      const auto engine,
      Call<wire::EngineStatus>(options, request, &wire::Participation::Stub::Engine));
  Print(engine);
  return absl::OkStatus();
}

using EngineMethod = grpc::Status (wire::Participation::Stub::*)(grpc::ClientContext*,
                                                                 const wire::SignedRequest&,
                                                                 wire::EngineStatus*);

absl::Status ChangeEngine(const OrdererClientOptions& options, wire::ParticipationRequest request,
                          EngineMethod method) {
  SUYUAN_ASSIGN_OR_RETURN(const auto engine,
                          Call<wire::EngineStatus>(options, std::move(request), method));
  Print(engine);
  return absl::OkStatus();
}

absl::Status Remove(const OrdererClientOptions& options, const std::string& channel_id) {
  wire::ParticipationRequest request;
  request.set_method("Remove");
  request.set_channel_id(channel_id);
  SUYUAN_ASSIGN_OR_RETURN(
      const auto channel,
      Call<wire::ChannelInfo>(options, std::move(request), &wire::Participation::Stub::Remove));
  std::cout << "removed " << channel.name() << " at height " << channel.height() << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddOrdererCommands(CLI::App& app) {
  auto options = std::make_shared<OrdererClientOptions>();
  auto argument = std::make_shared<std::string>();
  auto newest = std::make_shared<std::string>();
  CLI::App* join = Command(app, "orderer join", "Create or join a channel by its genesis block",
                           [=] { return Join(*options, *argument, *newest); });
  AddOptions(join, options.get());
  join->add_option("block", *argument, "genesis block of the channel")->required();
  join->add_option("--config-block", *newest,
                   "the channel's newest configuration block, when others order it already: until "
                   "it has that block the orderer only fetches");

  CLI::App* list = Command(app, "orderer list", "List the channels of an orderer",
                           [=] { return List(*options); });
  AddOptions(list, options.get());

  CLI::App* remove =
      Command(app, "orderer remove", "Leave a channel and delete its blocks on this orderer",
              [=] { return Remove(*options, *argument); });
  AddOptions(remove, options.get());
  remove->add_option("channel", *argument, "name of the channel")->required();

  CLI::App* status =
      Command(app, "orderer status", "Channels, who leads, and the etcd cluster behind them",
              [=] { return ShowStatus(*options); });
  AddOptions(status, options.get());

  auto request = std::make_shared<wire::ParticipationRequest>();
  auto member = std::make_shared<uint64_t>(0);
  const auto engine = [&](const char* name, const char* method, const char* help,
                          EngineMethod call) {
    CLI::App* command = Command(app, absl::StrCat("orderer ", name), help, [=] {
      request->set_method(method);
      request->set_peer_url(*argument);
      request->set_member_id(*member);
      return ChangeEngine(*options, *request, call);
    });
    AddOptions(command, options.get());
    return command;
  };
  engine("add-member", "AddEngineMember",
         "Add an etcd member as learner: start it then, and promote it when it has caught up",
         &wire::Participation::Stub::AddEngineMember)
      ->add_option("peer-url", *argument, "https://HOST:PORT where other members reach it")
      ->required();
  engine("promote-member", "PromoteEngineMember", "Give a learner its vote",
         &wire::Participation::Stub::PromoteEngineMember)
      ->add_option("id", *member, "of the member, as 'orderer status' shows it")
      ->required();
  engine("remove-member", "RemoveEngineMember",
         "Remove an etcd member; refused when the rest would be no majority",
         &wire::Participation::Stub::RemoveEngineMember)
      ->add_option("id", *member, "of the member, as 'orderer status' shows it")
      ->required();
  engine("clear-alarm", "ClearSpaceAlarm",
         "After etcd ran out of space: compact, defragment, take writes again",
         &wire::Participation::Stub::ClearSpaceAlarm);
}

}  // namespace suyuan
