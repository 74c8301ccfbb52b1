// Counts calls for the operator, sheds load before it costs anything, and ends what waits when
// the gateway stops.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <atomic>
#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace suyuan {

// Thread-safe.
class CallMeter {
 public:
  CallMeter(prometheus::Registry* registry, int64_t max_in_flight);
  // Waits for a Forget() that runs.
  ~CallMeter();

  // False when too many calls are in flight: answer Refusal(). Otherwise End() follows.
  bool Begin(const std::string& method, bool may_refuse);
  void End(const std::string& method, absl::StatusCode code, absl::Duration took);
  absl::Status Refusal() const;

  // A call that may wait for long gives what ends it: called by EndWaiting() at most once, at
  // once when that was before. Returns the ticket for Forget(), after which it is not called
  // (but may be running).
  uint64_t OnEnd(std::function<void(const absl::Status&)> end);
  void Forget(uint64_t ticket);
  // Ends the calls that wait, now and later.
  void EndWaiting(const absl::Status& why);
  // Returns once no call but streams is in flight; false: some still are after `limit`.
  bool AwaitAnswered(absl::Duration limit);

 private:
  const int64_t max_in_flight_;
  std::atomic<int64_t> in_flight_{0};
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& latency_;
  prometheus::Gauge& gauge_;

  absl::Mutex mutex_;
  int64_t unanswered_ ABSL_GUARDED_BY(mutex_) = 0;  // in flight, without streams
  uint64_t last_ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, std::function<void(const absl::Status&)>> waiting_ ABSL_GUARDED_BY(mutex_);
  absl::Status ended_ ABSL_GUARDED_BY(mutex_);  // not OK once EndWaiting() was called
};

}  // namespace suyuan
