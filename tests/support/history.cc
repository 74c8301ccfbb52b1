#include "tests/support/history.h"

#include <algorithm>

namespace suyuan {

absl::Duration HistoryRecorder::Now() const {
  return absl::FromChrono(std::chrono::steady_clock::now() - begin_);
}

void HistoryRecorder::Add(Operation operation) {
  absl::MutexLock lock(&mutex_);
  if (operation.outcome == Outcome::kSuccess) ++successes_;
  operations_.push_back(std::move(operation));
}

std::vector<Operation> HistoryRecorder::Operations() const {
  absl::MutexLock lock(&mutex_);
  return operations_;
}

size_t HistoryRecorder::Successes() const {
  absl::MutexLock lock(&mutex_);
  return successes_;
}

bool HistoryRecorder::AwaitSuccesses(size_t count, absl::Duration since,
                                     absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  size_t seen = 0, found = 0;
  auto enough = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (; seen < operations_.size(); ++seen) {
      const Operation& operation = operations_[seen];
      found += operation.outcome == Outcome::kSuccess && operation.called >= since;
    }
    return found >= count;
  };
  return mutex_.AwaitWithTimeout(absl::Condition(&enough), timeout);
}

absl::Duration LongestGap(const std::vector<Operation>& operations, absl::Duration from,
                          absl::Duration to) {
  std::vector<absl::Duration> returns = {from, to};
  for (const Operation& operation : operations) {
    if (operation.outcome != Outcome::kSuccess) continue;
    if (operation.returned > from && operation.returned < to) returns.push_back(operation.returned);
  }
  std::sort(returns.begin(), returns.end());
  absl::Duration longest;
  for (size_t i = 1; i < returns.size(); ++i) {
    longest = std::max(longest, returns[i] - returns[i - 1]);
  }
  return longest;
}

}  // namespace suyuan
