// A ledger that only counts and remembers verdicts; its state is a FakeStateView.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "network/ledger/ledger.h"
#include "network/peer/committer/testing/fake_state.h"

namespace suyuan {

class FakeLedger final : public Ledger {
 public:
  std::shared_ptr<FakeStateView> state = std::make_shared<FakeStateView>();

  // Commit() waits while held; FailNext() makes the next one fail.
  void Hold(bool held) {
    absl::MutexLock lock(&mutex_);
    held_ = held;
  }
  void FailNext(absl::Status status) {
    absl::MutexLock lock(&mutex_);
    failure_ = std::move(status);
  }
  std::vector<::protos::TxValidationCode> codes(uint64_t block) const {
    absl::MutexLock lock(&mutex_);
    return blocks_.at(block);
  }
  void AddTransaction(const std::string& tx_id) {
    absl::MutexLock lock(&mutex_);
    known_[tx_id] = {};
  }

  absl::StatusOr<CommitResult> Commit(BlockForCommit block) override {
    absl::MutexLock lock(&mutex_);
    const auto free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !held_; };
    mutex_.Await(absl::Condition(&free));
    if (!failure_.ok()) return failure_;
    CommitResult result{.block_number = block.block.header().number()};
    for (const TxForCommit& transaction : block.transactions) {
      result.codes.push_back(transaction.code);
    }
    blocks_[result.block_number] = result.codes;
    height_ = result.block_number + 1;
    return result;
  }
  uint64_t Height() const override {
    absl::MutexLock lock(&mutex_);
    return height_;
  }
  std::shared_ptr<const StateView> NewView() const override { return state; }
  absl::StatusOr<TxLocation> FindTransaction(absl::string_view tx_id) const override {
    absl::MutexLock lock(&mutex_);
    const auto it = known_.find(std::string(tx_id));
    if (it == known_.end()) return absl::NotFoundError("unknown");
    return it->second;
  }

  absl::StatusOr<std::string> GetBytes(uint64_t) const override { return Unused(); }
  std::shared_ptr<void> AddListener(std::function<void(uint64_t)>) override { return nullptr; }
  std::unique_ptr<Simulator> NewSimulator() const override { return nullptr; }
  absl::StatusOr<std::unique_ptr<HistoryIterator>> GetHistory(absl::string_view,
                                                              absl::string_view) const override {
    return Unused();
  }
  absl::StatusOr<TransactionInfo> GetTransaction(absl::string_view) const override {
    return Unused();
  }
  absl::StatusOr<uint64_t> NumberByHash(absl::string_view) const override { return Unused(); }
  std::string LastHash() const override { return ""; }
  std::string CommitHash() const override { return ""; }
  absl::StatusOr<std::string> StateHash() const override { return Unused(); }

 private:
  static absl::Status Unused() { return absl::UnimplementedError("fake"); }

  mutable absl::Mutex mutex_;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  uint64_t height_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<uint64_t, std::vector<::protos::TxValidationCode>> blocks_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, TxLocation> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
