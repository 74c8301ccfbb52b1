#include "network/orderer/ordering_channel.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/ledger/block_store.h"
#include "network/orderer/batch_cutter.h"
#include "network/orderer/block_maker.h"
#include "network/orderer/consensus/solo.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

constexpr int kOrdererTransaction = 4;  // deprecated in the enum
// Batches under way to the leader; more wait, and grow, here.
constexpr int kMaxUnderWay = 16;
// Fetching what etcd no longer has ends when nothing has come for so long.
constexpr absl::Duration kFetchPatience = absl::Seconds(10);
constexpr absl::Duration kLook = absl::Milliseconds(10);

constexpr char kNoEtcd[] =
    "the channel orders through etcd, but this orderer's configuration has no section 'etcd'";

// In the channel's folder, of an orderer that joined late.
constexpr char kNewestFile[] = "newest-config.block";

absl::Status CheckConsensusType(const ChannelConfig& config) {
  if (config.orderer() == nullptr) {
    return absl::InvalidArgumentError("/Channel/Orderer: the group is absent");
  }
  const std::string& type = config.orderer()->consensus_type;
  if (type == kSoloConsensus || type == kEtcdConsensus) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("/Channel/Orderer/ConsensusType: this orderer runs '", kSoloConsensus, "' and '",
                   kEtcdConsensus, "', not '", type, "'"));
}

BlockStoreOptions StoreOptions(const OrderingDeps& deps) {
  BlockStoreOptions options;
  options.on_sync = [metrics = deps.metrics](absl::Duration took) { metrics->BlockSynced(took); };
  return options;
}

BroadcastVerdict FromStatus(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return {};
    case absl::StatusCode::kPermissionDenied:
      return {::common::FORBIDDEN, absl::StrCat(status.message(), ": permission denied")};
    case absl::StatusCode::kInvalidArgument:
      return {::common::BAD_REQUEST, std::string(status.message())};
    default:
      return {::common::SERVICE_UNAVAILABLE, std::string(status.message())};
  }
}

BroadcastVerdict Unavailable(absl::string_view why) {
  return {::common::SERVICE_UNAVAILABLE, std::string(why)};
}

}  // namespace

absl::StatusOr<std::shared_ptr<OrderingChannel>> OrderingChannel::Create(
    const std::filesystem::path& dir, const ::common::Block& genesis, const ::common::Block* newest,
    const OrderingDeps& deps) {
  SUYUAN_ASSIGN_OR_RETURN(const ChannelConfigPtr config, ChannelConfig::FromBlock(genesis),
                          "genesis block");
  SUYUAN_RETURN_IF_ERROR(CheckConsensusType(*config), "genesis block");
  Newest joined_at;
  if (newest != nullptr) {
    SUYUAN_ASSIGN_OR_RETURN(joined_at, ParseNewest(*newest, config->channel_id()),
                            "newest config block");
    SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
    SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(dir / kNewestFile, newest->SerializeAsString()));
  }
  SUYUAN_ASSIGN_OR_RETURN(auto chain,
                          OrderedChain::Create(dir, genesis, deps.signer, StoreOptions(deps)));
  return std::shared_ptr<OrderingChannel>(
      new OrderingChannel(std::move(chain), std::move(joined_at), deps));
}

absl::StatusOr<std::shared_ptr<OrderingChannel>> OrderingChannel::Open(
    const std::filesystem::path& dir, const OrderingDeps& deps) {
  SUYUAN_ASSIGN_OR_RETURN(auto chain, OrderedChain::Open(dir, deps.signer, StoreOptions(deps)));
  SUYUAN_RETURN_IF_ERROR(CheckConsensusType(*chain->config()));
  SUYUAN_ASSIGN_OR_RETURN(Newest joined_at, ReadNewest(dir, chain->config()->channel_id()));
  return std::shared_ptr<OrderingChannel>(
      new OrderingChannel(std::move(chain), std::move(joined_at), deps));
}

absl::StatusOr<OrderingChannel::Newest> OrderingChannel::ParseNewest(const ::common::Block& block,
                                                                     absl::string_view channel_id) {
  Newest newest{block.header().number(), nullptr};
  SUYUAN_ASSIGN_OR_RETURN(newest.config, ChannelConfig::FromBlock(block));
  if (newest.config->channel_id() == channel_id) return newest;
  return absl::InvalidArgumentError(absl::StrCat("it is of channel '", newest.config->channel_id(),
                                                 "', not of '", channel_id, "'"));
}

absl::StatusOr<OrderingChannel::Newest> OrderingChannel::ReadNewest(
    const std::filesystem::path& dir, absl::string_view channel_id) {
  const std::filesystem::path file = dir / kNewestFile;
  const auto bytes = ReadFile(file);
  if (absl::IsNotFound(bytes.status())) return Newest{};
  SUYUAN_RETURN_IF_ERROR(bytes.status());
  SUYUAN_ASSIGN_OR_RETURN(const auto block, ParseProto<::common::Block>(*bytes, "block"),
                          file.string());
  auto newest = ParseNewest(block, channel_id);
  SUYUAN_RETURN_IF_ERROR(newest.status(), file.string());
  return newest;
}

OrderingChannel::OrderingChannel(std::unique_ptr<OrderedChain> chain, Newest newest,
                                 const OrderingDeps& deps)
    : deps_(deps),
      chain_(std::move(chain)),
      newest_(std::move(newest)),
      id_(chain_->config()->channel_id()),
      figures_(deps_.metrics->ForChannel(id_)) {
  figures_.height.Set(static_cast<double>(chain_->head().height));
  chain_->OnConfigChange([this] {
    absl::MutexLock lock(&mutex_);
    role_may_change_ = true;
  });
  TakeRole();
  absl::MutexLock join(&join_mutex_);
  thread_ = std::thread([this] { Run(); });
}

OrderingChannel::~OrderingChannel() { Stop(); }

void OrderingChannel::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  std::shared_ptr<Consenter> consenter;
  std::shared_ptr<BlockFetcher> fetcher;
  {
    absl::MutexLock join(&join_mutex_);
    if (thread_.joinable()) thread_.join();
  }
  std::deque<Waiting> rest;
  {
    absl::MutexLock lock(&mutex_);
    rest.swap(waiting_);
    consenter = consenter_;
    fetcher = std::move(fetcher_);
  }
  if (consenter != nullptr) consenter->Stop();
  for (Waiting& waiting : rest) waiting.done(Unavailable("the orderer is stopping"));
}

// Roles ----------------------------------------------------------------------

OrderingChannel::Role OrderingChannel::RoleAt(const ChainHead& head) const {
  const ChannelConfig& config = *head.config;
  if (newest_.number > 0 && head.height <= newest_.number) return {Role::kFollower, ""};
  if (config.orderer()->consensus_type == kSoloConsensus) return {Role::kAlone, ""};
  const auto own = FindOwnConsenter(config, deps_.tls.certificate_pem);
  return own.ok() ? Role{Role::kConsenter, *own} : Role{Role::kFollower, ""};
}

// In the constructor, and then by the channel's thread alone.
void OrderingChannel::TakeRole() {
  const Role role = RoleAt(chain_->head());
  std::shared_ptr<Consenter> old_consenter;
  std::shared_ptr<BlockFetcher> old_fetcher;
  {
    absl::MutexLock lock(&mutex_);
    role_may_change_ = false;
    if (role == role_) return;
    role_ = role;
    old_consenter = std::move(consenter_);
    old_fetcher = std::move(fetcher_);
  }
  if (old_consenter != nullptr) {
    log_.Info("this orderer's part in the channel changes",
              {{"channel", id_}, {"now", role.kind == Role::kFollower ? "follower" : role.name}});
    old_consenter->Stop();
  }
  old_fetcher.reset();
  // From here on nobody appends but what is made now.
  std::shared_ptr<Consenter> consenter = MakeConsenter(role);
  std::shared_ptr<BlockFetcher> fetcher;
  if (role.kind == Role::kFollower) fetcher = MakeFetcher();
  {
    absl::MutexLock lock(&mutex_);
    consenter_ = consenter;
    fetcher_ = fetcher;
  }
  if (consenter != nullptr) (void)consenter->Start(chain_->head().height);
  if (fetcher != nullptr) fetcher->Start();
}

std::shared_ptr<Consenter> OrderingChannel::MakeConsenter(const Role& role) {
  auto deliver = [this](uint64_t number, Batch batch) {
    const absl::Time start = absl::Now();
    const size_t transactions = batch.envelopes.size();
    SUYUAN_RETURN_IF_ERROR(chain_->Append(number, std::move(batch)));
    figures_.height.Set(static_cast<double>(number + 1));
    figures_.blocks.Increment();
    figures_.transactions.Increment(static_cast<double>(transactions));
    figures_.block_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - start));
    return absl::OkStatus();
  };
  if (role.kind == Role::kAlone) return MakeSoloConsenter(std::move(deliver));
  if (role.kind != Role::kConsenter) return nullptr;
  if (deps_.etcd.client == nullptr) {
    log_.Error(kNoEtcd, {{"channel", id_}});
    return nullptr;
  }
  EtcdConsenterOptions options = deps_.etcd.options;
  options.name = role.name;
  options.log.channel = id_;
  return EtcdConsenter::Create(
      {.client = deps_.etcd.client,
       .deliver = std::move(deliver),
       .catch_up = [this](uint64_t until) { return CatchUp(until); },
       .orderers = [this] { return OrdererNames(); },
       .on_leadership =
           [this](const Leadership& now) { figures_.leading.Set(now.leading ? 1 : 0); }},
      std::move(options));
}

std::unique_ptr<BlockFetcher> OrderingChannel::MakeFetcher() {
  BlockFetcherDeps deps{.signer = deps_.signer, .clock = deps_.clock};
  if (!deps_.tls.certificate_pem.empty()) deps.tls = deps_.tls;
  deps.newer = newest_.config;
  for (const ChannelConfigPtr& known : {newest_.config, config()}) {
    if (known == nullptr) continue;
    const auto own = FindOwnConsenter(*known, deps_.tls.certificate_pem);
    if (own.ok()) deps.own_address = *own;
  }
  return BlockFetcher::Create(config(), chain_->blocks(), std::move(deps),
                              [this](::common::Block block) { return TakeFetched(block); });
}

absl::StatusOr<ChannelConfigPtr> OrderingChannel::TakeFetched(const ::common::Block& block) {
  SUYUAN_RETURN_IF_ERROR(chain_->AppendFetched(block));
  const uint64_t number = block.header().number();
  figures_.height.Set(static_cast<double>(number + 1));
  if (number == newest_.number) {
    absl::MutexLock lock(&mutex_);
    role_may_change_ = true;
  }
  return config();
}

absl::StatusOr<uint64_t> OrderingChannel::CatchUp(uint64_t until) {
  std::unique_ptr<BlockFetcher> fetcher = MakeFetcher();
  fetcher->Start();
  uint64_t height = chain_->head().height;
  absl::Time last_progress = absl::Now();
  absl::Status trouble;
  while (height < until) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kLook)) break;
    }
    const uint64_t now = chain_->head().height;
    if (now > height) last_progress = absl::Now();
    height = now;
    trouble = fetcher->Status();
    if (absl::Now() - last_progress > kFetchPatience) break;
  }
  fetcher.reset();
  height = chain_->head().height;
  if (height < until && !trouble.ok()) return trouble;
  return height;
}

std::vector<std::string> OrderingChannel::OrdererNames() const {
  std::vector<std::string> names;
  for (const ConsenterConfig& consenter : config()->orderer()->consenters) {
    names.push_back(ConsenterAddress(consenter));
  }
  return names;
}

std::shared_ptr<Consenter> OrderingChannel::consenter() const {
  absl::MutexLock lock(&mutex_);
  return consenter_;
}

absl::Status OrderingChannel::Health() const {
  std::shared_ptr<BlockFetcher> fetcher;
  {
    absl::MutexLock lock(&mutex_);
    fetcher = fetcher_;
  }
  return fetcher != nullptr ? fetcher->Status() : Availability();
}

// OK while messages can be ordered through this orderer.
absl::Status OrderingChannel::Availability() const {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return absl::UnavailableError("the orderer is stopping");
  if (consenter_ != nullptr) return consenter_->Availability();
  if (role_.kind == Role::kFollower) {
    return absl::UnavailableError(
        "this orderer is not in the channel's orderer set; it only keeps the blocks");
  }
  return absl::UnavailableError(kNoEtcd);
}

OrderingStatus OrderingChannel::status() const {
  OrderingStatus status;
  status.consensus_type = config()->orderer()->consensus_type;
  std::shared_ptr<Consenter> consenter;
  {
    absl::MutexLock lock(&mutex_);
    status.relation = role_.kind == Role::kFollower ? "follower" : "consenter";
    status.name = role_.name;
    consenter = consenter_;
  }
  if (consenter == nullptr) return status;
  status.leadership = consenter->leadership();
  if (const auto* etcd = dynamic_cast<const EtcdConsenter*>(consenter.get())) {
    status.etcd = etcd->figures();
  }
  return status;
}

// Checks ---------------------------------------------------------------------

BroadcastVerdict OrderingChannel::Check(ParsedEnvelope message, CheckedMessage* checked) const {
  const int type = message.channel_header.type();
  if (type == ::common::CONFIG || type == kOrdererTransaction) {
    return {::common::BAD_REQUEST, "message is of type that cannot be processed directly"};
  }
  const bool is_update = type == ::common::CONFIG_UPDATE;
  checked->config = config();
  BroadcastVerdict verdict = RunFilters(is_update ? update_filters_ : filters_,
                                        {message, *checked->config, deps_.clock->Now()});
  if (verdict.ok() && is_update) verdict = CheckConfigUpdate(message, checked->config, checked);
  if (!verdict.ok()) return verdict;
  message.envelope.DiscardUnknownFields();
  checked->received = message.envelope.SerializeAsString();
  return verdict;
}

BroadcastVerdict OrderingChannel::CheckConfigUpdate(const ParsedEnvelope& message,
                                                    const ChannelConfigPtr& config,
                                                    CheckedMessage* checked) const {
  const auto next = config->ProposeUpdate(message.payload.data());
  if (!next.ok()) return FromStatus(next.status());
  // The orderer must be able to go on under it.
  const auto next_config = ChannelConfig::Create(id_, *next);
  if (!next_config.ok()) return FromStatus(next_config.status());
  if (absl::Status able = CheckConsensusType(**next_config); !able.ok()) return FromStatus(able);
  if (auto verdict = CheckOrdererSet(*config, **next_config); !verdict.ok()) return verdict;
  const auto envelope =
      MakeConfigEnvelope(id_, *next, message.envelope, deps_.clock->Now(), *deps_.signer);
  if (!envelope.ok()) {
    return {::common::INTERNAL_SERVER_ERROR, std::string(envelope.status().message())};
  }
  checked->ordered = envelope->SerializeAsString();
  return {};
}

// A change after which nobody could order is refused.
BroadcastVerdict OrderingChannel::CheckOrdererSet(const ChannelConfig& from,
                                                  const ChannelConfig& to) const {
  constexpr absl::string_view kPath = "/Channel/Orderer/ConsensusType: ";
  const bool was_etcd = from.orderer()->consensus_type == kEtcdConsensus;
  if (to.orderer()->consensus_type != kEtcdConsensus) {
    if (!was_etcd) return {};
    return {::common::BAD_REQUEST, absl::StrCat(kPath, "type goes from solo to etcd, not back")};
  }
  if (!was_etcd) {
    if (deps_.etcd.client == nullptr) return {::common::BAD_REQUEST, absl::StrCat(kPath, kNoEtcd)};
    if (FindOwnConsenter(to, deps_.tls.certificate_pem).ok()) return {};
    return {::common::BAD_REQUEST,
            absl::StrCat(kPath, "consenters: the orderer that has ordered so far must be one")};
  }
  if (from.orderer()->consenters == to.orderer()->consenters) return {};
  const OrderingStatus now = status();
  if (!now.leadership.leading) return {};  // the leader judges
  for (const ConsenterConfig& consenter : to.orderer()->consenters) {
    const std::string name = ConsenterAddress(consenter);
    if (name == now.name || now.etcd.live.count(name) > 0) return {};
  }
  return {
      ::common::BAD_REQUEST,
      absl::StrCat(kPath, "consenters: none of the new set is running now; nobody could order")};
}

BroadcastVerdict OrderingChannel::CheckForwarded(const ordering::ForwardedMessage& message,
                                                 CheckedMessage* checked) const {
  const ChannelConfigPtr now = config();
  if (!message.is_config_update() && message.config_sequence() == now->sequence()) {
    // Checked where it came in, under this same configuration.
    checked->received = message.envelope();
    checked->config = now;
    return {};
  }
  auto parsed = ParseEnvelope(message.envelope());
  if (!parsed.ok()) return FromStatus(parsed.status());
  return Check(*std::move(parsed), checked);
}

// Queue ----------------------------------------------------------------------

void OrderingChannel::Order(CheckedMessage message, Done done) {
  Enqueue({std::move(message), std::move(done), false});
}

void OrderingChannel::OrderForwarded(const ordering::ForwardedMessage& message, Done done) {
  CheckedMessage checked;
  BroadcastVerdict verdict = CheckForwarded(message, &checked);
  if (!verdict.ok()) return done(std::move(verdict));
  Enqueue({std::move(checked), std::move(done), true});
}

void OrderingChannel::Enqueue(Waiting waiting) {
  BroadcastVerdict refusal;
  if (const absl::Status available = Availability(); !available.ok()) {
    refusal = Unavailable(available.message());
  } else {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      refusal = Unavailable("the orderer is stopping");
    } else if (waiting_.size() >= deps_.max_pending) {
      refusal = Unavailable("too many messages wait to be ordered; try later");
    } else {
      waiting_.push_back(std::move(waiting));
      waiting_bytes_ += waiting_.back().bytes();
      waiting_configs_ += waiting_.back().is_config();
      figures_.queue_length.Set(static_cast<double>(waiting_.size()));
      return;
    }
  }
  waiting.done(std::move(refusal));
}

bool OrderingChannel::SomethingToDo() const {
  return stopping_ || role_may_change_ || !waiting_.empty();
}

bool OrderingChannel::BlockIsFull() const {
  const auto config = this->config();
  return stopping_ || waiting_configs_ > 0 ||
         waiting_.size() >= config->orderer()->max_message_count ||
         waiting_bytes_ >= config->orderer()->preferred_max_bytes;
}

// How long to wait for company. What goes to the leader goes at once: it waits there.
absl::Duration OrderingChannel::TimeToCut(bool leading) const {
  if (!leading) return under_way_->load() < kMaxUnderWay ? absl::ZeroDuration() : kLook;
  const absl::Duration wait =
      std::min(deps_.early_cut_interval, config()->orderer()->batch_timeout);
  return std::min(wait, last_cut_ + wait - absl::Now());
}

// False when the channel stops.
bool OrderingChannel::AwaitWork() {
  const std::shared_ptr<Consenter> consenter = this->consenter();
  const bool leading = consenter != nullptr && consenter->leadership().leading;
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &OrderingChannel::SomethingToDo));
  if (!role_may_change_) {
    mutex_.AwaitWithTimeout(absl::Condition(this, &OrderingChannel::BlockIsFull),
                            TimeToCut(leading));
  }
  return !stopping_;
}

OrderingChannel::WaitingList OrderingChannel::TakeBatch() {
  const ChannelConfigPtr config = this->config();
  absl::MutexLock lock(&mutex_);
  BatchCutter cutter(
      {config->orderer()->max_message_count, config->orderer()->preferred_max_bytes});
  WaitingList batch;
  while (!waiting_.empty()) {
    Waiting& next = waiting_.front();
    if (!cutter.Add({next.bytes(), next.is_config()})) break;
    waiting_bytes_ -= next.bytes();
    waiting_configs_ -= next.is_config();
    batch.push_back(std::move(next));
    waiting_.pop_front();
  }
  figures_.queue_length.Set(static_cast<double>(waiting_.size()));
  return batch;
}

void OrderingChannel::AnswerAll(WaitingList& batch, const BroadcastVerdict& verdict) {
  for (Waiting& waiting : batch) waiting.done(verdict);
}

void OrderingChannel::Handle(WaitingList batch) {
  const std::shared_ptr<Consenter> consenter = this->consenter();
  const Leadership now = consenter == nullptr ? Leadership{} : consenter->leadership();
  if (now.leading) return ProposeBatch(std::move(batch), *consenter);
  if (now.leader.empty()) {
    const absl::Status why = Availability();
    return AnswerAll(
        batch, Unavailable(why.ok() ? "no orderer leads at the moment; try again" : why.message()));
  }
  const auto own = std::stable_partition(batch.begin(), batch.end(),
                                         [](const Waiting& w) { return !w.forwarded; });
  for (auto it = own; it != batch.end(); ++it) {
    it->done(Unavailable(absl::StrCat("this orderer no longer leads; ", now.leader, " does")));
  }
  batch.erase(own, batch.end());
  if (!batch.empty()) Forward(std::move(batch), now.leader);
}

// Messages that were checked under an earlier configuration are checked again.
OrderingChannel::WaitingList OrderingChannel::Recheck(WaitingList batch,
                                                      const ChannelConfigPtr& config) const {
  WaitingList good;
  good.reserve(batch.size());
  for (Waiting& waiting : batch) {
    if (waiting.message.config != config) {
      CheckedMessage again;
      auto parsed = ParseEnvelope(waiting.message.received);
      BroadcastVerdict verdict =
          parsed.ok() ? Check(*std::move(parsed), &again) : FromStatus(parsed.status());
      if (!verdict.ok()) {
        waiting.done(std::move(verdict));
        continue;
      }
      waiting.message = std::move(again);
    }
    good.push_back(std::move(waiting));
  }
  return good;
}

void OrderingChannel::ProposeBatch(WaitingList batch, Consenter& consenter) {
  absl::Status result;
  do {
    const ChainHead head = chain_->head();
    batch = Recheck(std::move(batch), head.config);
    if (batch.empty()) return;
    Batch proposal;
    proposal.previous_hash = head.hash;
    for (const Waiting& waiting : batch) {
      proposal.is_config = waiting.is_config();
      proposal.envelopes.push_back(waiting.is_config() ? waiting.message.ordered
                                                       : waiting.message.received);
    }
    absl::Notification ended;
    consenter.Propose(head.height, std::move(proposal), [&](const absl::Status& status) {
      result = status;
      ended.Notify();
    });
    ended.WaitForNotification();
    if (absl::IsAborted(result) && !consenter.leadership().leading) {
      return Handle(std::move(batch));
    }
  } while (absl::IsAborted(result));
  if (result.ok()) return AnswerAll(batch, {});
  if (const absl::Status health = consenter.Health(); !health.ok()) {
    log_.Error(
        "ordering stopped; mend the cause and restart",
        {{"channel", id_}, {"height", chain_->head().height}, {"reason", WithAdvice(health)}});
  } else {
    log_.Warn("a batch found no agreement; its senders may try again",
              {{"channel", id_}, {"messages", batch.size()}, {"reason", result}});
  }
  AnswerAll(batch, Unavailable(result.message()));
}

void OrderingChannel::Forward(WaitingList batch, const std::string& leader) {
  ordering::ForwardRequest request;
  request.set_channel_id(id_);
  for (Waiting& waiting : batch) {
    ordering::ForwardedMessage& message = *request.add_messages();
    message.set_envelope(std::move(waiting.message.received));
    message.set_config_sequence(waiting.message.config->sequence());
    message.set_is_config_update(waiting.is_config());
  }
  under_way_->fetch_add(1);
  // Nothing of this channel's in the callback: it may be gone by then.
  auto answer = [batch = std::make_shared<WaitingList>(std::move(batch)), leader,
                 under_way = under_way_](absl::StatusOr<ordering::ForwardReply> reply) {
    under_way->fetch_sub(1);
    if (!reply.ok() || reply->verdicts_size() != static_cast<int>(batch->size())) {
      const absl::string_view why =
          reply.ok() ? "a reply of another size" : reply.status().message();
      return AnswerAll(*batch, Unavailable(absl::StrCat("the leading orderer ", leader,
                                                        " gave no answer; try again: ", why)));
    }
    for (size_t i = 0; i < batch->size(); ++i) {
      const ordering::Verdict& verdict = reply->verdicts(static_cast<int>(i));
      (*batch)[i].done({static_cast<::common::Status>(verdict.status()), verdict.info()});
    }
  };
  deps_.links->Forward(leader, *config(), request, std::move(answer));
}

void OrderingChannel::Run() {
  while (AwaitWork()) {
    TakeRole();
    WaitingList batch = TakeBatch();
    last_cut_ = absl::Now();
    if (!batch.empty()) Handle(std::move(batch));
  }
}

}  // namespace suyuan
