#include "gateway/commit_board.h"

#include <utility>

namespace suyuan {

std::vector<std::string> CommitBoard::Report(
    uint64_t block_number,
    const google::protobuf::RepeatedPtrField<::suyuan::peer::CommittedTransaction>& transactions) {
  std::vector<std::pair<Waiter, CommitVerdict>> due;
  std::vector<std::string> repeated;
  {
    absl::MutexLock lock(&mutex_);
    if (next_block_ != 0 && block_number < next_block_) return {};
    if (next_block_ != 0 && block_number > next_block_) {
      expected_.clear();
      expected_order_.clear();
    }
    next_block_ = block_number + 1;
    for (const auto& transaction : transactions) {
      if (transaction.tx_id().empty()) continue;
      if (transaction.code() == ::protos::DUPLICATE_TXID) {
        if (!verdicts_.count(transaction.tx_id())) repeated.push_back(transaction.tx_id());
        continue;
      }
      Remember(transaction.tx_id(), {transaction.code(), block_number}, &due);
    }
  }
  for (auto& [waiter, verdict] : due) waiter(verdict);
  return repeated;
}

void CommitBoard::Follow(uint64_t height) {
  absl::MutexLock lock(&mutex_);
  if (next_block_ == 0) next_block_ = height;
}

uint64_t CommitBoard::next_block() const {
  absl::MutexLock lock(&mutex_);
  return next_block_;
}

void CommitBoard::Expect(absl::string_view tx_id) {
  absl::MutexLock lock(&mutex_);
  if (next_block_ == 0) return;  // blocks are not followed yet
  if (!expected_.emplace(std::string(tx_id), true).second) return;
  expected_order_.emplace_back(tx_id);
  if (expected_order_.size() > remembered_) {
    expected_.erase(expected_order_.front());
    expected_order_.pop_front();
  }
}

CommitBoard::Ticket CommitBoard::Await(absl::string_view tx_id, absl::Time now, Waiter waiter) {
  CommitVerdict verdict;
  {
    absl::MutexLock lock(&mutex_);
    std::string id(tx_id);
    auto known = verdicts_.find(id);
    if (known == verdicts_.end()) {
      Ticket ticket{next_id_++, expected_.count(id) == 0};
      waiting_[std::move(id)].push_back({ticket.id, now, std::move(waiter)});
      return ticket;
    }
    verdict = known->second;
  }
  waiter(verdict);
  return {};
}

void CommitBoard::Cancel(absl::string_view tx_id, uint64_t id) {
  Waiter dropped;  // destroyed without the lock
  absl::MutexLock lock(&mutex_);
  auto it = waiting_.find(std::string(tx_id));
  if (it == waiting_.end()) return;
  for (auto waiting = it->second.begin(); waiting != it->second.end(); ++waiting) {
    if (waiting->id != id) continue;
    dropped = std::move(waiting->waiter);
    it->second.erase(waiting);
    break;
  }
  if (it->second.empty()) waiting_.erase(it);
}

void CommitBoard::Tell(const std::string& tx_id, const CommitVerdict& verdict) {
  std::vector<std::pair<Waiter, CommitVerdict>> due;
  {
    absl::MutexLock lock(&mutex_);
    Remember(tx_id, verdict, &due);
  }
  for (auto& [waiter, known] : due) waiter(known);
}

std::vector<std::string> CommitBoard::Overdue(absl::Time since) const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> out;
  for (const auto& [tx_id, waiting] : waiting_) {
    if (waiting.front().since <= since) out.push_back(tx_id);
  }
  return out;
}

void CommitBoard::Remember(const std::string& tx_id, const CommitVerdict& verdict,
                           std::vector<std::pair<Waiter, CommitVerdict>>* due) {
  auto [known, added] = verdicts_.emplace(tx_id, verdict);  // the first occurrence stays
  if (added) {
    verdict_order_.push_back(tx_id);
    if (verdict_order_.size() > remembered_) {
      verdicts_.erase(verdict_order_.front());
      verdict_order_.pop_front();
    }
  }
  auto waiting = waiting_.find(tx_id);
  if (waiting == waiting_.end()) return;
  for (Waiting& w : waiting->second) due->emplace_back(std::move(w.waiter), verdict);
  waiting_.erase(waiting);
}

}  // namespace suyuan
