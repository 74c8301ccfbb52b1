// suyuan channel fetch, submit: a configuration's way from the network and back.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/cli/chaincode_client.h"
#include "network/cli/command.h"
#include "network/cli/peer_client.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

struct FetchOptions {
  PeerClientOptions peer;
  std::string channel, block = "config", out;
};

struct SubmitOptions {
  std::string envelope, tls_ca;
  std::vector<std::string> orderers;
  int timeout_s = 30;
};

ProposalSpec Question(const FetchOptions& options) {
  if (options.block == "config") {
    return {.chaincode = "cscc", .args = {"GetConfigBlock", options.channel}};
  }
  return {.channel_id = options.channel,
          .chaincode = "qscc",
          .args = {"GetBlockByNumber", options.channel, options.block}};
}

absl::Status Fetch(const FetchOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const auto peer, PeerClient::Create(options.peer));
  SUYUAN_ASSIGN_OR_RETURN(const ::protos::Response response, peer->Call(Question(options)));
  SUYUAN_ASSIGN_OR_RETURN(const auto block,
                          ParseProto<::common::Block>(response.payload(), "block"));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(options.out, response.payload()));
  std::cout << "block " << block.header().number() << "\n";
  return absl::OkStatus();
}

absl::Status Submit(const SubmitOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(options.envelope));
  SUYUAN_ASSIGN_OR_RETURN(const auto envelope,
                          ParseProto<::common::Envelope>(bytes, options.envelope + ": envelope"));
  std::vector<NodeAddress> addresses;
  for (const std::string& endpoint : options.orderers) {
    addresses.push_back({endpoint, options.tls_ca, ""});
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto orderers, OrdererNodes::Create(addresses));
  SUYUAN_RETURN_IF_ERROR(
      orderers->Broadcast(envelope, absl::Now() + absl::Seconds(options.timeout_s)));
  std::cout << "accepted; in force with the next block\n";
  return absl::OkStatus();
}

}  // namespace

void AddChannelNetworkCommands(CLI::App& app) {
  auto f = std::make_shared<FetchOptions>();
  auto* fetch = Command(app, "channel fetch", "Get the newest config block, or any, from a peer",
                        [=] { return Fetch(*f); });
  AddPeerClientOptions(fetch, &f->peer);
  fetch->add_option("--channel", f->channel, "The channel")->required();
  fetch->add_option("--block", f->block, "config (the newest one; default), or a number");
  fetch->add_option("--out", f->out, "The block file")->required();

  auto s = std::make_shared<SubmitOptions>();
  auto* submit = Command(app, "channel submit", "Send an envelope file to the orderers",
                         [=] { return Submit(*s); });
  submit->add_option("envelope", s->envelope, "From 'channel envelope'")->required();
  submit->add_option("--orderer", s->orderers, "HOST:PORT of an orderer; may be repeated")
      ->required();
  submit->add_option("--tls-ca", s->tls_ca, "TLS root of the orderers' organisation, PEM")
      ->required();
  submit->add_option("--timeout", s->timeout_s, "Seconds to try (30)");
}

}  // namespace suyuan
