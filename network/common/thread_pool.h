// A fixed number of threads that run tasks in the order submitted.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace suyuan {

// Thread-safe.
class ThreadPool {
 public:
  explicit ThreadPool(size_t threads);
  // Runs every task already submitted, then joins.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  void Submit(absl::AnyInvocable<void()> task);
  // Tasks waiting for a thread: a caller sheds load on it.
  size_t QueueLength() const;
  size_t threads() const { return threads_.size(); }

  // Runs body(0) .. body(count - 1) on the pool and on the calling thread, and
  // returns when all are done. May be called from several threads, also from a
  // task of this pool (the caller works too, so it cannot deadlock).
  void ParallelFor(size_t count, const std::function<void(size_t)>& body);

 private:
  void Run();

  mutable absl::Mutex mutex_;
  std::deque<absl::AnyInvocable<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace suyuan
