#include "gateway/timer.h"

#include <grpcpp/alarm.h>

#include <chrono>
#include <memory>
#include <utility>

namespace suyuan {

void RunAfter(absl::Duration delay, std::function<void()> task) {
  auto alarm = std::make_shared<grpc::Alarm>();
  auto* raw = alarm.get();
  // The callback owns the alarm and is dropped by gRPC after it ran.
  raw->Set(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(delay),
           [alarm = std::move(alarm), task = std::move(task)](bool) { task(); });
}

}  // namespace suyuan
