// A pull-side for a Connection's stream, with a bounded queue.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "sdk/events.h"
#include "sdk/internal/client.h"
#include "sdk/internal/errors.h"

namespace suyuan::sdk::internal {

// Turns one message of the stream into events, in order.
template <typename T>
using Decoder = std::function<absl::StatusOr<std::vector<T>>(const std::string& message)>;

template <typename T>
class QueuedStream final : public EventStream<T> {
 public:
  static std::unique_ptr<EventStream<T>> Open(Connection& connection, absl::string_view method,
                                              std::string request, Decoder<T> decode) {
    auto shared = std::make_shared<Shared>();
    shared->decode = std::move(decode);
    auto handle =
        connection.Stream(method, std::move(request), absl::InfiniteFuture(),
                          {[shared](std::string message) { return shared->Take(message); },
                           [shared](absl::Status status) { shared->End(std::move(status)); }});
    return std::unique_ptr<EventStream<T>>(new QueuedStream(std::move(shared), std::move(handle)));
  }

  ~QueuedStream() override { Close(); }

  absl::StatusOr<T> Next() override { return Next(absl::InfiniteFuture()); }

  absl::StatusOr<T> Next(absl::Time deadline) override {
    bool resume = false;
    absl::StatusOr<T> event = absl::UnknownError("");
    {
      absl::MutexLock lock(&shared_->mutex);
      auto ready = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
        return !shared_->queue.empty() || shared_->ended;
      };
      if (!shared_->mutex.AwaitWithDeadline(absl::Condition(&ready), deadline)) {
        return absl::DeadlineExceededError("no event yet");
      }
      if (shared_->queue.empty()) return shared_->status;
      event = std::move(shared_->queue.front());
      shared_->queue.pop_front();
      resume = shared_->paused && shared_->queue.size() <= kMaxQueued / 2;
      if (resume) shared_->paused = false;
    }
    if (resume) handle_->Resume();
    return event;
  }

  void Close() override {
    {
      absl::MutexLock lock(&shared_->mutex);
      if (!shared_->ended) {
        shared_->ended = true;
        shared_->status = absl::CancelledError("the stream was closed");
      }
    }
    handle_->Cancel();
  }

 private:
  static constexpr size_t kMaxQueued = 64;

  struct Shared {
    Decoder<T> decode;
    absl::Mutex mutex;
    std::deque<T> queue ABSL_GUARDED_BY(mutex);
    bool ended ABSL_GUARDED_BY(mutex) = false;
    bool paused ABSL_GUARDED_BY(mutex) = false;
    absl::Status status ABSL_GUARDED_BY(mutex);

    Flow Take(const std::string& message) {
      absl::StatusOr<std::vector<T>> events = decode(message);
      absl::MutexLock lock(&mutex);
      if (ended) return Flow::kStop;
      if (!events.ok()) {
        ended = true;
        status = StepError(events.status(), Step::kEvents, "");
        return Flow::kStop;
      }
      for (T& event : *events) queue.push_back(std::move(event));
      if (queue.size() < kMaxQueued) return Flow::kNext;
      paused = true;
      return Flow::kPause;
    }

    void End(absl::Status end) {
      absl::MutexLock lock(&mutex);
      if (ended) return;
      ended = true;
      if (end.ok()) end = absl::UnavailableError("the server ended the stream");
      status = StepError(end, Step::kEvents, "");
    }
  };

  QueuedStream(std::shared_ptr<Shared> shared, std::shared_ptr<CallHandle> handle)
      : shared_(std::move(shared)), handle_(std::move(handle)) {}

  std::shared_ptr<Shared> shared_;
  std::shared_ptr<CallHandle> handle_;
};

}  // namespace suyuan::sdk::internal
