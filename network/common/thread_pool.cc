#include "network/common/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace suyuan {

ThreadPool::ThreadPool(size_t threads) {
  for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i) {
    threads_.emplace_back([this] { Run(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Submit(absl::AnyInvocable<void()> task) {
  absl::MutexLock lock(&mutex_);
  queue_.push_back(std::move(task));
}

size_t ThreadPool::QueueLength() const {
  absl::MutexLock lock(&mutex_);
  return queue_.size();
}

void ThreadPool::Run() {
  while (true) {
    absl::AnyInvocable<void()> task;
    {
      absl::MutexLock lock(&mutex_);
      auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !queue_.empty();
      };
      mutex_.Await(absl::Condition(&ready));
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

void ThreadPool::ParallelFor(size_t count, const std::function<void(size_t)>& body) {
  if (count == 0) return;
  struct Shared {
    explicit Shared(const std::function<void(size_t)>& b, size_t n) : body(b), count(n) {}
    // Late helpers find no index left and never touch `body`.
    const std::function<void(size_t)>& body;
    const size_t count;
    std::atomic<size_t> next{0};
    absl::Mutex mutex;
    size_t done ABSL_GUARDED_BY(mutex) = 0;

    void Work() {
      size_t mine = 0;
      for (size_t i; (i = next.fetch_add(1)) < count; ++mine) body(i);
      absl::MutexLock lock(&mutex);
      done += mine;
    }
  };
  auto shared = std::make_shared<Shared>(body, count);
  const size_t helpers = std::min(count - 1, threads_.size());
  for (size_t i = 0; i < helpers; ++i) {
    Submit([shared] { shared->Work(); });
  }
  shared->Work();
  absl::MutexLock lock(&shared->mutex);
  auto all_done = [&shared]()
                      ABSL_NO_THREAD_SAFETY_ANALYSIS { return shared->done == shared->count; };
  shared->mutex.Await(absl::Condition(&all_done));
}

}  // namespace suyuan
