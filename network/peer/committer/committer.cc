#include "network/peer/committer/committer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/check.h"
#include "network/common/status_macros.h"
#include "network/peer/committer/private_data.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

// Private write sets of transactions that never came are dropped after this many blocks.
constexpr uint64_t kTransientBlocks = 1000;

std::vector<std::string> TxIdsWithPrivateData(const BlockForCommit& block) {
  std::vector<std::string> ids;
  for (const auto& [index, rwset] : block.private_rwsets) {
    ids.push_back(block.transactions[index].tx_id);
  }
  return ids;
}

std::vector<std::string> TxIds(const std::vector<TxForCommit>& transactions) {
  std::vector<std::string> ids;
  ids.reserve(transactions.size());
  for (const TxForCommit& transaction : transactions) ids.push_back(transaction.tx_id);
  return ids;
}

}  // namespace

Committer::Committer(CommitterDeps deps, CommitterOptions options)
    : deps_(std::move(deps)),
      options_(options),
      config_(deps_.config),
      next_(deps_.ledger->Height()),
      height_(next_),
      policies_(std::make_unique<PolicyBook>(deps_.config)) {
  SUYUAN_CHECK(next_ > 0);
  check_thread_ = std::thread([this] { CheckLoop(); });
  commit_thread_ = std::thread([this] { CommitLoop(); });
}

Committer::~Committer() { Stop(); }

void Committer::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (check_thread_.joinable()) check_thread_.join();
  if (commit_thread_.joinable()) commit_thread_.join();
}

absl::Status Committer::Add(std::shared_ptr<const ::common::Block> block) {
  const uint64_t number = block->header().number();
  SUYUAN_RETURN_IF_ERROR(CheckWellFormed(*block), absl::StrCat("block ", number));
  absl::MutexLock lock(&mutex_);
  const auto has_room = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !status_.ok() || next_ - height_ < options_.max_blocks;
  };
  mutex_.Await(absl::Condition(&has_room));
  if (!status_.ok()) return status_;
  if (stopping_) return absl::CancelledError("the channel is closing");
  if (number != next_) {
    return absl::InvalidArgumentError(absl::StrCat("block ", number, ": expected ", next_));
  }
  ++next_;
  waiting_.push_back({std::move(block), deps_.clock->Now()});
  return absl::OkStatus();
}

uint64_t Committer::NextNumber() const {
  absl::MutexLock lock(&mutex_);
  return next_;
}

absl::Status Committer::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

ChannelConfigPtr Committer::config() const {
  absl::MutexLock lock(&mutex_);
  return config_;
}

bool Committer::AwaitHeight(uint64_t height, absl::Time deadline) const {
  absl::MutexLock lock(&mutex_);
  const auto reached = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !status_.ok() || height_ >= height;
  };
  mutex_.AwaitWithDeadline(absl::Condition(&reached), deadline);
  return height_ >= height;
}

void Committer::CheckLoop() {
  bool after_config = false;  // the last block checked may bring a new configuration
  while (true) {
    Waiting next;
    ChannelConfigPtr config;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        if (stopping_ || !status_.ok()) return true;
        if (waiting_.empty()) return false;
        return !after_config || waiting_.front().block->header().number() == height_;
      };
      mutex_.Await(absl::Condition(&ready));
      if (stopping_ || !status_.ok()) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
      config = config_;
    }
    after_config = IsConfigBlock(*next.block);
    Checked checked{CheckBlock(std::move(next.block), *config, deps_.own, *deps_.pool), next.since};
    absl::MutexLock lock(&mutex_);
    checked_.push_back(std::move(checked));
  }
}

void Committer::CommitLoop() {
  while (true) {
    Checked next;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !checked_.empty();
      };
      mutex_.Await(absl::Condition(&ready));
      if (stopping_) return;
      next = std::move(checked_.front());
      checked_.pop_front();
    }
    const uint64_t number = next.block.block->header().number();
    if (const absl::Status status = CommitOne(std::move(next)); !status.ok()) {
      return Fail(Annotate(status, absl::StrCat("block ", number)));
    }
  }
}

absl::Status Committer::CommitOne(Checked checked) {
  SUYUAN_ASSIGN_OR_RETURN(BlockVerdict verdict,
                          JudgeBlock(checked.block, *deps_.ledger, *policies_));
  CommittedBlock committed{.number = checked.block.block->header().number(),
                           .tx_ids = TxIds(verdict.transactions),
                           .definitions_changed = WritesLifecycle(verdict.transactions),
                           .new_config = verdict.next_config};
  SUYUAN_ASSIGN_OR_RETURN(CommitResult result, CommitToLedger(checked.block, verdict));
  committed.codes = std::move(result.codes);
  if (committed.definitions_changed) policies_->ForgetDefinitions();
  if (committed.new_config != nullptr) SetConfig(committed.new_config);
  {
    absl::MutexLock lock(&mutex_);
    height_ = committed.number + 1;
  }
  log_.Debug("block committed", {{"channel", policies_->config().channel_id()},
                                 {"block", committed.number},
                                 {"transactions", committed.codes.size()}});
  committed.latency = deps_.clock->Now() - checked.since;
  if (deps_.on_commit) deps_.on_commit(std::move(committed));
  return absl::OkStatus();
}

absl::StatusOr<CommitResult> Committer::CommitToLedger(const CheckedBlock& block,
                                                       BlockVerdict& verdict) {
  BlockForCommit commit{.block = *block.block, .transactions = std::move(verdict.transactions)};
  if (deps_.transient == nullptr) return deps_.ledger->Commit(std::move(commit));
  SUYUAN_ASSIGN_OR_RETURN(commit.private_rwsets,
                          CollectPrivateRwSets(commit.transactions, *deps_.transient));
  const std::vector<std::string> used = TxIdsWithPrivateData(commit);
  SUYUAN_ASSIGN_OR_RETURN(CommitResult result, deps_.ledger->Commit(std::move(commit)));
  if (!used.empty()) SUYUAN_RETURN_IF_ERROR(deps_.transient->Remove(used));
  if (result.block_number % kTransientBlocks == 0 && result.block_number > kTransientBlocks) {
    SUYUAN_RETURN_IF_ERROR(deps_.transient->PurgeBelow(result.block_number - kTransientBlocks));
  }
  return result;
}

void Committer::SetConfig(ChannelConfigPtr config) {
  policies_ = std::make_unique<PolicyBook>(config);
  log_.Info("channel configuration changed",
            {{"channel", config->channel_id()}, {"sequence", config->sequence()}});
  absl::MutexLock lock(&mutex_);
  config_ = std::move(config);
}

void Committer::Fail(const absl::Status& status) {
  log_.Error("channel stopped",
             {{"channel", policies_->config().channel_id()}, {"reason", WithAdvice(status)}});
  {
    absl::MutexLock lock(&mutex_);
    status_ = status;
  }
  if (deps_.on_failure) deps_.on_failure(status);
}

}  // namespace suyuan
