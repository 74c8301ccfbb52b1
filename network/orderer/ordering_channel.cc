#include "network/orderer/ordering_channel.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/orderer/batch_cutter.h"
#include "network/orderer/block_maker.h"
#include "network/orderer/consensus/solo.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

constexpr int kOrdererTransaction = 4;  // deprecated in the enum

absl::Status CheckOrdering(const ChannelConfig& config) {
  if (config.orderer() == nullptr) {
    return absl::InvalidArgumentError("/Channel/Orderer: the group is absent");
  }
  const std::string& type = config.orderer()->consensus_type;
  if (type != kSoloConsensus) {
    return absl::InvalidArgumentError(
        absl::StrCat("/Channel/Orderer/ConsensusType: this orderer runs '", kSoloConsensus,
                     "', not '", type, "'"));
  }
  return absl::OkStatus();
}

absl::StatusOr<ChannelConfigPtr> CheckGenesisBlock(const ::common::Block& genesis) {
  if (genesis.header().number() != 0 || !genesis.header().previous_hash().empty() ||
      !IsConfigBlock(genesis)) {
    return absl::InvalidArgumentError("not a genesis block: number 0 with one CONFIG envelope");
  }
  if (genesis.header().data_hash() != BlockDataHash(genesis.data())) {
    return absl::InvalidArgumentError("genesis block: data_hash is not the hash of the data");
  }
  SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, ChannelConfig::FromBlock(genesis),
                          "genesis block");
  SUYUAN_RETURN_IF_ERROR(CheckOrdering(*config), "genesis block");
  return config;
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

}  // namespace

absl::StatusOr<std::shared_ptr<OrderingChannel>> OrderingChannel::Create(
    const std::filesystem::path& dir, const ::common::Block& genesis, const OrderingDeps& deps) {
  SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, CheckGenesisBlock(genesis));
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<BlockStore> store, BlockStore::Open(dir));
  SUYUAN_RETURN_IF_ERROR(store->Append(genesis));
  return std::shared_ptr<OrderingChannel>(
      new OrderingChannel(std::move(store), std::move(config), 0, deps));
}

absl::StatusOr<std::shared_ptr<OrderingChannel>> OrderingChannel::Open(
    const std::filesystem::path& dir, const OrderingDeps& deps) {
  SUYUAN_ASSIGN_OR_RETURN(std::unique_ptr<BlockStore> store, BlockStore::Open(dir));
  if (store->Height() == 0) return absl::NotFoundError("no block");
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block last, store->Get(store->Height() - 1));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t last_config, LastConfigIndex(last));
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block config_block, store->Get(last_config));
  SUYUAN_ASSIGN_OR_RETURN(ChannelConfigPtr config, ChannelConfig::FromBlock(config_block));
  SUYUAN_RETURN_IF_ERROR(CheckOrdering(*config));
  return std::shared_ptr<OrderingChannel>(
      new OrderingChannel(std::move(store), std::move(config), last_config, deps));
}

OrderingChannel::OrderingChannel(std::unique_ptr<BlockStore> store, ChannelConfigPtr config,
                                 uint64_t last_config, const OrderingDeps& deps)
    : deps_(deps),
      id_(config->channel_id()),
      store_(std::move(store)),
      figures_(deps_.metrics->ForChannel(id_)),
      last_config_(last_config),
      last_cut_(absl::InfinitePast()),
      config_(std::move(config)) {
  figures_.height.Set(static_cast<double>(store_->Height()));
  consenter_ = MakeSoloConsenter(
      [this](uint64_t number, Batch batch) { return WriteBlock(number, std::move(batch)); });
  (void)consenter_->Start(store_->Height());
  absl::MutexLock join(&join_mutex_);
  thread_ = std::thread([this] { Run(); });
}

OrderingChannel::~OrderingChannel() { Stop(); }

void OrderingChannel::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  {
    absl::MutexLock join(&join_mutex_);
    if (thread_.joinable()) thread_.join();
  }
  std::deque<Waiting> rest;
  {
    absl::MutexLock lock(&mutex_);
    rest.swap(waiting_);
  }
  for (Waiting& waiting : rest) {
    waiting.done({::common::SERVICE_UNAVAILABLE, "the orderer is stopping"});
  }
}

ChannelConfigPtr OrderingChannel::config() const {
  absl::MutexLock lock(&mutex_);
  return config_;
}

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
  if (absl::Status able = CheckOrdering(**next_config); !able.ok()) return FromStatus(able);
  const auto envelope =
      MakeConfigEnvelope(id_, *next, message.envelope, deps_.clock->Now(), *deps_.signer);
  if (!envelope.ok()) {
    return {::common::INTERNAL_SERVER_ERROR, std::string(envelope.status().message())};
  }
  checked->ordered = envelope->SerializeAsString();
  return {};
}

void OrderingChannel::Order(CheckedMessage message, Done done) {
  BroadcastVerdict refusal;
  if (const absl::Status health = consenter_->Health(); !health.ok()) {
    refusal = {::common::SERVICE_UNAVAILABLE, std::string(health.message())};
  } else {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      refusal = {::common::SERVICE_UNAVAILABLE, "the orderer is stopping"};
    } else if (waiting_.size() >= deps_.max_pending) {
      refusal = {::common::SERVICE_UNAVAILABLE, "too many messages wait to be ordered; try later"};
    } else {
      waiting_.push_back({std::move(message), std::move(done)});
      waiting_bytes_ += waiting_.back().bytes();
      waiting_configs_ += waiting_.back().is_config();
      figures_.queue_length.Set(static_cast<double>(waiting_.size()));
      return;
    }
  }
  done(std::move(refusal));
}

bool OrderingChannel::SomethingWaits() const { return stopping_ || !waiting_.empty(); }

bool OrderingChannel::BlockIsFull() const {
  return stopping_ || waiting_configs_ > 0 ||
         waiting_.size() >= config_->orderer()->max_message_count ||
         waiting_bytes_ >= config_->orderer()->preferred_max_bytes;
}

// False when the channel stops.
bool OrderingChannel::AwaitWork() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &OrderingChannel::SomethingWaits));
  const absl::Duration wait = std::min(deps_.early_cut_interval, config_->orderer()->batch_timeout);
  const absl::Duration left = std::min(wait, last_cut_ + wait - absl::Now());
  mutex_.AwaitWithTimeout(absl::Condition(this, &OrderingChannel::BlockIsFull), left);
  return !stopping_;
}

std::vector<OrderingChannel::Waiting> OrderingChannel::TakeBatch() {
  absl::MutexLock lock(&mutex_);
  BatchCutter cutter(
      {config_->orderer()->max_message_count, config_->orderer()->preferred_max_bytes});
  std::vector<Waiting> batch;
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

// Messages that were checked under an earlier configuration are checked again.
std::vector<OrderingChannel::Waiting> OrderingChannel::Recheck(std::vector<Waiting> batch) {
  const ChannelConfigPtr current = config();
  std::vector<Waiting> good;
  good.reserve(batch.size());
  for (Waiting& waiting : batch) {
    if (waiting.message.config != current) {
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

void OrderingChannel::ProposeBatch(std::vector<Waiting> batch) {
  Batch proposal;
  std::vector<Done> done;
  for (Waiting& waiting : batch) {
    proposal.is_config = waiting.is_config();
    proposal.envelopes.push_back(
        std::move(waiting.is_config() ? waiting.message.ordered : waiting.message.received));
    done.push_back(std::move(waiting.done));
  }
  const absl::Time start = absl::Now();
  absl::Status result;
  absl::Notification ended;
  consenter_->Propose(std::move(proposal), [&](const absl::Status& status) {
    result = status;
    ended.Notify();
  });
  ended.WaitForNotification();
  if (result.ok()) {
    figures_.blocks.Increment();
    figures_.transactions.Increment(static_cast<double>(done.size()));
    figures_.block_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - start));
  } else {
    log_.Error("ordering stopped; mend the cause and restart",
               {{"channel", id_}, {"height", store_->Height()}, {"reason", result}});
  }
  BroadcastVerdict verdict;
  if (!result.ok()) verdict = {::common::SERVICE_UNAVAILABLE, std::string(result.message())};
  for (Done& each : done) each(verdict);
}

absl::Status OrderingChannel::WriteBlock(uint64_t number, Batch batch) {
  const bool is_config = batch.is_config;
  const uint64_t last_config = is_config ? number : last_config_;
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block block,
                          MakeSignedBlock(number, store_->LastHash(), std::move(batch.envelopes),
                                          last_config, *deps_.signer));
  ChannelConfigPtr next;
  if (is_config) {
    SUYUAN_ASSIGN_OR_RETURN(next, ChannelConfig::FromBlock(block));
  }
  SUYUAN_RETURN_IF_ERROR(store_->Append(block), absl::StrCat("write block ", number));
  figures_.height.Set(static_cast<double>(number + 1));
  last_config_ = last_config;
  if (next == nullptr) return absl::OkStatus();
  log_.Info("configuration changed",
            {{"channel", id_}, {"block", number}, {"sequence", next->sequence()}});
  absl::MutexLock lock(&mutex_);
  config_ = std::move(next);
  return absl::OkStatus();
}

void OrderingChannel::Run() {
  while (AwaitWork()) {
    std::vector<Waiting> batch = Recheck(TakeBatch());
    last_cut_ = absl::Now();
    if (!batch.empty()) ProposeBatch(std::move(batch));
  }
}

}  // namespace suyuan
