// Counts calls for the operator and sheds load before it costs anything.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace suyuan {

// Thread-safe.
class CallMeter {
 public:
  CallMeter(prometheus::Registry* registry, int64_t max_in_flight);

  // False when too many calls are in flight: answer Refusal(). Otherwise End() follows.
  bool Begin(const std::string& method, bool may_refuse);
  void End(const std::string& method, absl::StatusCode code, absl::Duration took);
  absl::Status Refusal() const;

 private:
  const int64_t max_in_flight_;
  std::atomic<int64_t> in_flight_{0};
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Family<prometheus::Histogram>& latency_;
  prometheus::Gauge& gauge_;
};

}  // namespace suyuan
