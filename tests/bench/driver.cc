#include "tests/bench/driver.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace suyuan::bench {
namespace {

// Kept alive by the callbacks in flight.
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(const Operation& operation, absl::Time end, uint64_t first)
      : operation_(operation), end_(end), next_(first) {}

  void StartOne() {
    {
      absl::MutexLock lock(&mutex_);
      ++running_;
    }
    const absl::Time begin = absl::Now();
    operation_(next_.fetch_add(1), [self = shared_from_this(), begin](absl::Status status) {
      self->End(begin, status);
    });
  }

  LoadResult Await() {
    absl::MutexLock lock(&mutex_);
    auto idle = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return running_ == 0; };
    mutex_.Await(absl::Condition(&idle));
    return std::move(result_);
  }

 private:
  void End(absl::Time begin, const absl::Status& status) {
    const absl::Time now = absl::Now();
    const bool more = now < end_;
    if (more) StartOne();
    absl::MutexLock lock(&mutex_);
    if (status.ok()) {
      ++result_.succeeded;
      result_.latencies_ms.push_back(absl::ToDoubleMilliseconds(now - begin));
    } else {
      ++result_.failed;
      if (result_.first_error.empty()) result_.first_error = status.ToString();
    }
    --running_;
  }

  const Operation& operation_;
  const absl::Time end_;
  std::atomic<uint64_t> next_;
  absl::Mutex mutex_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  LoadResult result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

double LoadResult::PerSecond() const {
  return static_cast<double>(succeeded) / absl::ToDoubleSeconds(elapsed);
}

double LoadResult::LatencyMs(double quantile) const {
  if (latencies_ms.empty()) return 0;
  const auto at = static_cast<size_t>(quantile * static_cast<double>(latencies_ms.size() - 1));
  return latencies_ms[at];
}

LoadResult RunLoad(const Operation& operation, int in_flight, absl::Duration duration,
                   uint64_t first_index) {
  const absl::Time begin = absl::Now();
  auto loop = std::make_shared<Loop>(operation, begin + duration, first_index);
  for (int i = 0; i < in_flight; ++i) loop->StartOne();
  LoadResult result = loop->Await();
  result.elapsed = absl::Now() - begin;
  std::sort(result.latencies_ms.begin(), result.latencies_ms.end());
  return result;
}

}  // namespace suyuan::bench
