#include "network/ledger/listeners.h"

#include <algorithm>
#include <utility>

namespace suyuan::ledger {

class HeightListeners::Entry {
 public:
  explicit Entry(std::function<void(uint64_t)> listener) : listener_(std::move(listener)) {}

  void Call(uint64_t height) {
    {
      absl::MutexLock lock(&mutex_);
      if (cancelled_) return;
      ++running_;
    }
    listener_(height);
    absl::MutexLock lock(&mutex_);
    --running_;
  }

  void CancelAndWait() {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    mutex_.Await(absl::Condition(
        +[](int* running) { return *running == 0; }, &running_));
  }

 private:
  const std::function<void(uint64_t)> listener_;
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
};

HeightListeners::HeightListeners() : registry_(std::make_shared<Registry>()) {}

std::shared_ptr<void> HeightListeners::Add(std::function<void(uint64_t)> listener) {
  auto entry = std::make_shared<Entry>(std::move(listener));
  {
    absl::MutexLock lock(&registry_->mutex);
    registry_->entries.push_back(entry);
  }
  return std::shared_ptr<void>(entry.get(), [registry = registry_, entry](void*) {
    {
      absl::MutexLock lock(&registry->mutex);
      auto& all = registry->entries;
      all.erase(std::remove(all.begin(), all.end(), entry), all.end());
    }
    entry->CancelAndWait();
  });
}

void HeightListeners::Notify(uint64_t height) {
  std::vector<std::shared_ptr<Entry>> entries;
  {
    absl::MutexLock lock(&registry_->mutex);
    entries = registry_->entries;
  }
  for (const auto& entry : entries) entry->Call(height);
}

}  // namespace suyuan::ledger
