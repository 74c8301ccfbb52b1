#include "gateway/channel_view.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/timer.h"

namespace suyuan {
namespace {

constexpr absl::Duration kSweepEvery = absl::Seconds(1);
constexpr size_t kMaxRules = 1000;
// How long, and how far behind, a peer is waited for: it usually is a moment.
constexpr absl::Duration kWaitForHeight = absl::Seconds(2);
constexpr uint64_t kWorthWaitingBlocks = 10;

void AddMissingRoots(const Msp& msp, std::string* roots) {
  for (const std::string& pem : msp.tls_root_certs_pem()) {
    if (!absl::StrContains(*roots, absl::StripAsciiWhitespace(pem))) {
      absl::StrAppend(roots, "\n", pem);
    }
  }
}

PeerReach ReachAfter(const absl::Status& status) {
  if (absl::IsUnimplemented(status)) return PeerReach::kSilent;
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) return PeerReach::kFailed;
  return PeerReach::kRefused;
}

}  // namespace

ChannelView::ChannelView(std::string channel_id, ChannelViewDeps deps)
    : channel_id_(std::move(channel_id)), deps_(std::move(deps)) {}

void ChannelView::Start() {
  for (const PeerAddress& address : deps_.own_peers) AddPeer(address);
  {
    absl::MutexLock lock(&mutex_);
    asking_ = true;
  }
  WakeWaiters();
  ScheduleSweep();
}

void ChannelView::Stop() {
  std::vector<std::shared_ptr<PeerWatch>> watches;
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_) {
      // Whoever took the view just before it was given up is told why it was.
      verdict_ = Knowledge();
      if (verdict_.ok() || absl::IsCancelled(verdict_)) {
        verdict_ = absl::UnavailableError("the gateway is stopping");
      }
    }
    stopped_ = true;
    for (Entry& entry : peers_) watches.push_back(entry.watch);
  }
  for (auto& watch : watches) watch->Stop();
  Release([](const HeightWaiter&) { return true; });
  WakeWaiters();
}

void ChannelView::WhenKnown(Ready ready) {
  absl::Status now;
  {
    absl::MutexLock lock(&mutex_);
    now = Knowledge();
    if (absl::IsCancelled(now)) {
      waiting_.push_back(std::move(ready));
      return;
    }
  }
  ready(now);
}

ChannelConfigPtr ChannelView::config() const {
  absl::MutexLock lock(&mutex_);
  return config_;
}

std::vector<PeerState> ChannelView::Peers() const {
  absl::MutexLock lock(&mutex_);
  std::vector<PeerState> out;
  out.reserve(peers_.size());
  for (const Entry& entry : peers_) out.push_back(entry.state);
  return out;
}

std::vector<OrdererClientPtr> ChannelView::Orderers() const {
  absl::MutexLock lock(&mutex_);
  return orderers_;
}

void ChannelView::OrdererAnswered(const OrdererClientPtr& orderer) {
  absl::MutexLock lock(&mutex_);
  auto it = std::find(orderers_.begin(), orderers_.end(), orderer);
  if (it != orderers_.end()) std::rotate(orderers_.begin(), it, it + 1);
}

void ChannelView::OrdererFailed(const OrdererClientPtr& orderer) {
  absl::MutexLock lock(&mutex_);
  auto it = std::find(orderers_.begin(), orderers_.end(), orderer);
  if (it != orderers_.end()) std::rotate(it, it + 1, orderers_.end());
}

uint64_t ChannelView::height() const {
  absl::MutexLock lock(&mutex_);
  uint64_t height = 0;
  for (const Entry& entry : peers_) {
    if (entry.state.own) height = std::max(height, entry.state.height);
  }
  return height;
}

absl::Status ChannelView::Knowledge() const {
  if (stopped_) return verdict_;
  if (connected_) return absl::OkStatus();
  if (config_ != nullptr) return absl::CancelledError();
  if (!config_error_.ok()) {
    return absl::UnavailableError(absl::StrCat("failed to get config for channel [", channel_id_,
                                               "]: ", config_error_.message()));
  }
  if (!asking_) return absl::CancelledError();
  std::vector<std::string> reasons;
  bool refused = false;
  for (const Entry& entry : peers_) {
    // A live one has sent the configuration: it is about to be applied.
    if (entry.state.reach == PeerReach::kConnecting || entry.state.reach == PeerReach::kLive) {
      return absl::CancelledError();
    }
    refused |= entry.state.reach != PeerReach::kFailed;
    reasons.push_back(absl::StrCat(entry.state.endpoint, ": ", entry.state.why));
  }
  const std::string text = absl::StrCat("failed to get config for channel [", channel_id_,
                                        "]: ", absl::StrJoin(reasons, "; "));
  return refused ? absl::NotFoundError(text) : absl::UnavailableError(text);
}

void ChannelView::WakeWaiters() {
  std::vector<Ready> due;
  absl::Status now;
  {
    absl::MutexLock lock(&mutex_);
    now = Knowledge();
    if (absl::IsCancelled(now)) return;
    due.swap(waiting_);
  }
  for (Ready& ready : due) ready(now);
}

void ChannelView::AddPeer(const PeerAddress& address) {
  const std::string endpoint = address.endpoint;
  PeerClientPtr client = deps_.nodes->Peer(address);
  auto weak = weak_from_this();
  PeerWatchEvents events;
  events.update = [weak, endpoint](const ::suyuan::peer::ChannelUpdate& update) {
    if (auto self = weak.lock()) self->OnUpdate(endpoint, update);
  };
  events.broken = [weak, endpoint](const absl::Status& status) {
    if (auto self = weak.lock()) self->OnBroken(endpoint, status);
  };
  events.start_block = [weak, own = address.own]() -> uint64_t {
    auto self = weak.lock();
    return self != nullptr && own ? self->commits_.next_block() : 0;
  };
  auto watch = std::make_shared<PeerWatch>(client, channel_id_, deps_.identity, std::move(events));
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return;
    if (FindPeer(endpoint) != nullptr) return;
    Entry entry;
    entry.state.client = std::move(client);
    entry.state.endpoint = endpoint;
    entry.state.msp_id = address.msp_id;
    entry.state.own = address.own;
    entry.watch = watch;
    peers_.push_back(std::move(entry));
  }
  watch->Start();
}

PeerState* ChannelView::FindPeer(const std::string& endpoint) {
  for (Entry& entry : peers_) {
    if (entry.state.endpoint == endpoint) return &entry.state;
  }
  return nullptr;
}

void ChannelView::OnUpdate(const std::string& endpoint,
                           const ::suyuan::peer::ChannelUpdate& update) {
  bool own = false, back = false;
  {
    absl::MutexLock lock(&mutex_);
    PeerState* const state = FindPeer(endpoint);
    if (state == nullptr) return;
    own = state->own;
    back = state->reach != PeerReach::kLive;
    state->reach = PeerReach::kLive;
    state->why.clear();
    state->height = update.height();
    if (update.has_chaincodes()) {
      state->chaincodes = std::make_shared<const std::set<std::string>>(update.chaincodes().begin(),
                                                                        update.chaincodes().end());
    }
    if (update.definitions_changed()) {
      ++generation_;
      definitions_.clear();
      rules_.clear();
    }
  }
  if (back) {
    log_.Info("peer is reachable",
              {{"channel", channel_id_}, {"peer", endpoint}, {"height", update.height()}});
  }
  Release([&](const HeightWaiter& waiter) {
    return waiter.endpoint == endpoint && waiter.height <= update.height();
  });
  if (!own) return;  // what other organisations say decides nothing
  commits_.Follow(update.height());
  if (!update.config_block().empty()) ApplyConfig(update.config_block());
  if (update.has_block()) {
    for (const std::string& tx_id : commits_.Report(update.block_number(), update.transactions())) {
      AskLedgerForBoard(tx_id);
    }
  }
}

void ChannelView::OnBroken(const std::string& endpoint, const absl::Status& status) {
  bool changed = false;
  {
    absl::MutexLock lock(&mutex_);
    for (Entry& entry : peers_) {
      if (entry.state.endpoint != endpoint) continue;
      const PeerReach reach = ReachAfter(status);
      changed = entry.state.reach != reach;
      entry.state.reach = reach;
      entry.state.why = std::string(status.message());
    }
  }
  if (changed) {
    log_.Warn("peer cannot be followed",
              {{"channel", channel_id_}, {"peer", endpoint}, {"reason", status}});
  }
  Release([&](const HeightWaiter& waiter) { return waiter.endpoint == endpoint; });
  WakeWaiters();
}

void ChannelView::WhenPeerHas(const std::string& endpoint, uint64_t height,
                              std::function<void()> go) {
  uint64_t id = 0;
  {
    absl::MutexLock lock(&mutex_);
    const PeerState* const state = FindPeer(endpoint);
    if (!stopped_ && state != nullptr && state->reach == PeerReach::kLive &&
        state->height < height && height - state->height <= kWorthWaitingBlocks) {
      id = next_waiter_++;
      height_waiters_.push_back({id, endpoint, height, std::move(go)});
    }
  }
  if (id == 0) return go();
  RunAfter(kWaitForHeight, [weak = weak_from_this(), id] {
    if (auto self = weak.lock()) {
      self->Release([id](const HeightWaiter& waiter) { return waiter.id == id; });
    }
  });
}

void ChannelView::Release(const std::function<bool(const HeightWaiter&)>& due) {
  std::vector<std::function<void()>> released;
  {
    absl::MutexLock lock(&mutex_);
    auto kept = std::stable_partition(height_waiters_.begin(), height_waiters_.end(),
                                      [&](const HeightWaiter& waiter) { return !due(waiter); });
    for (auto it = kept; it != height_waiters_.end(); ++it) released.push_back(std::move(it->go));
    height_waiters_.erase(kept, height_waiters_.end());
  }
  for (auto& go : released) go();
}

void ChannelView::MarkUnreachable(const std::string& endpoint, const std::string& why) {
  absl::MutexLock lock(&mutex_);
  for (Entry& entry : peers_) {
    if (entry.state.endpoint != endpoint || entry.state.reach != PeerReach::kConnecting) continue;
    entry.state.reach = PeerReach::kFailed;
    entry.state.why = why;
  }
}

void ChannelView::ApplyConfig(const std::string& config_block) {
  auto block = ParseProto<::common::Block>(config_block, "config block");
  auto config = block.ok() ? ChannelConfig::FromBlock(*block) : block.status();
  if (!config.ok()) {
    log_.Error("configuration of a channel is not understood",
               {{"channel", channel_id_}, {"reason", config.status()}});
    {
      absl::MutexLock lock(&mutex_);
      config_error_ = config.status();
    }
    return WakeWaiters();
  }
  {
    absl::MutexLock lock(&mutex_);
    if (config_ != nullptr && config_->sequence() >= (*config)->sequence()) return;
    config_ = *config;
    ++generation_;
    rules_.clear();
  }
  ConnectOrderers(**config);
  ConnectPeers(**config);
  {
    absl::MutexLock lock(&mutex_);
    connected_ = true;
  }
  log_.Info("channel is known", {{"channel", channel_id_}, {"sequence", (*config)->sequence()}});
  WakeWaiters();
}

// Own peers come with the roots of the gateway's file; those that the channel knows by
// now count too.
std::vector<PeerAddress> ChannelView::WantedPeers(const ChannelConfig& config) const {
  std::vector<PeerAddress> wanted = deps_.own_peers;
  if (const Msp* own = config.msps()->Find(deps_.identity->msp_id()); own != nullptr) {
    for (PeerAddress& peer : wanted) AddMissingRoots(*own, &peer.tls_roots_pem);
  }
  if (config.application() == nullptr) return wanted;
  for (const auto& [group, organization] : config.application()->organizations) {
    const Msp* msp = config.msps()->Find(organization.msp_id);
    if (msp == nullptr) continue;
    for (const HostPort& peer : organization.anchor_peers) {
      std::string endpoint = absl::StrCat(peer.host, ":", peer.port);
      const bool known = std::any_of(wanted.begin(), wanted.end(),
                                     [&](const auto& a) { return a.endpoint == endpoint; });
      if (known) continue;
      wanted.push_back({std::move(endpoint), organization.msp_id, TlsRootsPem(*msp),
                        organization.msp_id == deps_.identity->msp_id()});
    }
  }
  return wanted;
}

void ChannelView::ConnectPeers(const ChannelConfig& config) {
  const std::vector<PeerAddress> wanted = WantedPeers(config);
  std::vector<std::shared_ptr<PeerWatch>> gone;
  {
    absl::MutexLock lock(&mutex_);
    // A peer whose organisation has renewed its TLS roots is met anew.
    auto dropped = std::stable_partition(peers_.begin(), peers_.end(), [&](const Entry& entry) {
      const PeerAddress& known = entry.state.client->address();
      return std::any_of(wanted.begin(), wanted.end(), [&](const PeerAddress& a) {
        return a.endpoint == known.endpoint && a.tls_roots_pem == known.tls_roots_pem;
      });
    });
    for (auto it = dropped; it != peers_.end(); ++it) gone.push_back(it->watch);
    peers_.erase(dropped, peers_.end());
  }
  for (auto& watch : gone) watch->Stop();
  for (const PeerAddress& address : wanted) AddPeer(address);
}

void ChannelView::ConnectOrderers(const ChannelConfig& config) {
  std::vector<OrdererClientPtr> orderers;
  if (config.orderer() != nullptr) {
    std::string all_roots, some_msp_id;
    for (const auto& [group, organization] : config.orderer()->organizations) {
      const Msp* msp = config.msps()->Find(organization.msp_id);
      if (msp == nullptr) continue;
      some_msp_id = organization.msp_id;
      all_roots += TlsRootsPem(*msp);
      for (const std::string& endpoint : organization.orderer_endpoints) {
        orderers.push_back(
            deps_.nodes->Orderer({endpoint, organization.msp_id, TlsRootsPem(*msp)}));
      }
    }
    // The channel-wide list of older configurations, when the organisations have none.
    if (orderers.empty()) {
      for (const std::string& endpoint : config.orderer_addresses()) {
        orderers.push_back(deps_.nodes->Orderer({endpoint, some_msp_id, all_roots}));
      }
    }
  }
  // Gateways start with different ones.
  std::shuffle(orderers.begin(), orderers.end(), std::mt19937(std::random_device()()));
  absl::MutexLock lock(&mutex_);
  std::vector<OrdererClientPtr> known;
  for (const auto& orderer : orderers_) {
    auto it = std::find(orderers.begin(), orderers.end(), orderer);
    if (it == orderers.end()) continue;
    known.push_back(orderer);
    orderers.erase(it);
  }
  known.insert(known.end(), orderers.begin(), orderers.end());
  orderers_ = std::move(known);
}

std::vector<PeerClientPtr> ChannelView::OwnPeersByHeight() const {
  std::vector<PeerState> peers = Peers();
  SortPeers(&peers);
  std::vector<PeerClientPtr> out;
  for (const PeerState& peer : peers) {
    if (peer.own && Usable(peer)) out.push_back(peer.client);
  }
  return out;
}

void ChannelView::FindRule(
    const ::protos::ChaincodeInterest& interest,
    std::function<void(absl::StatusOr<std::shared_ptr<const EndorsementRule>>)> done) {
  std::shared_ptr<const EndorsementRule> known;
  {
    absl::MutexLock lock(&mutex_);
    auto it = rules_.find(interest.SerializeAsString());
    if (it != rules_.end()) known = it->second;
  }
  if (known != nullptr) return done(std::move(known));
  GatherDefinitions(std::make_shared<const ::protos::ChaincodeInterest>(interest), std::move(done));
}

void ChannelView::GatherDefinitions(
    std::shared_ptr<const ::protos::ChaincodeInterest> interest,
    std::function<void(absl::StatusOr<std::shared_ptr<const EndorsementRule>>)> done) {
  Definitions definitions;
  std::string missing;
  ChannelConfigPtr config;
  uint64_t generation;
  {
    absl::MutexLock lock(&mutex_);
    definitions = definitions_;
    config = config_;
    generation = generation_;
  }
  if (config == nullptr) return done(absl::UnavailableError("channel is not known yet"));
  for (const auto& call : interest->chaincodes()) {
    if (!IsSystemChaincode(call.name()) && !definitions.count(call.name())) missing = call.name();
  }
  if (missing.empty()) {
    auto rule = RuleFor(*interest, definitions, *config);
    if (!rule.ok()) return done(rule.status());
    auto shared = std::make_shared<const EndorsementRule>(*std::move(rule));
    {
      absl::MutexLock lock(&mutex_);
      if (rules_.size() >= kMaxRules) rules_.clear();
      if (generation == generation_) rules_[interest->SerializeAsString()] = shared;
    }
    return done(std::move(shared));
  }
  FetchDefinition(
      missing, OwnPeersByHeight(),
      [self = shared_from_this(), interest, missing, generation,
       done = std::move(done)](absl::StatusOr<::suyuan::peer::DefinitionReply> reply) mutable {
        if (!reply.ok()) return done(reply.status());
        if (!reply->found()) {
          return done(absl::NotFoundError(absl::StrCat(
              "No metadata was found for chaincode ", missing, " in channel ", self->channel_id_)));
        }
        {
          // An answer from before a change must not outlive it: it would be kept until
          // the next one. It is asked for again.
          absl::MutexLock lock(&self->mutex_);
          if (generation == self->generation_) self->definitions_[missing] = *std::move(reply);
        }
        self->GatherDefinitions(std::move(interest), std::move(done));
      });
}

void ChannelView::FetchDefinition(
    const std::string& name, std::vector<PeerClientPtr> peers,
    std::function<void(absl::StatusOr<::suyuan::peer::DefinitionReply>)> done) {
  if (peers.empty()) {
    return done(absl::UnavailableError("no peer of the gateway's organisation can be asked"));
  }
  PeerClientPtr peer = peers.front();
  peers.erase(peers.begin());
  peer->Definition(
      channel_id_, name, CallScope{},
      [self = shared_from_this(), peer, name, peers = std::move(peers),
       done = std::move(done)](absl::StatusOr<::suyuan::peer::DefinitionReply> reply) mutable {
        if (reply.ok() || peers.empty()) return done(std::move(reply));
        self->FetchDefinition(name, std::move(peers), std::move(done));
      });
}

void ChannelView::AskLedger(
    const std::string& tx_id,
    std::function<void(absl::StatusOr<::suyuan::peer::TransactionStatusReply>)> done) {
  auto peers = OwnPeersByHeight();
  if (peers.empty()) {
    return done(absl::UnavailableError("no peer of the gateway's organisation can be asked"));
  }
  PeerClientPtr peer = peers.front();
  peer->TransactionStatus(
      channel_id_, tx_id, CallScope{},
      [peer, done = std::move(done)](absl::StatusOr<::suyuan::peer::TransactionStatusReply> reply) {
        done(std::move(reply));
      });
}

void ChannelView::AskLedgerForBoard(const std::string& tx_id) {
  AskLedger(tx_id, [self = shared_from_this(),
                    tx_id](absl::StatusOr<::suyuan::peer::TransactionStatusReply> reply) {
    // When nobody could be asked, the next sweep asks again.
    if (reply.ok() && reply->found()) {
      self->commits_.Tell(tx_id, {reply->code(), reply->block_number()});
    }
  });
}

void ChannelView::ScheduleSweep() {
  RunAfter(kSweepEvery, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self == nullptr) return;
    {
      absl::MutexLock lock(&self->mutex_);
      if (self->stopped_) return;
    }
    for (const std::string& tx_id : self->commits_.Overdue(absl::Now() - absl::Seconds(2))) {
      self->AskLedgerForBoard(tx_id);
    }
    self->ScheduleSweep();
  });
}

}  // namespace suyuan
