// A callback turned into a blocking call.
#pragma once

#include <optional>
#include <utility>

#include "absl/synchronization/notification.h"
#include "sdk/transaction.h"

namespace suyuan::sdk::internal {

// Calls start(callback) and waits until the callback was called.
template <typename T, typename Start>
absl::StatusOr<T> Wait(Start start) {
  struct Shared {
    absl::Notification done;
    std::optional<absl::StatusOr<T>> result;
  };
  auto shared = std::make_shared<Shared>();
  start([shared](absl::StatusOr<T> result) {
    shared->result.emplace(std::move(result));
    shared->done.Notify();
  });
  shared->done.WaitForNotification();
  return *std::move(shared->result);
}

}  // namespace suyuan::sdk::internal
