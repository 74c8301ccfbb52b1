#include "gateway/testing/fake_network.h"

#include <grpcpp/grpcpp.h>

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gateway/service.h"
#include "network/common/check.h"
#include "network/msp/testing/signed_proposal.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/configtx.pb.h"
#include "protos/common/configuration.pb.h"
#include "protos/google/rpc/status.pb.h"
#include "protos/orderer/configuration.pb.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/configuration.pb.h"
#include "protos/peer/policy.pb.h"

namespace suyuan {
namespace {

TlsIdentity TlsOf(const TestOrganization& organization, const std::string& name) {
  const TestCertificate issued = organization.tls_ca().IssueTls(name);
  return {issued.certificate->ToPem(), issued.key->ToPem()};
}

std::unique_ptr<RpcServer> StartServer(const std::string& listen, const TlsIdentity& tls,
                                       const std::vector<grpc::Service*>& services) {
  RpcServerOptions options;
  options.listen = listen;
  options.tls = tls;
  auto server = RpcServer::Start(options, services);
  SUYUAN_CHECK(server.ok());
  return *std::move(server);
}

void SetValue(::common::ConfigGroup* group, const std::string& key,
              const google::protobuf::Message& value) {
  ::common::ConfigValue& entry = (*group->mutable_values())[key];
  entry.set_value(value.SerializeAsString());
  entry.set_mod_policy("Admins");
}

void SetSignaturePolicy(::common::ConfigGroup* group, const std::string& key,
                        const std::string& msp_id, ::common::MSPRole::MSPRoleType role) {
  ::common::ConfigPolicy& entry = (*group->mutable_policies())[key];
  entry.set_mod_policy("Admins");
  entry.mutable_policy()->set_type(::common::Policy::SIGNATURE);
  const std::string organization[] = {msp_id};
  entry.mutable_policy()->set_value(AnyOf(organization, role).SerializeAsString());
}

void SetMetaPolicies(::common::ConfigGroup* group) {
  for (const char* key : {"Readers", "Writers", "Admins", "Endorsement", "LifecycleEndorsement"}) {
    ::common::ImplicitMetaPolicy meta;
    const std::string name = key;
    meta.set_sub_policy(name == "LifecycleEndorsement" ? "Endorsement" : name);
    meta.set_rule(name == "Readers" || name == "Writers" ? ::common::ImplicitMetaPolicy::ANY
                                                         : ::common::ImplicitMetaPolicy::MAJORITY);
    ::common::ConfigPolicy& entry = (*group->mutable_policies())[name];
    entry.set_mod_policy("Admins");
    entry.mutable_policy()->set_type(::common::Policy::IMPLICIT_META);
    entry.mutable_policy()->set_value(meta.SerializeAsString());
  }
  group->set_mod_policy("Admins");
}

::common::ConfigGroup Member(const TestOrganization& organization) {
  ::common::ConfigGroup group;
  group.set_mod_policy("Admins");
  auto fabric = organization.fabric_config();
  if (fabric.tls_root_certs().empty()) fabric.add_tls_root_certs(organization.tls_ca_pem());
  SetValue(&group, "MSP", WrapMspConfig(fabric));
  using Role = ::common::MSPRole;
  SetSignaturePolicy(&group, "Readers", organization.msp_id(), Role::MEMBER);
  SetSignaturePolicy(&group, "Writers", organization.msp_id(), Role::MEMBER);
  SetSignaturePolicy(&group, "Admins", organization.msp_id(), Role::ADMIN);
  SetSignaturePolicy(&group, "Endorsement", organization.msp_id(), Role::PEER);
  return group;
}

}  // namespace

struct FakePeer::State {
  absl::Mutex mutex;
  std::string config_block ABSL_GUARDED_BY(mutex);
  Propose propose ABSL_GUARDED_BY(mutex);
  int proposals ABSL_GUARDED_BY(mutex) = 0;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  bool stock ABSL_GUARDED_BY(mutex) = false;
  std::map<std::string, ::suyuan::peer::DefinitionReply> definitions ABSL_GUARDED_BY(mutex);
  std::map<std::string, ::suyuan::peer::TransactionStatusReply> statuses ABSL_GUARDED_BY(mutex);
  std::vector<::suyuan::peer::ChannelUpdate> updates ABSL_GUARDED_BY(mutex);  // blocks 1, 2, ...
  std::vector<::common::Block> blocks ABSL_GUARDED_BY(mutex);

  ::suyuan::peer::ProposeReply Ask(const ::protos::SignedProposal& proposal) {
    Propose answer;
    {
      absl::MutexLock lock(&mutex);
      ++proposals;
      answer = propose;
    }
    return answer(proposal);
  }

  // Waits for block `number`; false when the call or the peer ends.
  bool AwaitBlock(uint64_t number, grpc::ServerContext* context) ABSL_LOCKS_EXCLUDED(mutex) {
    absl::MutexLock lock(&mutex);
    while (!stopping && !context->IsCancelled() && updates.size() < number) {
      auto ready = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex) {
        return stopping || updates.size() >= number;
      };
      mutex.AwaitWithTimeout(absl::Condition(&ready), absl::Milliseconds(20));
    }
    return !stopping && !context->IsCancelled();
  }
};

class FakePeer::Link final : public ::suyuan::peer::PeerLink::Service {
 public:
  explicit Link(State* state) : state_(state) {}
  grpc::Status Propose(grpc::ServerContext*, const ::protos::SignedProposal* request,
                       ::suyuan::peer::ProposeReply* reply) override {
    *reply = state_->Ask(*request);
    return grpc::Status::OK;
  }
  grpc::Status Watch(grpc::ServerContext* context,
                     const ::suyuan::peer::SignedWatchRequest* request,
                     grpc::ServerWriter<::suyuan::peer::ChannelUpdate>* writer) override {
    ::suyuan::peer::WatchRequest watch;
    watch.ParseFromString(request->request());
    if (watch.channel_id() != kTestChannel) {
      return {grpc::StatusCode::PERMISSION_DENIED, "unknown channel"};
    }
    ::suyuan::peer::ChannelUpdate first;
    uint64_t next;
    {
      absl::MutexLock lock(&state_->mutex);
      if (state_->stock) return {grpc::StatusCode::UNIMPLEMENTED, "unknown service"};
      const uint64_t height = state_->updates.size() + 1;
      first.set_height(height);
      first.set_has_chaincodes(true);
      for (const auto& [name, definition] : state_->definitions) first.add_chaincodes(name);
      first.set_config_block(state_->config_block);
      next =
          watch.start_block() == 0 || watch.start_block() > height ? height : watch.start_block();
    }
    if (!writer->Write(first)) return grpc::Status::OK;
    for (;; ++next) {
      if (!state_->AwaitBlock(next, context)) return {grpc::StatusCode::UNAVAILABLE, "stopping"};
      ::suyuan::peer::ChannelUpdate update;
      {
        absl::MutexLock lock(&state_->mutex);
        update = state_->updates[next - 1];
      }
      if (!writer->Write(update)) return grpc::Status::OK;
    }
  }
  grpc::Status TransactionStatus(grpc::ServerContext*,
                                 const ::suyuan::peer::TransactionStatusRequest* request,
                                 ::suyuan::peer::TransactionStatusReply* reply) override {
    absl::MutexLock lock(&state_->mutex);
    auto it = state_->statuses.find(request->tx_id());
    if (it != state_->statuses.end()) *reply = it->second;
    return grpc::Status::OK;
  }
  grpc::Status Definition(grpc::ServerContext*, const ::suyuan::peer::DefinitionRequest* request,
                          ::suyuan::peer::DefinitionReply* reply) override {
    absl::MutexLock lock(&state_->mutex);
    auto it = state_->definitions.find(request->name());
    if (it != state_->definitions.end()) *reply = it->second;
    return grpc::Status::OK;
  }

 private:
  State* const state_;
};

class FakePeer::Endorser final : public ::protos::Endorser::Service {
 public:
  explicit Endorser(State* state) : state_(state) {}
  grpc::Status ProcessProposal(grpc::ServerContext*, const ::protos::SignedProposal* request,
                               ::protos::ProposalResponse* response) override {
    auto reply = state_->Ask(*request);
    if (reply.code() != 0) return {static_cast<grpc::StatusCode>(reply.code()), reply.error()};
    *response = reply.response();
    return grpc::Status::OK;
  }

 private:
  State* const state_;
};

class FakePeer::Blocks final : public ::protos::Deliver::Service {
 public:
  explicit Blocks(State* state) : state_(state) {}
  grpc::Status Deliver(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<::protos::DeliverResponse, ::common::Envelope>* stream) override {
    ::common::Envelope envelope;
    if (!stream->Read(&envelope)) return grpc::Status::OK;
    ::common::Payload payload;
    ::orderer::SeekInfo seek;
    payload.ParseFromString(envelope.payload());
    seek.ParseFromString(payload.data());
    for (uint64_t next = std::max<uint64_t>(1, seek.start().specified().number());; ++next) {
      if (!state_->AwaitBlock(next, context)) return grpc::Status::OK;
      ::protos::DeliverResponse response;
      {
        absl::MutexLock lock(&state_->mutex);
        *response.mutable_block() = state_->blocks[next - 1];
      }
      if (!stream->Write(response)) return grpc::Status::OK;
    }
  }

 private:
  State* const state_;
};

FakePeer::FakePeer(const TestOrganization& organization, const std::string& listen)
    : tls_(TlsOf(organization, "peer0")), listen_(listen), state_(std::make_unique<State>()) {
  services_.push_back(std::make_unique<Link>(state_.get()));
  services_.push_back(std::make_unique<Endorser>(state_.get()));
  services_.push_back(std::make_unique<Blocks>(state_.get()));
  Serve();
}

FakePeer::~FakePeer() { StopServing(); }

std::string FakePeer::endpoint() const { return absl::StrCat("127.0.0.1:", port_); }

void FakePeer::Serve() {
  {
    absl::MutexLock lock(&state_->mutex);
    state_->stopping = false;
  }
  std::vector<grpc::Service*> services;
  for (auto& service : services_) services.push_back(service.get());
  server_ = StartServer(listen_, tls_, services);
  port_ = server_->port();
  listen_ = endpoint();
}

void FakePeer::StopServing() {
  {
    absl::MutexLock lock(&state_->mutex);
    state_->stopping = true;
  }
  server_.reset();
}

int FakePeer::proposals() {
  absl::MutexLock lock(&state_->mutex);
  return state_->proposals;
}

void FakePeer::BeStock() {
  absl::MutexLock lock(&state_->mutex);
  state_->stock = true;
}
void FakePeer::SetConfigBlock(::common::Block block) {
  absl::MutexLock lock(&state_->mutex);
  state_->config_block = block.SerializeAsString();
}

void FakePeer::SetPropose(Propose propose) {
  absl::MutexLock lock(&state_->mutex);
  state_->propose = std::move(propose);
}

void FakePeer::SetDefinition(const std::string& name,
                             const ::suyuan::peer::DefinitionReply& definition) {
  absl::MutexLock lock(&state_->mutex);
  state_->definitions[name] = definition;
}

void FakePeer::SetStatus(const std::string& tx_id, ::protos::TxValidationCode code,
                         uint64_t block) {
  absl::MutexLock lock(&state_->mutex);
  auto& status = state_->statuses[tx_id];
  status.set_found(true);
  status.set_code(code);
  status.set_block_number(block);
}

void FakePeer::Commit(
    const std::vector<std::pair<std::string, ::protos::TxValidationCode>>& transactions,
    ::common::Block block) {
  absl::MutexLock lock(&state_->mutex);
  ::suyuan::peer::ChannelUpdate update;
  const uint64_t number = state_->updates.size() + 1;
  update.set_height(number + 1);
  update.set_has_block(true);
  update.set_block_number(number);
  for (const auto& [tx_id, code] : transactions) {
    auto* transaction = update.add_transactions();
    transaction->set_tx_id(tx_id);
    transaction->set_code(code);
  }
  block.mutable_header()->set_number(number);
  state_->updates.push_back(std::move(update));
  state_->blocks.push_back(std::move(block));
}

::suyuan::peer::ProposeReply EndorsedReply(const std::string& endorser, const std::string& result) {
  ::protos::ChaincodeAction action;
  action.mutable_response()->set_status(200);
  action.mutable_response()->set_payload(result);
  ::protos::ProposalResponsePayload payload;
  payload.set_extension(action.SerializeAsString());
  ::suyuan::peer::ProposeReply reply;
  auto* response = reply.mutable_response();
  response->mutable_response()->set_status(200);
  response->mutable_response()->set_payload(result);
  response->set_payload(payload.SerializeAsString());
  response->mutable_endorsement()->set_endorser(endorser);
  response->mutable_endorsement()->set_signature("signature of " + endorser);
  return reply;
}

class FakeOrderer::Service final : public ::orderer::AtomicBroadcast::Service {
 public:
  grpc::Status Broadcast(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<::orderer::BroadcastResponse, ::common::Envelope>* stream) override {
    {
      absl::MutexLock lock(&mutex_);
      ++streams_;
    }
    ::common::Envelope envelope;
    while (stream->Read(&envelope)) {
      ::orderer::BroadcastResponse response;
      response.set_status(::common::SUCCESS);
      absl::Duration delay;
      {
        absl::MutexLock lock(&mutex_);
        ++received_;
        last_envelope_ = envelope.SerializeAsString();
        delay = delay_;
        AwaitNotStalled(context);
        auto it = answers_.find(envelope.signature());
        if (it != answers_.end()) response = it->second;
      }
      absl::SleepFor(delay);
      if (!stream->Write(response) || response.status() != ::common::SUCCESS) break;
    }
    return grpc::Status::OK;
  }

  void AwaitNotStalled(grpc::ServerContext* context) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    auto go_on = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !stalled_; };
    while (stalled_ && !context->IsCancelled()) {
      mutex_.AwaitWithTimeout(absl::Condition(&go_on), absl::Milliseconds(20));
    }
  }

  absl::Mutex mutex_;
  std::string last_envelope_ ABSL_GUARDED_BY(mutex_);
  absl::Duration delay_ ABSL_GUARDED_BY(mutex_);
  bool stalled_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, ::orderer::BroadcastResponse> answers_ ABSL_GUARDED_BY(mutex_);
  int received_ ABSL_GUARDED_BY(mutex_) = 0;
  int streams_ ABSL_GUARDED_BY(mutex_) = 0;
};

FakeOrderer::FakeOrderer(const TestOrganization& organization)
    : tls_(TlsOf(organization, "orderer0")), service_(std::make_unique<Service>()) {
  Serve();
}
FakeOrderer::~FakeOrderer() { StopServing(); }
std::string FakeOrderer::endpoint() const { return absl::StrCat("127.0.0.1:", port_); }
void FakeOrderer::Serve() {
  server_ = StartServer(endpoint(), tls_, {service_.get()});
  port_ = server_->port();
}
void FakeOrderer::StopServing() {
  if (server_ != nullptr) server_->Stop(absl::ZeroDuration());
  server_.reset();
}
void FakeOrderer::Answer(const std::string& signature, ::common::Status status,
                         const std::string& info) {
  absl::MutexLock lock(&service_->mutex_);
  service_->answers_[signature].set_status(status);
  service_->answers_[signature].set_info(info);
}
void FakeOrderer::Stall(bool stalled) {
  absl::MutexLock lock(&service_->mutex_);
  service_->stalled_ = stalled;
}
std::string FakeOrderer::LastEnvelope() {
  absl::MutexLock lock(&service_->mutex_);
  return service_->last_envelope_;
}
void FakeOrderer::Delay(absl::Duration delay) {
  absl::MutexLock lock(&service_->mutex_);
  service_->delay_ = delay;
}
int FakeOrderer::received() {
  absl::MutexLock lock(&service_->mutex_);
  return service_->received_;
}
int FakeOrderer::streams() {
  absl::MutexLock lock(&service_->mutex_);
  return service_->streams_;
}

std::vector<::gateway::ErrorDetail> Details(const grpc::Status& status) {
  ::google::rpc::Status rich;
  rich.ParseFromString(status.error_details());
  std::vector<::gateway::ErrorDetail> out;
  for (const auto& any : rich.details()) any.UnpackTo(&out.emplace_back());
  return out;
}

std::string Told(const grpc::Status& status) {
  if (status.ok()) return "OK";
  return absl::StrCat(static_cast<int>(status.error_code()), " ", status.error_message());
}

FakeNetwork::FakeNetwork(const FakeNetworkOptions& options)
    : peer1(std::make_unique<FakePeer>(org1)),
      peer2(std::make_unique<FakePeer>(org2)),
      orderer(std::make_unique<FakeOrderer>(orderers)),
      client(org1.NewClient()),
      identity_(org1.NewPeer("gateway0")),
      workers_(std::make_unique<ThreadPool>(2)),
      registry_(std::make_unique<prometheus::Registry>()) {
  for (int i = 1; i < options.orderers; ++i) {
    more_orderers.push_back(std::make_unique<FakeOrderer>(orderers));
  }
  for (FakePeer* peer : {peer1.get(), peer2.get()}) {
    peer->SetConfigBlock(ConfigBlock());
    peer->SetDefinition("asset", BothOrganizations());
  }
  peer1->SetPropose([](const auto&) { return EndorsedReply("peer one", "result"); });
  peer2->SetPropose([](const auto&) { return EndorsedReply("peer two", "result"); });
  const TlsIdentity tls = TlsOf(org1, "gateway0");
  nodes_ = std::make_unique<NodePool>(tls, options.orderer_timeout);
  channels_ = std::make_unique<Channels>(ChannelViewDeps{
      nodes_.get(), identity_, {{peer1->endpoint(), "Org1MSP", org1.tls_ca_pem(), true}}});
  meter_ = std::make_unique<CallMeter>(registry_.get(), 100);
  deps_ = {channels_.get(), workers_.get(), identity_, absl::Seconds(30), options.submit_timeout};
  sessions_ = SessionServer::Make();
  service_ = MakeGatewayService(deps_, meter_.get(), sessions_.get());
  server_ = StartServer("127.0.0.1:0", tls, {service_.get(), sessions_->service()});
  stub_ = ::gateway::Gateway::NewStub(Connect());
}

std::shared_ptr<grpc::Channel> FakeNetwork::Connect() const {
  return MakeChannel(server_->address(), MakeChannelCredentials(org1.tls_ca_pem(), nullptr), "");
}

FakeNetwork::~FakeNetwork() {
  channels_->Stop();
  nodes_->ShutdownAfter(absl::Seconds(1));
  server_.reset();
  channels_.reset();
}

::protos::SignedProposal FakeNetwork::Proposal(const std::string& chaincode, bool transient,
                                               const std::string& channel) {
  TestProposal proposal{.channel_id = channel, .chaincode = chaincode};
  if (transient) proposal.transient["k"] = "v";
  return SignProposal(proposal, *client);
}

::gateway::SignedCommitStatusRequest FakeNetwork::StatusRequest(const std::string& tx_id,
                                                                const std::string& channel) {
  ::gateway::CommitStatusRequest request;
  request.set_transaction_id(tx_id);
  request.set_channel_id(channel);
  request.set_identity(client->serialized());
  ::gateway::SignedCommitStatusRequest out;
  out.set_request(request.SerializeAsString());
  out.set_signature(*client->Sign({out.request()}));
  return out;
}

bool FakeNetwork::AwaitPeers() {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (absl::Now() < deadline) {
    ChannelViewPtr view;
    absl::Notification found;
    channels_->Find(kTestChannel, [&](absl::StatusOr<ChannelViewPtr> v) {
      if (v.ok()) view = *v;
      found.Notify();
    });
    found.WaitForNotification();
    size_t live = 0;
    if (view != nullptr) {
      for (const PeerState& peer : view->Peers()) live += peer.reach == PeerReach::kLive;
    }
    if (live == 2) return true;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return false;
}

::suyuan::peer::DefinitionReply FakeNetwork::BothOrganizations() {
  ::protos::ApplicationPolicy policy;
  *policy.mutable_signature_policy() = *ParsePolicy("AND('Org1MSP.peer', 'Org2MSP.peer')");
  ::suyuan::peer::DefinitionReply out;
  out.set_found(true);
  out.set_sequence(1);
  out.set_version("1.0");
  out.set_validation_parameter(policy.SerializeAsString());
  return out;
}

::common::Block FakeNetwork::ConfigBlock() const {
  ::common::ConfigEnvelope envelope;
  auto* root = envelope.mutable_config()->mutable_channel_group();
  SetMetaPolicies(root);
  ::common::HashingAlgorithm hashing;
  hashing.set_name("SHA256");
  SetValue(root, "HashingAlgorithm", hashing);
  ::common::BlockDataHashingStructure structure;
  structure.set_width(4294967295u);
  SetValue(root, "BlockDataHashingStructure", structure);

  auto& ordering = (*root->mutable_groups())["Orderer"];
  SetMetaPolicies(&ordering);
  ::orderer::ConsensusType consensus;
  consensus.set_type("solo");
  SetValue(&ordering, "ConsensusType", consensus);
  ::orderer::BatchSize size;
  size.set_max_message_count(10);
  size.set_absolute_max_bytes(1 << 20);
  size.set_preferred_max_bytes(1 << 19);
  SetValue(&ordering, "BatchSize", size);
  ::orderer::BatchTimeout timeout;
  timeout.set_timeout("200ms");
  SetValue(&ordering, "BatchTimeout", timeout);
  auto member = Member(orderers);
  ::common::OrdererAddresses endpoints;
  endpoints.add_addresses(orderer->endpoint());
  for (const auto& another : more_orderers) endpoints.add_addresses(another->endpoint());
  SetValue(&member, "Endpoints", endpoints);
  (*ordering.mutable_groups())["supervisor"] = member;

  auto& application = (*root->mutable_groups())["Application"];
  SetMetaPolicies(&application);
  for (const auto& [organization, peer] :
       {std::pair{&org1, peer1.get()}, std::pair{&org2, peer2.get()}}) {
    auto group = Member(*organization);
    ::protos::AnchorPeers anchors;
    auto* anchor = anchors.add_anchor_peers();
    anchor->set_host("127.0.0.1");
    anchor->set_port(peer->port());
    SetValue(&group, "AnchorPeers", anchors);
    (*application.mutable_groups())[organization->msp_id()] = group;
  }

  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(::common::CONFIG, kTestChannel, "", absl::UnixEpoch()).SerializeAsString());
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(client->serialized());
  payload.mutable_header()->set_signature_header(signature_header.SerializeAsString());
  payload.set_data(envelope.SerializeAsString());
  ::common::Envelope outer;
  outer.set_payload(payload.SerializeAsString());
  return MakeBlock(0, "", {outer.SerializeAsString()});
}

}  // namespace suyuan
