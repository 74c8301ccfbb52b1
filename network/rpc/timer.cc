#include "network/rpc/timer.h"

#include <grpcpp/alarm.h>

#include <chrono>
#include <utility>

namespace suyuan {

void RunAfter(absl::Duration delay, std::function<void()> task) {
  auto* alarm = new grpc::Alarm;
  alarm->Set(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(delay),
             [alarm, task = std::move(task)](bool) {
               task();
               delete alarm;  // gRPC keeps the callback itself until it returned
             });
}

}  // namespace suyuan
