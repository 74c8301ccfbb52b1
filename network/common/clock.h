// Where time comes from. Contracts and validation never get one.
#pragma once

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace suyuan {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  // The system clock; lives for ever.
  static const Clock* System();
};

}  // namespace suyuan
