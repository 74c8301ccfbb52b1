// A closed loop of asynchronous calls: `in_flight` at any time, until the time is up.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace suyuan::bench {

// Starts operation `index` and calls `done` once with its outcome.
using Operation = std::function<void(uint64_t index, std::function<void(absl::Status)> done)>;

struct LoadResult {
  uint64_t succeeded = 0;
  uint64_t failed = 0;
  std::string first_error;
  absl::Duration elapsed;
  std::vector<double> latencies_ms;  // of succeeded ones, sorted

  double PerSecond() const;
  // `quantile` in 0..1; 0 when there is nothing.
  double LatencyMs(double quantile) const;
};

// `first_index` keeps indexes of several runs apart. Returns when all have ended.
LoadResult RunLoad(const Operation& operation, int in_flight, absl::Duration duration,
                   uint64_t first_index);

}  // namespace suyuan::bench
