// suyuan-gateway: lets clients use the network through one address.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <memory>

#include "gateway/call_meter.h"
#include "gateway/channels.h"
#include "gateway/deliver_proxy.h"
#include "gateway/node_pool.h"
#include "gateway/options.h"
#include "gateway/service.h"
#include "network/channel/certificates.h"
#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/common/thread_pool.h"
#include "network/rpc/certificate_watch.h"
#include "network/rpc/operations.h"
#include "network/rpc/server.h"
#include "network/rpc/session_server.h"
#include "network/rpc/timer.h"

namespace suyuan {
namespace {

// How long a gateway that stops waits for what its peers were asked.
constexpr absl::Duration kLongestAnswer = absl::Seconds(5);

absl::StatusOr<std::shared_ptr<const SigningIdentity>> LoadIdentity(const GatewayOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string cert, ReadFile(options.identity_cert));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(options.identity_key));
  SUYUAN_ASSIGN_OR_RETURN(
      auto identity, MakeSigningIdentity(options.msp_id, cert, key),
      absl::StrCat(options.identity_cert.string(), ", ", options.identity_key.string()));
  return identity;
}

absl::StatusOr<std::vector<PeerAddress>> LoadPeers(const GatewayOptions& options) {
  std::vector<PeerAddress> peers;
  for (const auto& peer : options.peers) {
    SUYUAN_ASSIGN_OR_RETURN(std::string roots, ReadFile(peer.tls_ca));
    peers.push_back({peer.endpoint, options.msp_id, std::move(roots), /*own=*/true});
  }
  return peers;
}

// Writes the ready file once the gateway can do its job; until then clients are told
// what is missing.
void WriteWhenHealthy(std::weak_ptr<const std::function<absl::Status()>> attempt) {
  auto write = attempt.lock();
  if (write == nullptr || (*write)().ok()) return;
  RunAfter(absl::Milliseconds(20), [attempt] { WriteWhenHealthy(attempt); });
}

absl::Status Run(const std::string& config_file, const std::string& ready_file) {
  SUYUAN_ASSIGN_OR_RETURN(const GatewayOptions options, LoadGatewayOptions(config_file));
  SUYUAN_RETURN_IF_ERROR(SetLogSpec(options.log_spec), "log");
  SUYUAN_ASSIGN_OR_RETURN(const TlsIdentity tls,
                          LoadTlsIdentity(options.tls_cert, options.tls_key));
  SUYUAN_ASSIGN_OR_RETURN(auto identity, LoadIdentity(options));
  SUYUAN_ASSIGN_OR_RETURN(auto own_peers, LoadPeers(options));

  auto registry = std::make_shared<prometheus::Registry>();
  SUYUAN_ASSIGN_OR_RETURN(auto operations,
                          OperationsServer::Start(options.operations_listen, registry));
  ThreadPool workers(static_cast<size_t>(options.workers));
  NodePool nodes(tls, options.orderer_timeout);
  Channels channels({&nodes, identity, own_peers});
  CallMeter meter(registry.get(), options.max_in_flight);
  const CallDeps deps{&channels, &workers, identity, options.endorsement_timeout,
                      options.broadcast_timeout};
  const auto sessions = SessionServer::Make();
  auto service = MakeGatewayService(deps, &meter, sessions.get());
  auto deliver = MakeDeliverProxy([&channels]() -> std::shared_ptr<grpc::Channel> {
    auto peer = channels.OwnPeer();
    return peer == nullptr ? nullptr : peer->channel();
  });

  RpcServerOptions server_options;
  server_options.listen = options.listen;
  server_options.tls = tls;
  operations->AddHealthCheck("channels", [&channels] { return channels.Health(); });
  SUYUAN_ASSIGN_OR_RETURN(const auto own,
                          NodeCertificates(options.identity_cert, options.tls_cert));
  CertificateWatch certificates(
      {.registry = registry, .prefix = "suyuan_gateway", .certificates = [&channels, own] {
         std::vector<WatchedCertificate> all = own;
         for (const auto& config : channels.Configs()) AppendCaCertificates(*config, &all);
         return all;
       }});
  SUYUAN_ASSIGN_OR_RETURN(
      auto server,
      RpcServer::Start(server_options, {service.get(), deliver.get(), sessions->service()}));
  // From here on peers are spoken to: nothing may fail any more but by Stop().
  for (const std::string& channel : options.channels) channels.Add(channel);
  auto ready = std::make_shared<const std::function<absl::Status()>>([&]() -> absl::Status {
    SUYUAN_RETURN_IF_ERROR(channels.Health());
    return WriteReadyFile(ready_file, server->address(), operations->address());
  });
  WriteWhenHealthy(ready);
  Log("gateway").Info("serving", {{"name", options.name}, {"listen", server->address()}});

  AwaitStopSignal();
  ready.reset();
  // Nobody is cut off, for a call that ends so says nothing of the gateway: what waits for long
  // is ended with a reason, and a peer's answer under way is waited for.
  meter.AwaitAnswered(kStopGrace);
  channels.Stop();
  meter.EndWaiting(absl::UnavailableError("the gateway is stopping"));
  meter.AwaitAnswered(kLongestAnswer);
  sessions->Drain();
  nodes.ShutdownAfter(kStopGrace);
  server->Stop(kStopGrace);
  return absl::OkStatus();
}

}  // namespace
}  // namespace suyuan

int main(int argc, char** argv) {
  suyuan::PrepareProcess();
  CLI::App app("suyuan-gateway: serves Fabric's gateway protocol for one organisation's clients");
  app.name("suyuan-gateway");
  app.footer("Every key of the file is explained in network/OPERATORS.md. SIGTERM stops it.");
  std::string config, ready_file;
  app.add_option("--config", config, "configuration file (gateway.yaml)")->required();
  app.add_option("--ready-file", ready_file, "written when the gateway can do its job");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  const absl::Status status = suyuan::Run(config, ready_file);
  if (status.ok()) return 0;
  std::cerr << "suyuan-gateway: " << status.message() << "\n";
  return 1;
}
