// Who wants to hear of a new height.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace suyuan::ledger {

// Thread-safe. Listeners run without any lock held.
class HeightListeners {
 public:
  HeightListeners();
  // Called until the handle is destroyed, which waits for a running call; the handle
  // may outlive this object.
  std::shared_ptr<void> Add(std::function<void(uint64_t)> listener);
  void Notify(uint64_t height);

 private:
  class Entry;
  struct Registry {
    absl::Mutex mutex;
    std::vector<std::shared_ptr<Entry>> entries ABSL_GUARDED_BY(mutex);
  };
  std::shared_ptr<Registry> registry_;
};

}  // namespace suyuan::ledger
