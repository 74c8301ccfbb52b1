// suyuan channel fetch, submit: a configuration's way from the network and back.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/cli/block_client.h"
#include "network/cli/chaincode_client.h"
#include "network/cli/command.h"
#include "network/cli/signer_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

struct ReaderOptions {
  std::string cert, key, msp_id;
};

struct FetchOptions {
  ReaderOptions reader;
  std::string peer, orderer, tls_ca, server_name;
  std::string channel, block = "config", out;
};

struct SubmitOptions {
  ReaderOptions reader;
  std::string envelope, tls_ca;
  std::vector<std::string> orderers, peers, peer_tls_cas;
  int timeout_s = 30;
};

absl::StatusOr<::common::Block> FetchFrom(const BlockSource& source, const std::string& which) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  if (which == "config") return FetchConfigBlock(source, deadline);
  if (which == "newest") return FetchNewestBlock(source, deadline);
  uint64_t number = 0;
  if (!absl::SimpleAtoi(which, &number)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--block: '", which, "' is not config, newest or a number"));
  }
  return FetchBlock(source, number, deadline);
}

absl::Status Fetch(const FetchOptions& options) {
  if (options.peer.empty() == options.orderer.empty()) {
    return absl::InvalidArgumentError("give either --peer or --orderer");
  }
  const NodeKind kind = options.peer.empty() ? NodeKind::kOrderer : NodeKind::kPeer;
  const std::string& endpoint = options.peer.empty() ? options.orderer : options.peer;
  SUYUAN_ASSIGN_OR_RETURN(const auto reader, LoadSigner(options.reader.msp_id, options.reader.cert,
                                                        options.reader.key));
  const BlockSource source{
      kind, {endpoint, options.tls_ca, options.server_name}, options.channel, reader};
  SUYUAN_ASSIGN_OR_RETURN(const auto block, FetchFrom(source, options.block));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(options.out, block.SerializeAsString()));
  std::cout << "block " << block.header().number() << "\n";
  return absl::OkStatus();
}

// Streams of the given peers' blocks, begun before anything is sent.
absl::StatusOr<std::vector<std::unique_ptr<ConfigWatch>>> WatchPeers(const SubmitOptions& options,
                                                                     const std::string& channel,
                                                                     absl::Time deadline) {
  std::vector<std::unique_ptr<ConfigWatch>> watches;
  if (options.peers.empty()) return watches;
  if (options.peer_tls_cas.size() != 1 && options.peer_tls_cas.size() != options.peers.size()) {
    return absl::InvalidArgumentError("--peer-tls-ca must be given once, or once for each --peer");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto reader, LoadSigner(options.reader.msp_id, options.reader.cert,
                                                        options.reader.key));
  for (size_t i = 0; i < options.peers.size(); ++i) {
    const std::string& roots = options.peer_tls_cas[options.peer_tls_cas.size() == 1 ? 0 : i];
    const BlockSource source{NodeKind::kPeer, {options.peers[i], roots, ""}, channel, reader};
    SUYUAN_ASSIGN_OR_RETURN(auto watch, ConfigWatch::Start(source, deadline));
    watches.push_back(std::move(watch));
  }
  return watches;
}

absl::StatusOr<std::shared_ptr<OrdererNodes>> Orderers(const SubmitOptions& options) {
  std::vector<NodeAddress> addresses;
  for (const std::string& endpoint : options.orderers) {
    addresses.push_back({endpoint, options.tls_ca, ""});
  }
  return OrdererNodes::Create(addresses);
}

absl::Status Submit(const SubmitOptions& options) {
  constexpr size_t kMaxEnvelopeBytes = 64 << 20;
  const absl::Time deadline = absl::Now() + absl::Seconds(options.timeout_s);
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(options.envelope, kMaxEnvelopeBytes));
  SUYUAN_ASSIGN_OR_RETURN(const auto parsed, ParseEnvelope(bytes), options.envelope);
  if (parsed.channel_header.type() != ::common::CONFIG_UPDATE) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.envelope, ": not a configuration update; see 'suyuan channel envelope'"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto orderers, Orderers(options));
  SUYUAN_ASSIGN_OR_RETURN(const auto watches,
                          WatchPeers(options, parsed.channel_header.channel_id(), deadline));
  SUYUAN_RETURN_IF_ERROR(orderers->Broadcast(parsed.envelope, deadline));
  if (watches.empty()) {
    std::cout << "accepted; in force with the next block\n";
    return absl::OkStatus();
  }
  uint64_t number = 0;
  for (const auto& watch : watches) {
    SUYUAN_ASSIGN_OR_RETURN(const auto block, watch->Await(parsed.envelope));
    number = block.header().number();
  }
  std::cout << "in force since block " << number << "\n";
  return absl::OkStatus();
}

// The identity that reads blocks.
std::vector<CLI::Option*> AddReaderOptions(CLI::App* command, ReaderOptions* o) {
  return {command->add_option("--cert", o->cert, "Certificate of a reader of the channel, PEM"),
          command->add_option("--key", o->key, "Its private key, PEM"),
          command->add_option("--msp-id", o->msp_id, "Organisation of the certificate")};
}

void AddFetch(CLI::App& app) {
  auto f = std::make_shared<FetchOptions>();
  auto* fetch = Command(app, "channel fetch",
                        "Get the newest config block, or any, from a peer or an orderer",
                        [=] { return Fetch(*f); });
  fetch->add_option("--peer", f->peer, "HOST:PORT of a peer");
  fetch->add_option("--orderer", f->orderer, "HOST:PORT of an orderer");
  fetch->add_option("--tls-ca", f->tls_ca, "TLS root of the node's organisation, PEM")->required();
  fetch->add_option("--server-name", f->server_name,
                    "Name in the node's TLS certificate, when it is not the endpoint's");
  for (CLI::Option* option : AddReaderOptions(fetch, &f->reader)) option->required();
  fetch->add_option("--channel", f->channel, "The channel")->required();
  fetch->add_option("--block", f->block,
                    "config (the configuration in force; default), newest, or a number");
  fetch->add_option("--out", f->out, "The block file")->required();
}

void AddSubmit(CLI::App& app) {
  auto s = std::make_shared<SubmitOptions>();
  auto* submit = Command(app, "channel submit",
                         "Send an update's envelope to the orderers; wait until peers have it",
                         [=] { return Submit(*s); });
  submit->add_option("envelope", s->envelope, "From 'channel envelope'")->required();
  submit->add_option("--orderer", s->orderers, "HOST:PORT of an orderer; may be repeated")
      ->required();
  submit->add_option("--tls-ca", s->tls_ca, "TLS root of the orderers' organisation, PEM")
      ->required();
  submit->add_option("--timeout", s->timeout_s, "Seconds to try and to wait (30)")
      ->check(CLI::Range(1, 24 * 3600));
  auto* peers = submit->add_option("--peer", s->peers,
                                   "HOST:PORT of a peer to wait for; may be repeated (none)");
  peers->needs(submit->add_option("--peer-tls-ca", s->peer_tls_cas,
                                  "TLS root of the peer's organisation, PEM; once, or for each"));
  for (CLI::Option* option : AddReaderOptions(submit, &s->reader)) peers->needs(option);
}

}  // namespace

void AddChannelNetworkCommands(CLI::App& app) {
  AddFetch(app);
  AddSubmit(app);
}

}  // namespace suyuan
