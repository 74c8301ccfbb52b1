// What clients of a network did and were told, for an independent check afterwards.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace suyuan {

enum class Outcome {
  kSuccess,  // the network said that the transaction is ordered
  kRefused,  // the network said that it is not, and never will be
  kUnknown,  // no answer, or one that promises nothing
};

// One transaction handed in by a client. Times count from the recorder's beginning, on a
// clock that never jumps.
struct Operation {
  int client = 0;
  std::string tx_id;
  absl::Duration called, returned;
  Outcome outcome = Outcome::kUnknown;
  int retries = 0;    // how often a step of it was taken again
  std::string error;  // when not kSuccess
};

// Thread-safe.
class HistoryRecorder {
 public:
  absl::Duration Now() const;
  void Add(Operation operation);
  std::vector<Operation> Operations() const;
  size_t Successes() const;
  // Returns once there are `count` successes called at `since` or later; false when there are
  // fewer after `timeout`.
  bool AwaitSuccesses(size_t count, absl::Duration since, absl::Duration timeout) const;

 private:
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  mutable absl::Mutex mutex_;
  std::vector<Operation> operations_ ABSL_GUARDED_BY(mutex_);
  size_t successes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The longest time within [from, to] in which no operation returned with success.
absl::Duration LongestGap(const std::vector<Operation>& operations, absl::Duration from,
                          absl::Duration to);

}  // namespace suyuan
