#include "network/peer/node.h"

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/channel/certificates.h"
#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

size_t PoolSize(int64_t wanted) {
  return wanted > 0 ? static_cast<size_t>(wanted) : std::thread::hardware_concurrency();
}

absl::StatusOr<std::shared_ptr<const Msp>> LoadMsp(const PeerOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(options.msp));
  SUYUAN_ASSIGN_OR_RETURN(const auto config, ParseProto<::msp::MSPConfig>(bytes, "MSPConfig"),
                          options.msp.string());
  SUYUAN_ASSIGN_OR_RETURN(auto msp, Msp::Create(config), options.msp.string());
  if (msp->id() != options.msp_id) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.msp.string(), ": is of ", msp->id(), ", not of ", options.msp_id));
  }
  return msp;
}

absl::StatusOr<std::shared_ptr<const SigningIdentity>> LoadSigner(const PeerOptions& options,
                                                                  const Msp& msp) {
  const std::string file = options.identity_certificate.string();
  SUYUAN_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(options.identity_certificate));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(options.identity_key));
  SUYUAN_ASSIGN_OR_RETURN(auto signer,
                          MakeSigningIdentity(options.msp_id, certificate, key, msp.hash_family()),
                          absl::StrCat(file, ", ", options.identity_key.string()));
  SUYUAN_ASSIGN_OR_RETURN(const IdentityPtr identity, msp.Deserialize(signer->serialized()), file);
  SUYUAN_RETURN_IF_ERROR(msp.Validate(*identity), file);
  return signer;
}

}  // namespace

absl::StatusOr<PeerIdentity> LoadPeerIdentity(const PeerOptions& options) {
  PeerIdentity identity;
  SUYUAN_ASSIGN_OR_RETURN(identity.msp, LoadMsp(options));
  SUYUAN_ASSIGN_OR_RETURN(identity.signer, LoadSigner(options, *identity.msp));
  SUYUAN_ASSIGN_OR_RETURN(identity.tls, LoadTlsIdentity(options.tls_certificate, options.tls_key));
  return identity;
}

absl::StatusOr<std::unique_ptr<PeerNode>> PeerNode::Start(const PeerOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(PeerIdentity identity, LoadPeerIdentity(options));
  std::unique_ptr<PeerNode> node(new PeerNode(options, std::move(identity)));
  SUYUAN_RETURN_IF_ERROR(node->OpenChannels());
  SUYUAN_RETURN_IF_ERROR(node->BuildEndorser());
  SUYUAN_RETURN_IF_ERROR(node->JoinConfigured());
  SUYUAN_RETURN_IF_ERROR(node->ServeOperations());
  SUYUAN_RETURN_IF_ERROR(node->WatchCertificates());
  SUYUAN_RETURN_IF_ERROR(node->Serve());
  return node;
}

PeerNode::PeerNode(const PeerOptions& options, PeerIdentity identity)
    : options_(options),
      identity_(std::move(identity)),
      own_(std::make_shared<OwnEndorsements>()),
      registry_(std::make_shared<prometheus::Registry>()),
      metrics_(*registry_),
      pool_(std::make_unique<ThreadPool>(PoolSize(options.limits.threads))) {}

PeerNode::~PeerNode() {
  if (sessions_ != nullptr) sessions_->Drain();
}

absl::Status PeerNode::OpenChannels() {
  ChannelDeps deps{.pool = pool_.get(), .own = own_.get(), .metrics = &metrics_};
  deps.fetcher = BlockFetcherDeps{.signer = identity_.signer,
                                  .tls = identity_.tls,
                                  .own_address = options_.external_endpoint.empty()
                                                     ? options_.listen
                                                     : options_.external_endpoint,
                                  .orderers = options_.orderers,
                                  .neighbours = {.msp_id = options_.msp_id,
                                                 .peers = options_.peers,
                                                 .tls_roots_pem = TlsRootsPem(*identity_.msp)}};
  SUYUAN_ASSIGN_OR_RETURN(channels_,
                          Channels::Open(options_.data_dir / "channels", std::move(deps)));
  return absl::OkStatus();
}

absl::Status PeerNode::BuildEndorser() {
  ChaincodeHostOptions host{.packages_dir = options_.data_dir / "chaincodes",
                            .modules_dir = options_.modules_dir,
                            .execute_timeout = options_.limits.execute_timeout};
  for (const PeerOptions::Chaincode& chaincode : options_.chaincodes) {
    host.local.push_back({chaincode.name, chaincode.module});
  }
  SUYUAN_ASSIGN_OR_RETURN(chaincodes_, ChaincodeHost::Create({.options = std::move(host),
                                                              .msp_id = options_.msp_id,
                                                              .channels = channels_.get(),
                                                              .pool = pool_.get()}));
  system_chaincodes_ = std::make_unique<SystemChaincodes>(SystemChaincodeDeps{
      .channels = channels_.get(), .local_msp = identity_.msp, .chaincodes = chaincodes_.get()});
  chaincodes_->set_system_chaincodes(system_chaincodes_.get());
  endorser_ = std::make_unique<Endorser>(
      EndorserDeps{.channels = channels_.get(),
                   .identity = RememberSignatures(identity_.signer, own_),
                   .local_msp = identity_.msp,
                   .chaincodes = chaincodes_.get(),
                   .system_chaincodes = system_chaincodes_.get(),
                   .pool = pool_.get(),
                   .limits = {.max_in_flight = static_cast<size_t>(options_.limits.endorsements)}});
  return absl::OkStatus();
}

absl::Status PeerNode::JoinConfigured() {
  for (const std::filesystem::path& file : options_.channels) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(file));
    SUYUAN_ASSIGN_OR_RETURN(const auto block, ParseProto<::common::Block>(bytes, "block"),
                            file.string());
    SUYUAN_RETURN_IF_ERROR(channels_->JoinConfigured(block), file.string());
  }
  return absl::OkStatus();
}

absl::Status PeerNode::ServeOperations() {
  SUYUAN_ASSIGN_OR_RETURN(operations_,
                          OperationsServer::Start(options_.operations_listen, registry_));
  operations_->AddHealthCheck("ledger", [this] { return channels_->Health(); });
  return absl::OkStatus();
}

absl::Status PeerNode::Serve() {
  callers_ = std::make_unique<CallerCheck>(identity_.msp);
  endorser_service_ = std::make_unique<EndorserService>(endorser_.get(), &metrics_);
  link_service_ = std::make_unique<LinkService>(LinkServiceDeps{
      .endorser = endorser_.get(),
      .metrics = &metrics_,
      .callers = callers_.get(),
      .watch = {
          .channels = channels_.get(), .pool = pool_.get(), .chaincodes = chaincodes_.get()}});
  deliver_service_ = std::make_unique<PeerDeliverService>(channels_.get(), pool_.get());
  admins_ = std::make_unique<AdminCheck>(identity_.msp);
  admin_service_ = std::make_unique<AdminService>(channels_.get(), admins_.get());
  copy_service_ = std::make_unique<LedgerCopyService>(LedgerCopyDeps{
      .find = [this](const std::string& id) { return FindCopySource(id); },
      .visit_packages = [this](const PackageVisitor& visit) { return VisitPackages(visit); },
      .admins = admins_.get()});
  sessions_ = SessionServer::Make();
  endorser_service_->ServeOn(sessions_.get());
  link_service_->ServeOn(sessions_.get());
  SUYUAN_ASSIGN_OR_RETURN(
      server_,
      RpcServer::Start({.listen = options_.listen, .tls = identity_.tls},
                       {endorser_service_.get(), link_service_.get(), deliver_service_.get(),
                        admin_service_.get(), copy_service_.get(), sessions_->service()}),
      "listen");
  return absl::OkStatus();
}

CopySource PeerNode::FindCopySource(const std::string& channel_id) const {
  const std::shared_ptr<Channel> channel = channels_->Get(channel_id);
  if (channel == nullptr) return {};
  return {channel, &channel->ledger(), &channel->transient()};
}

absl::Status PeerNode::VisitPackages(const PackageVisitor& visit) const {
  PackageStore& packages = chaincodes_->packages();
  for (const auto& package : packages.List()) {
    SUYUAN_ASSIGN_OR_RETURN(std::string content, packages.Read(package->id));
    SUYUAN_RETURN_IF_ERROR(visit(packages.FileName(package->id), std::move(content)));
  }
  return absl::OkStatus();
}

absl::Status PeerNode::WatchCertificates() {
  SUYUAN_ASSIGN_OR_RETURN(auto own, NodeCertificates(options_.identity_certificate,
                                                     options_.tls_certificate, options_.msp));
  certificate_watch_ = std::make_unique<CertificateWatch>(CertificateWatchDeps{
      .registry = registry_, .prefix = "suyuan_peer", .certificates = [this, own] {
        std::vector<WatchedCertificate> all = own;
        for (const std::string& name : channels_->Names()) {
          const auto channel = channels_->Find(name);
          if (channel != nullptr) AppendCaCertificates(*channel->config(), &all);
        }
        return all;
      }});
  return absl::OkStatus();
}

}  // namespace suyuan
