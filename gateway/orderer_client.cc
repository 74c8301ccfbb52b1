#include "gateway/orderer_client.h"

#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "gateway/timer.h"
#include "network/common/check.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {
constexpr int kMaxAttempts = 5;
}

// One Broadcast stream. Keeps itself alive while gRPC may call it.
class OrdererClient::Stream final
    : public grpc::ClientBidiReactor<::common::Envelope, ::orderer::BroadcastResponse>,
      public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(std::weak_ptr<OrdererClient> owner) : owner_(std::move(owner)) {}

  // With its first item: once started the stream may end at any moment.
  void Start(::orderer::AtomicBroadcast::Stub* stub, Item first) {
    self_ = shared_from_this();
    stub->async()->Broadcast(&context_, this);
    AddHold();  // writes start from callers' threads
    SUYUAN_CHECK(Push(&first));
    StartRead(&response_);
    StartCall();
  }

  // False when the stream has ended: the item stays with the caller.
  bool Push(Item* item) {
    absl::MutexLock lock(&mutex_);
    if (ended_) return false;
    queue_.push_back(std::move(*item));
    WriteNext();
    return true;
  }

  void Cancel() { context_.TryCancel(); }

  // When the longest waiting item was handed over.
  absl::Time OldestSince() {
    absl::MutexLock lock(&mutex_);
    return queue_.empty() ? absl::InfiniteFuture() : queue_.front().since;
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok || ended_) return ReleaseIfIdle();
    WriteNext();
  }

  void OnReadDone(bool ok) override {
    Done done;
    {
      absl::MutexLock lock(&mutex_);
      // An answer nobody waits for: end the stream rather than match it wrongly.
      if (!ok || written_ == 0) {
        ended_ = true;
        ReleaseIfIdle();
      } else {
        done = std::move(queue_.front().done);
        queue_.pop_front();
        --written_;
        answered_ = true;
        if (response_.status() != ::common::SUCCESS) refused_ = ended_ = true;
      }
    }
    if (!done) return context_.TryCancel();
    const bool last = response_.status() != ::common::SUCCESS;
    done(std::move(response_));
    response_.Clear();
    if (!last) return StartRead(&response_);
    context_.TryCancel();
    absl::MutexLock lock(&mutex_);
    ReleaseIfIdle();
  }

  void OnDone(const grpc::Status& status) override {
    auto self = std::move(self_);
    std::deque<Item> unanswered;
    bool refused, answered;
    {
      absl::MutexLock lock(&mutex_);
      ended_ = true;
      unanswered.swap(queue_);
      refused = refused_;
      answered = answered_;
    }
    if (auto owner = owner_.lock()) {
      owner->StreamEnded(std::move(unanswered), refused, answered, FromGrpc(status));
      return;
    }
    for (Item& item : unanswered) item.done(absl::UnavailableError("the gateway is stopping"));
  }

 private:
  // Items [0, written_) of the queue await an answer, the others their turn.
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || written_ == queue_.size()) return;
    writing_ = true;
    outgoing_ = queue_[written_++].envelope;
    StartWrite(outgoing_.get());
  }
  // The hold goes once no write can start any more.
  void ReleaseIfIdle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (released_ || !ended_ || writing_) return;
    released_ = true;
    RemoveHold();
  }

  const std::weak_ptr<OrdererClient> owner_;
  std::shared_ptr<Stream> self_;
  grpc::ClientContext context_;
  ::orderer::BroadcastResponse response_;
  std::shared_ptr<const ::common::Envelope> outgoing_;
  absl::Mutex mutex_;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  size_t written_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool refused_ ABSL_GUARDED_BY(mutex_) = false;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  bool released_ ABSL_GUARDED_BY(mutex_) = false;
};

OrdererClient::OrdererClient(OrdererAddress address, const TlsIdentity& tls,
                             absl::Duration broadcast_timeout)
    : address_(std::move(address)),
      broadcast_timeout_(broadcast_timeout),
      channel_(
          MakeChannel(address_.endpoint, MakeChannelCredentials(address_.tls_roots_pem, &tls), "")),
      stub_(::orderer::AtomicBroadcast::NewStub(channel_)) {}

OrdererClient::~OrdererClient() {
  if (stream_ != nullptr) stream_->Cancel();
}

void OrdererClient::Broadcast(std::shared_ptr<const ::common::Envelope> envelope, Done done) {
  std::deque<Item> items;
  items.push_back({std::move(envelope), std::move(done), absl::Now()});
  Enqueue(std::move(items));
}

void OrdererClient::Shutdown() {
  absl::MutexLock lock(&mutex_);
  shut_down_ = true;
  if (stream_ != nullptr) stream_->Cancel();
}

void OrdererClient::Enqueue(std::deque<Item> items) {
  std::deque<Item> failed;
  {
    absl::MutexLock lock(&mutex_);
    for (Item& item : items) {
      if (shut_down_) {
        failed.push_back(std::move(item));
        continue;
      }
      ++item.attempts;
      if (stream_ != nullptr && stream_->Push(&item)) continue;
      stream_ = std::make_shared<Stream>(weak_from_this());
      stream_->Start(stub_.get(), std::move(item));
    }
    if (!ticking_ && !shut_down_) {
      ticking_ = true;
      ScheduleTick();
    }
  }
  for (Item& item : failed) item.done(absl::UnavailableError("the gateway is stopping"));
}

void OrdererClient::StreamEnded(std::deque<Item> unanswered, bool refused, bool answered_any,
                                const absl::Status& status) {
  std::deque<Item> again;
  for (Item& item : unanswered) {
    const bool time_left = absl::Now() - item.since < broadcast_timeout_;
    // A stream that worked until now may have been broken for a while unnoticed.
    const bool stale = !refused && answered_any && !item.broken_before;
    // Others' refusals don't count: each takes its own envelope out of the way.
    if (time_left && (refused || (stale && item.attempts < kMaxAttempts))) {
      item.broken_before |= !refused;
      again.push_back(std::move(item));
    } else {
      item.done(status.ok() ? absl::UnavailableError("the orderer ended the stream") : status);
    }
  }
  if (!again.empty()) Enqueue(std::move(again));
}

void OrdererClient::ScheduleTick() {
  RunAfter(absl::Seconds(1), [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->Tick();
  });
}

void OrdererClient::Tick() {
  std::shared_ptr<Stream> stream;
  {
    absl::MutexLock lock(&mutex_);
    stream = stream_;
  }
  if (stream != nullptr && absl::Now() - stream->OldestSince() > broadcast_timeout_) {
    stream->Cancel();
  }
  absl::MutexLock lock(&mutex_);
  if (shut_down_) {
    ticking_ = false;
    return;
  }
  ScheduleTick();
}

}  // namespace suyuan
