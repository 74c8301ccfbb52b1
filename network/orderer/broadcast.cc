#include "network/orderer/broadcast.h"

#include <atomic>
#include <deque>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/common/log.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/byte_buffer.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {
namespace {

// One envelope between its reading and its answer.
struct Slot {
  enum class State { kChecking, kChecked, kOrdering, kAnswered };
  State state = State::kChecking;
  grpc::ByteBuffer bytes;  // until checked
  size_t size = 0;         // theirs
  std::shared_ptr<OrderingChannel> channel;
  CheckedMessage message;
  BroadcastVerdict verdict;
  absl::Time read_at;
};

class Stream final : public BroadcastService::Reactor, public std::enable_shared_from_this<Stream> {
 public:
  Stream(std::shared_ptr<const BroadcastDeps> deps, std::shared_ptr<std::atomic<int>> count)
      : deps_(std::move(deps)), count_(std::move(count)) {}

  void Begin() {
    {
      absl::MutexLock lock(&mutex_);
      self_ = shared_from_this();
    }
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      {
        absl::MutexLock lock(&mutex_);
        closed_ = true;
      }
      return Advance();
    }
    Slot* slot;
    bool read_on;
    {
      absl::MutexLock lock(&mutex_);
      slot = slots_.emplace_back(std::make_unique<Slot>()).get();
      slot->read_at = absl::Now();
      slot->bytes.Swap(&incoming_);
      incoming_.Clear();
      slot->size = slot->bytes.Length();
      bytes_ += slot->size;
      read_on = MayRead();
      reading_ = read_on;  // once false, an answer's thread may read into incoming_
    }
    deps_->pool->Submit([self = shared_from_this(), slot] { self->Check(slot); });
    if (read_on) StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      if (!ok) cancelled_ = true;
    }
    Advance();
  }

  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      cancelled_ = true;
    }
    Advance();
  }

  void OnDone() override {
    count_->fetch_sub(1);
    std::shared_ptr<Stream> self;  // may be the last: goes after the lock
    absl::MutexLock lock(&mutex_);
    self = std::move(self_);
  }

 private:
  // On the pool; side by side with other slots.
  void Check(Slot* slot) {
    BroadcastVerdict verdict = Judge(slot);
    {
      absl::MutexLock lock(&mutex_);
      slot->state = verdict.ok() ? Slot::State::kChecked : Slot::State::kAnswered;
      slot->verdict = std::move(verdict);
    }
    OrderChecked();
    Advance();
  }

  BroadcastVerdict Judge(Slot* slot) const {
    ::common::Envelope envelope;
    const bool readable = ParseBuffer(slot->bytes, &envelope);
    slot->bytes.Clear();
    if (!readable) return {::common::BAD_REQUEST, "malformed Envelope"};
    auto parsed = ParseEnvelope(std::move(envelope));
    if (!parsed.ok()) {
      return {::common::BAD_REQUEST, std::string(parsed.status().message())};
    }
    const std::string& id = parsed->channel_header.channel_id();
    slot->channel = deps_->find(id);
    if (slot->channel == nullptr) {
      return {::common::BAD_REQUEST, absl::StrCat("channel '", id, "' does not exist here")};
    }
    return slot->channel->Check(*std::move(parsed), &slot->message);
  }

  // Hands on what is checked, in the order it was read: one thread at a time.
  void OrderChecked() {
    {
      absl::MutexLock lock(&mutex_);
      if (ordering_) return;
      ordering_ = true;
    }
    while (Slot* slot = NextToOrder()) {
      std::shared_ptr<OrderingChannel> channel = std::move(slot->channel);
      channel->Order(std::move(slot->message),
                     [self = shared_from_this(), slot](BroadcastVerdict verdict) {
                       self->Answer(slot, std::move(verdict));
                     });
    }
  }

  // nullptr, and the role given up, when the next one is not checked or was refused.
  Slot* NextToOrder() {
    absl::MutexLock lock(&mutex_);
    if (next_to_order_ < slots_.size() && !cancelled_ && !finished_) {
      Slot* slot = slots_[next_to_order_].get();
      if (slot->state == Slot::State::kChecked) {
        slot->state = Slot::State::kOrdering;
        ++next_to_order_;
        return slot;
      }
    }
    ordering_ = false;
    return nullptr;
  }

  void Answer(Slot* slot, BroadcastVerdict verdict) {
    {
      absl::MutexLock lock(&mutex_);
      slot->verdict = std::move(verdict);
      slot->state = Slot::State::kAnswered;
    }
    Advance();
  }

  // The next step on the wire: an answer, or the stream's end.
  void Advance() {
    enum { kNothing, kWrite, kWriteLast, kEnd, kCancel } step = kNothing;
    bool read_on = false;
    absl::Duration latency;
    ::orderer::BroadcastResponse response;
    {
      absl::MutexLock lock(&mutex_);
      if (finished_ || writing_) return;
      if (cancelled_) {
        step = kCancel;
      } else if (!slots_.empty() && slots_.front()->state == Slot::State::kAnswered) {
        std::unique_ptr<Slot> slot = std::move(slots_.front());
        slots_.pop_front();
        bytes_ -= slot->size;
        if (next_to_order_ > 0) --next_to_order_;
        response.set_status(slot->verdict.status);
        response.set_info(slot->verdict.info);
        latency = absl::Now() - slot->read_at;
        step = slot->verdict.ok() ? kWrite : kWriteLast;
        writing_ = true;
        read_on = !reading_ && !closed_ && step == kWrite && MayRead();
        if (read_on) reading_ = true;
      } else if (slots_.empty() && closed_) {
        step = kEnd;
      }
      finished_ = step == kWriteLast || step == kEnd || step == kCancel;
    }
    if (step == kWrite || step == kWriteLast) {
      deps_->metrics->CountBroadcast(response.status(), latency);
      outgoing_ = SerializeToBuffer(response);  // nobody else writes: writing_ is set
    }
    // First, while writing_ keeps others from ending the call: it may be gone after the write.
    if (read_on) StartRead(&incoming_);
    if (step == kWrite) StartWrite(&outgoing_);
    if (step == kWriteLast) Refuse(response);
    if (step == kEnd) Finish(grpc::Status::OK);
    if (step == kCancel) Finish(grpc::Status(grpc::StatusCode::CANCELLED, "cancelled"));
  }

  bool MayRead() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return slots_.size() < deps_->max_in_flight && bytes_ < deps_->max_bytes_in_flight;
  }

  void Refuse(const ::orderer::BroadcastResponse& response) {
    log_.Debug("envelope refused",
               {{"status", static_cast<int>(response.status())}, {"reason", response.info()}});
    StartWriteAndFinish(&outgoing_, grpc::WriteOptions(), grpc::Status::OK);
  }

  const std::shared_ptr<const BroadcastDeps> deps_;  // tasks may outlive the service
  const std::shared_ptr<std::atomic<int>> count_;
  const Log log_{"orderer"};
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;  // of whoever set writing_

  absl::Mutex mutex_;
  std::shared_ptr<Stream> self_ ABSL_GUARDED_BY(mutex_);
  // Slots stay where they are until answered: tasks hold pointers to them.
  std::deque<std::unique_ptr<Slot>> slots_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of slots_
  size_t next_to_order_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ordering_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

class Service final : public BroadcastService {
 public:
  explicit Service(BroadcastDeps deps)
      : deps_(std::make_shared<const BroadcastDeps>(std::move(deps))) {}

  Reactor* Serve() override {
    if (count_->fetch_add(1) >= deps_->max_streams) {
      count_->fetch_sub(1);
      return new Refusal;
    }
    auto stream = std::make_shared<Stream>(deps_, count_);
    stream->Begin();
    return stream.get();
  }

 private:
  struct Refusal final : Reactor {
    Refusal() {
      Finish(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                          "too many broadcast streams, exceeding the limit; try later"));
    }
    void OnDone() override { delete this; }
  };

  const std::shared_ptr<const BroadcastDeps> deps_;
  const std::shared_ptr<std::atomic<int>> count_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace

std::unique_ptr<BroadcastService> BroadcastService::Create(BroadcastDeps deps) {
  return std::make_unique<Service>(std::move(deps));
}

}  // namespace suyuan
