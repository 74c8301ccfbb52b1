// suyuan-orderer: takes envelopes, orders them, signs and delivers blocks.
#include <sys/stat.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <optional>
#include <thread>

#include "absl/time/clock.h"
#include "network/channel/certificates.h"
#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/deliver/admin_check.h"
#include "network/deliver/ledger_copy_service.h"
#include "network/orderer/engine_watch.h"
#include "network/orderer/options.h"
#include "network/orderer/services.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/certificate_watch.h"
#include "network/rpc/operations.h"
#include "network/rpc/server.h"

namespace suyuan {
namespace {

absl::StatusOr<std::shared_ptr<const SigningIdentity>> LoadIdentity(const OrdererOptions& o) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(o.certificate));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(o.key));
  auto identity = MakeSigningIdentity(o.msp_id, certificate, key);
  SUYUAN_RETURN_IF_ERROR(identity.status(),
                         absl::StrCat(o.certificate.string(), ", ", o.key.string()));
  return identity;
}

absl::StatusOr<std::shared_ptr<const Msp>> LoadMsp(const OrdererOptions& o) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(o.msp));
  SUYUAN_ASSIGN_OR_RETURN(const auto config, ParseProto<::msp::MSPConfig>(bytes, "msp.MSPConfig"),
                          o.msp.string());
  SUYUAN_ASSIGN_OR_RETURN(auto msp, Msp::Create(config), o.msp.string());
  if (msp->id() != o.msp_id) {
    return absl::InvalidArgumentError(
        absl::StrCat(o.msp.string(), ": the MSP of ", msp->id(), ", but mspId is ", o.msp_id));
  }
  return msp;
}

absl::Status JoinConfigured(const OrdererOptions& options, OrderingChannels& channels) {
  for (const std::string& file : options.channels) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file));
    SUYUAN_ASSIGN_OR_RETURN(const auto genesis, ParseProto<::common::Block>(bytes, "Block"), file);
    SUYUAN_RETURN_IF_ERROR(channels.JoinConfigured(genesis), file);
  }
  return absl::OkStatus();
}

absl::StatusOr<EtcdOrdering> ConnectEtcd(const OrdererOptions& o) {
  EtcdOrdering ordering;
  if (o.etcd_endpoints.empty()) return ordering;
  EtcdClientOptions options;
  options.endpoints = o.etcd_endpoints;
  SUYUAN_ASSIGN_OR_RETURN(options.roots_pem, ReadFile(o.etcd_ca));
  SUYUAN_ASSIGN_OR_RETURN(const TlsIdentity tls, LoadTlsIdentity(o.etcd_certificate, o.etcd_key));
  options.certificate_pem = tls.certificate_pem;
  options.key_pem = tls.key_pem;
  SUYUAN_ASSIGN_OR_RETURN(ordering.client, EtcdClient::Create(options), "etcd");
  ordering.options.log.prefix = o.etcd_prefix;
  ordering.options.lease_ttl = o.etcd_lease_ttl;
  ordering.options.keep_batches = static_cast<uint64_t>(o.etcd_keep_batches);
  ordering.options.keep_bytes = static_cast<uint64_t>(o.etcd_keep_bytes);
  return ordering;
}

// Ready means that messages can be ordered; but a cluster that cannot agree at the moment
// must not keep this orderer from serving its blocks.
void AwaitAgreement(const OrderingChannels& channels) {
  constexpr absl::Duration kPatience = absl::Seconds(5);
  const absl::Time deadline = absl::Now() + kPatience;
  while (!channels.Health().ok() && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(5));
  }
}

absl::Status Serve(const std::string& config_file, const std::string& ready_file) {
  SUYUAN_ASSIGN_OR_RETURN(const OrdererOptions options, ReadOrdererOptions(config_file));
  SUYUAN_RETURN_IF_ERROR(SetLogSpec(options.log_spec), "log");
  SUYUAN_ASSIGN_OR_RETURN(const auto signer, LoadIdentity(options));
  SUYUAN_ASSIGN_OR_RETURN(const TlsIdentity tls,
                          LoadTlsIdentity(options.tls_certificate, options.tls_key));
  SUYUAN_ASSIGN_OR_RETURN(const auto msp, LoadMsp(options));

  auto registry = std::make_shared<prometheus::Registry>();
  OrdererMetrics metrics(registry);
  OrderingDeps ordering{.signer = signer, .metrics = &metrics};
  ordering.max_pending = static_cast<size_t>(options.max_pending);
  ordering.early_cut_interval = options.early_cut_interval;
  ordering.tls = tls;
  const auto links = OrdererLinks::Create(ordering.tls, options.forward_timeout);
  ordering.links = links.get();
  SUYUAN_ASSIGN_OR_RETURN(ordering.etcd, ConnectEtcd(options));
  SUYUAN_ASSIGN_OR_RETURN(const auto channels,
                          OrderingChannels::Open(options.data_dir / "channels", ordering));
  SUYUAN_RETURN_IF_ERROR(JoinConfigured(options, *channels));

  ThreadPool pool(options.threads > 0 ? static_cast<size_t>(options.threads)
                                      : std::max(1u, std::thread::hardware_concurrency()));
  const auto find = [&channels](const std::string& id) { return channels->Find(id); };
  auto broadcast = BroadcastService::Create({.find = find,
                                             .pool = &pool,
                                             .metrics = &metrics,
                                             .max_streams = static_cast<int>(options.max_streams)});
  auto deliver = DeliverService::Create(
      {.find = find, .pool = &pool, .max_streams = static_cast<int>(options.max_streams)});
  auto atomic_broadcast = MakeAtomicBroadcast(broadcast.get(), deliver.get());
  auto cluster = MakeClusterService({.channels = channels.get(), .pool = &pool});
  auto participation = MakeParticipation(
      {.channels = channels.get(), .msp = msp, .pool = &pool, .etcd = ordering.etcd.client});
  const AdminCheck admins(msp);
  LedgerCopyService copies(
      {.find = [&channels](const std::string& id) { return CopySource{channels->Find(id)}; },
       .admins = &admins});

  SUYUAN_ASSIGN_OR_RETURN(auto operations,
                          OperationsServer::Start(options.operations_listen, registry));
  operations->AddHealthCheck("channels", [&channels] { return channels->Health(); });
  SUYUAN_ASSIGN_OR_RETURN(
      const auto own, NodeCertificates(options.certificate, options.tls_certificate, options.msp));
  CertificateWatch certificates(
      {.registry = registry, .prefix = "suyuan_orderer", .certificates = [&channels, own] {
         std::vector<WatchedCertificate> all = own;
         for (const auto& channel : channels->All()) AppendCaCertificates(*channel->config(), &all);
         return all;
       }});
  SUYUAN_ASSIGN_OR_RETURN(
      auto server,
      RpcServer::Start({.listen = options.listen, .tls = tls},
                       {atomic_broadcast.get(), participation.get(), cluster.get(), &copies}));
  std::optional<EngineWatch> engine;
  if (ordering.etcd.client != nullptr) {
    engine.emplace(EngineWatchDeps{.registry = registry,
                                   .client = ordering.etcd.client,
                                   .endpoint = options.etcd_endpoints.front(),
                                   .warn_bytes = options.etcd_warn_bytes});
  }
  AwaitAgreement(*channels);
  SUYUAN_RETURN_IF_ERROR(WriteReadyFile(ready_file, server->address(), operations->address()));
  const Log log("orderer");
  log.Info("ready", {{"name", options.name},
                     {"listen", server->address()},
                     {"operations", operations->address()},
                     {"channels", channels->All().size()}});
  AwaitStopSignal();
  log.Info("stopping");
  operations.reset();
  channels->Stop();
  server->Stop(kStopGrace);
  return absl::OkStatus();
}

}  // namespace
}  // namespace suyuan

int main(int argc, char** argv) {
  ::umask(0077);  // what a node keeps, it keeps for its own user
  suyuan::PrepareProcess();
  CLI::App app("suyuan-orderer: orders the transactions of its channels into signed blocks");
  app.name("suyuan-orderer");
  app.footer("Every key of the file is explained in network/OPERATORS.md. SIGTERM stops it.");
  std::string config, ready;
  app.add_option("--config", config, "orderer.yaml")->required();
  app.add_option("--ready-file", ready, "written when the orderer can be used");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  const absl::Status status = suyuan::Serve(config, ready);
  if (status.ok()) return 0;
  std::cerr << "suyuan-orderer: " << status.message() << "\n";
  return 1;
}
