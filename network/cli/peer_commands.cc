// suyuan peer: what an organisation's admin does with a running peer.
#include <iostream>
#include <memory>
#include <string>

#include "network/cli/admin_client.h"
#include "network/cli/command.h"
#include "network/cli/peer_client.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/query.pb.h"

namespace suyuan {
namespace {

constexpr char kConfigChaincode[] = "cscc";

absl::Status Join(const PeerClientOptions& options, const std::string& block_file) {
  SUYUAN_ASSIGN_OR_RETURN(std::string block, ReadFile(block_file));
  SUYUAN_RETURN_IF_ERROR(ParseProto<::common::Block>(block, "block"), block_file);
  SUYUAN_ASSIGN_OR_RETURN(const auto peer, PeerClient::Create(options));
  // For the peer, not for a channel: type CONFIG and no channel id, as Fabric's tool sends it.
  SUYUAN_RETURN_IF_ERROR(peer->Call({.type = ::common::CONFIG,
                                     .chaincode = kConfigChaincode,
                                     .args = {"JoinChain", std::move(block)}}));
  std::cout << "joined\n";
  return absl::OkStatus();
}

absl::Status ListChannels(const PeerClientOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto peer, PeerClient::Create(options));
  SUYUAN_ASSIGN_OR_RETURN(const ::protos::Response response,
                          peer->Call({.chaincode = kConfigChaincode, .args = {"GetChannels"}}));
  SUYUAN_ASSIGN_OR_RETURN(const auto channels, ParseProto<::protos::ChannelQueryResponse>(
                                                   response.payload(), "list of channels"));
  for (const auto& channel : channels.channels()) std::cout << channel.channel_id() << "\n";
  return absl::OkStatus();
}

absl::Status Leave(const PeerClientOptions& options, const std::string& channel) {
  SUYUAN_ASSIGN_OR_RETURN(const auto peer, AdminClient::Create(options));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t height, peer->Leave(channel));
  std::cout << "left " << channel << " at height " << height << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddPeerCommands(CLI::App& app) {
  auto options = std::make_shared<PeerClientOptions>();
  auto block = std::make_shared<std::string>();
  CLI::App* join = Command(app, "peer join", "Join a peer to a channel by its genesis block",
                           [=] { return Join(*options, *block); });
  AddPeerClientOptions(join, options.get());
  join->add_option("block", *block, "genesis block of the channel")->required();

  CLI::App* channels = Command(app, "peer channels", "List the channels a peer has joined",
                               [=] { return ListChannels(*options); });
  AddPeerClientOptions(channels, options.get());

  auto left = std::make_shared<std::string>();
  CLI::App* leave = Command(app, "peer leave",
                            "Leave a channel and delete its ledger on this peer, private data "
                            "included",
                            [=] { return Leave(*options, *left); });
  AddPeerClientOptions(leave, options.get());
  leave->add_option("channel", *left, "name of the channel")->required();
}

}  // namespace suyuan
