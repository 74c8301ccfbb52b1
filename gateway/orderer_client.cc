#include "gateway/orderer_client.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/check.h"
#include "network/rpc/status_mapping.h"
#include "network/rpc/timer.h"

namespace suyuan {
namespace {
// How exactly limits are kept while something waits.
constexpr absl::Duration kTick = absl::Milliseconds(50);
}  // namespace

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
    if (queue_.empty()) waiting_since_ = absl::Now();
    queue_.push_back(std::move(*item));
    WriteNext();
    return true;
  }

  void Cancel() { context_.TryCancel(); }

  bool Idle() {
    absl::MutexLock lock(&mutex_);
    return queue_.empty();
  }

  // True when nothing came back for `limit` although something is waited for; the
  // stream then takes no more, and ends.
  bool EndIfStalled(absl::Duration limit) {
    {
      absl::MutexLock lock(&mutex_);
      if (ended_ || queue_.empty() || absl::Now() - waiting_since_ < limit) return false;
      ended_ = true;
      reason_ = absl::UnavailableError(
          absl::StrCat("no answer from the orderer within ", absl::FormatDuration(limit)));
    }
    Cancel();
    return true;
  }

  // Tells those whose time is up. What was written stays in the queue, for its answer.
  void Expire(absl::Time now) {
    std::vector<Done> due;
    {
      absl::MutexLock lock(&mutex_);
      for (size_t i = 0; i < queue_.size();) {
        Item& item = queue_[i];
        const bool expired = item.done && item.give_up <= now;
        if (expired) due.push_back(std::exchange(item.done, nullptr));
        if (expired && i >= written_) {
          queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
          ++i;
        }
      }
    }
    for (Done& done : due) done(absl::DeadlineExceededError("no answer from the orderer in time"));
  }

  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok || ended_) return ReleaseIfIdle();
    WriteNext();
  }

  void OnReadDone(bool ok) override {
    Done done;
    bool last;
    {
      absl::MutexLock lock(&mutex_);
      // An answer nobody waits for: end the stream rather than match it wrongly.
      if (!ok || written_ == 0) {
        ended_ = true;
      } else {
        done = std::move(queue_.front().done);
        queue_.pop_front();
        --written_;
        waiting_since_ = absl::Now();
        if (response_.status() != ::common::SUCCESS) Refused();
      }
      last = ended_;
      ReleaseIfIdle();
    }
    if (done) done(std::move(response_));
    if (last) return context_.TryCancel();
    response_.Clear();
    StartRead(&response_);
  }

  void OnDone(const grpc::Status& status) override {
    auto self = std::move(self_);
    std::deque<Item> unanswered;
    bool refused;
    absl::Status reason;
    {
      absl::MutexLock lock(&mutex_);
      ended_ = true;
      unanswered.swap(queue_);
      refused = refused_;
      reason = reason_;
    }
    if (reason.ok()) reason = FromGrpc(status);
    if (auto owner = owner_.lock()) {
      return owner->StreamEnded(std::move(unanswered), refused, reason);
    }
    for (Item& item : unanswered) {
      if (item.done) item.done(absl::UnavailableError("the gateway is stopping"));
    }
  }

 private:
  // Items [0, written_) of the queue await an answer, the others their turn.
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || written_ == queue_.size()) return;
    writing_ = true;
    outgoing_ = queue_[written_++].envelope;
    StartWrite(outgoing_.get());
  }
  void Refused() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ended_ = true;
    refused_ = response_.status() < 500;
    reason_ = absl::UnavailableError(absl::StrCat(
        "the orderer ended the stream: status=", ::common::Status_Name(response_.status()),
        ", info=", response_.info()));
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
  // When the last answer came, or the queue was last empty.
  absl::Time waiting_since_ ABSL_GUARDED_BY(mutex_);
  absl::Status reason_ ABSL_GUARDED_BY(mutex_);  // why it ended; OK: as gRPC tells
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool refused_ ABSL_GUARDED_BY(mutex_) = false;
  bool released_ ABSL_GUARDED_BY(mutex_) = false;
};

OrdererClient::OrdererClient(OrdererAddress address, const TlsIdentity& tls,
                             absl::Duration answer_limit)
    : address_(std::move(address)), tls_(tls), answer_limit_(answer_limit) {
  absl::MutexLock lock(&mutex_);
  Connect();
}

OrdererClient::~OrdererClient() {
  if (stream_ != nullptr) stream_->Cancel();
}

void OrdererClient::Connect() {
  stub_ = ::orderer::AtomicBroadcast::NewStub(
      MakeChannel(address_.endpoint, MakeChannelCredentials(address_.tls_roots_pem, &tls_), ""));
}

void OrdererClient::Broadcast(std::shared_ptr<const ::common::Envelope> envelope,
                              absl::Time give_up, Done done) {
  std::deque<Item> items;
  items.push_back({std::move(envelope), give_up, std::move(done)});
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

void OrdererClient::StreamEnded(std::deque<Item> unanswered, bool refused,
                                const absl::Status& status) {
  std::deque<Item> again;
  for (Item& item : unanswered) {
    if (!item.done) continue;
    if (refused) {
      again.push_back(std::move(item));
    } else {
      item.done(status.ok() ? absl::UnavailableError("the orderer ended the stream") : status);
    }
  }
  if (!again.empty()) Enqueue(std::move(again));
}

void OrdererClient::ScheduleTick() {
  RunAfter(kTick, [weak = weak_from_this()] {
    if (auto self = weak.lock()) self->Tick();
  });
}

void OrdererClient::Tick() {
  std::shared_ptr<Stream> stream;
  {
    absl::MutexLock lock(&mutex_);
    stream = stream_;
  }
  const bool stalled = stream != nullptr && stream->EndIfStalled(answer_limit_);
  if (stream != nullptr) stream->Expire(absl::Now());
  absl::MutexLock lock(&mutex_);
  if (stalled) Connect();
  if (shut_down_ || stream_ == nullptr || stream_->Idle()) {
    ticking_ = false;
    return;
  }
  ScheduleTick();
}

}  // namespace suyuan
