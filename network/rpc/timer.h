// Something to be done later, on one of gRPC's threads: keep it short.
#pragma once

#include <functional>

#include "absl/time/time.h"

namespace suyuan {

// Runs `task` once, not before `delay` has passed. What it refers to must outlive
// it: capture a weak pointer.
void RunAfter(absl::Duration delay, std::function<void()> task);

}  // namespace suyuan
