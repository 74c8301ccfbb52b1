#include "network/deliver/deliver_service.h"

#include <atomic>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "network/common/log.h"
#include "network/deliver/seek.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/byte_buffer.h"

namespace suyuan {
namespace {

// DeliverResponse{status}: field 1 in both messages of that name.
grpc::ByteBuffer StatusMessage(::common::Status status) {
  ::orderer::DeliverResponse response;
  response.set_status(status);
  return SerializeToBuffer(response);
}

// HEADER_WITH_SIG: config blocks stay whole.
absl::StatusOr<std::string> WithoutData(const std::string& bytes) {
  auto block = ParseProto<::common::Block>(bytes, "Block");
  if (!block.ok()) return block.status();
  if (!IsConfigBlock(*block)) block->clear_data();
  return block->SerializeAsString();
}

// One seek under way.
struct Session {
  Session(SeekRequest seek, std::shared_ptr<DeliverChannel> on,
          const std::shared_ptr<const DeliverFormat>& format)
      : request(std::move(seek)), channel(std::move(on)), access(request, channel, format) {}

  const SeekRequest request;
  const std::shared_ptr<DeliverChannel> channel;
  SessionAccess access;
  SeekRange range;  // start moves on
  std::shared_ptr<void> listener;
  std::shared_ptr<void> close_listener;
};

// One call. gRPC's threads note what happened and leave the work to a task on the
// pool, of which there is at most one at a time (Run). The stream keeps itself alive
// until the call is done and that task has let go of it.
class Stream final : public DeliverService::Reactor, public std::enable_shared_from_this<Stream> {
 public:
  Stream(std::shared_ptr<const DeliverDeps> deps, std::shared_ptr<const DeliverFormat> format,
         std::shared_ptr<std::atomic<int>> count)
      : deps_(std::move(deps)), format_(std::move(format)), count_(std::move(count)) {}

  void Begin() {
    {
      absl::MutexLock lock(&mutex_);
      self_ = shared_from_this();
    }
    StartRead(&incoming_);
  }

  void OnReadDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      (ok ? read_ : closed_) = true;
    }
    Wake();
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      if (!ok) cancelled_ = true;
    }
    Wake();
  }

  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      cancelled_ = true;
    }
    Wake();
  }

  void OnDone() override {
    count_->fetch_sub(1);
    std::shared_ptr<Stream> self;
    {
      absl::MutexLock lock(&mutex_);
      done_ = true;
      self = std::move(self_);
    }
    // A listener may not be dropped from within itself: let the pool do it.
    deps_->pool->Submit([self = std::move(self)] { self->ReleaseIfIdle(); });
  }

  // Something changed: one more look at it, from the pool.
  void Wake() {
    {
      absl::MutexLock lock(&mutex_);
      again_ = true;
      if (running_ || done_) return;
      running_ = true;
    }
    deps_->pool->Submit([self = shared_from_this()] { self->Run(); });
  }

 private:
  struct Events {
    bool read = false, closed = false, cancelled = false, writing = false;
  };

  void Run() {
    while (true) {
      Events events;
      bool leave = false;
      {
        absl::MutexLock lock(&mutex_);
        if (!again_ || done_) {
          running_ = false;
          leave = true;
        } else {
          again_ = false;
          events = {read_, closed_, cancelled_, writing_};
          read_ = false;
        }
      }
      if (leave) return ReleaseIfIdle();
      Step(events);
    }
  }

  void ReleaseIfIdle() {
    std::unique_ptr<Session> session;
    absl::MutexLock lock(&mutex_);
    if (done_ && !running_) session.swap(session_);
    // Destroyed after the lock, as declared before it.
  }

  // Only Run() calls what follows.
  void Step(const Events& events) {
    if (finished_) return;
    if (events.cancelled) {
      if (events.writing) return;  // its end wakes us
      return End(grpc::Status(grpc::StatusCode::CANCELLED, "cancelled"));
    }
    if (events.closed) return End(grpc::Status::OK);
    if (events.read) Open();
    if (finished_ || events.writing) return;
    if (session_ != nullptr) return Advance();
    if (after_ == After::kReportSuccess) {
      after_ = After::kRead;
      return Write(StatusMessage(::common::SUCCESS));
    }
    if (after_ == After::kRead) {
      after_ = After::kNothing;
      StartRead(&incoming_);
    }
  }

  void Open() {
    SeekRequest request;
    SeekRefusal refusal = ReadSeek(incoming_, deps_->clock->Now(), deps_->time_window, &request);
    if (refusal.refused()) return Refuse(refusal);
    std::shared_ptr<DeliverChannel> channel = deps_->find(request.channel_id);
    if (channel == nullptr) return Refuse({::common::NOT_FOUND, "unknown channel"});
    if (!request.info_error.ok()) return Refuse({::common::BAD_REQUEST, "malformed SeekInfo"});
    if (request.info.error_response() == ::orderer::SeekInfo::STRICT) {
      const absl::Status health = channel->Health();
      if (!health.ok()) {
        return Refuse({::common::SERVICE_UNAVAILABLE, std::string(health.message())});
      }
    }
    auto session = std::make_unique<Session>(std::move(request), std::move(channel), format_);
    const absl::Status access = session->access.Check(deps_->clock->Now());
    if (!access.ok()) return Refuse({::common::FORBIDDEN, std::string(access.message())});
    refusal =
        ResolveRange(session->request.info, session->channel->blocks().Height(), &session->range);
    if (refusal.refused()) return Refuse(refusal);
    session_ = std::move(session);
    session_->close_listener = session_->channel->AddCloseListener([weak = weak_from_this()] {
      if (auto self = weak.lock()) self->Wake();
    });
  }

  // Sends the next block, waits for it, or ends the seek.
  void Advance() {
    if (session_->channel->closed()) {
      return Refuse({::common::NOT_FOUND, "this node has left the channel"});
    }
    const uint64_t number = session_->range.start;
    if (!Available(number)) {
      if (session_->request.info.behavior() == ::orderer::SeekInfo::FAIL_IF_NOT_READY) {
        Refuse({::common::NOT_FOUND, "the next block does not exist yet"});
      }
      return;
    }
    const absl::Status access = session_->access.Check(deps_->clock->Now());
    if (!access.ok()) return Refuse({::common::FORBIDDEN, std::string(access.message())});
    absl::StatusOr<grpc::ByteBuffer> message = MakeMessage(number);
    if (!message.ok()) {
      log_.Error("block cannot be served", {{"channel", session_->request.channel_id},
                                            {"block", number},
                                            {"reason", message.status()}});
      return Refuse({::common::INTERNAL_SERVER_ERROR, std::string(message.status().message())});
    }
    if (number == session_->range.stop) {
      session_.reset();
      after_ = After::kReportSuccess;
    } else {
      session_->range.start = number + 1;
    }
    Write(*std::move(message));
  }

  // True when the block is there. Else this stream will be woken by each new block.
  bool Available(uint64_t number) {
    BlockSource& blocks = session_->channel->blocks();
    if (number < blocks.Height()) return true;
    if (session_->listener != nullptr) return false;
    session_->listener = blocks.AddListener([weak = weak_from_this()](uint64_t) {
      if (auto self = weak.lock()) self->Wake();
    });
    return number < blocks.Height();
  }

  absl::StatusOr<grpc::ByteBuffer> MakeMessage(uint64_t number) {
    absl::StatusOr<std::string> bytes = session_->channel->blocks().GetBytes(number);
    if (!bytes.ok()) return bytes.status();
    if (session_->request.info.content_type() == ::orderer::SeekInfo::HEADER_WITH_SIG) {
      bytes = WithoutData(*bytes);
      if (!bytes.ok()) return bytes.status();
    }
    return format_->Format(
        {*session_->channel, number, *std::move(bytes), session_->request.creator});
  }

  void Write(grpc::ByteBuffer message) {
    {
      absl::MutexLock lock(&mutex_);
      writing_ = true;
    }
    outgoing_ = std::move(message);
    StartWrite(&outgoing_);
  }

  void Refuse(const SeekRefusal& refusal) {
    log_.Debug("seek refused",
               {{"status", static_cast<int>(refusal.status)}, {"reason", refusal.reason}});
    session_.reset();
    finished_ = true;
    outgoing_ = StatusMessage(refusal.status);
    StartWriteAndFinish(&outgoing_, grpc::WriteOptions(), grpc::Status::OK);
  }

  void End(const grpc::Status& status) {
    session_.reset();
    finished_ = true;
    Finish(status);
  }

  const std::shared_ptr<const DeliverDeps> deps_;  // tasks may outlive the service
  const std::shared_ptr<const DeliverFormat> format_;
  const std::shared_ptr<std::atomic<int>> count_;
  const Log log_{"deliver"};

  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
  std::unique_ptr<Session> session_;
  // What follows the write under way when no seek is.
  enum class After { kNothing, kReportSuccess, kRead } after_ = After::kNothing;
  bool finished_ = false;  // the call's end is under way

  absl::Mutex mutex_;
  std::shared_ptr<Stream> self_ ABSL_GUARDED_BY(mutex_);
  bool read_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool again_ ABSL_GUARDED_BY(mutex_) = false;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

class Service final : public DeliverService {
 public:
  explicit Service(DeliverDeps deps)
      : deps_(std::make_shared<const DeliverDeps>(std::move(deps))) {}

  Reactor* Serve(std::shared_ptr<const DeliverFormat> format) override {
    if (count_->fetch_add(1) >= deps_->max_streams) {
      count_->fetch_sub(1);
      return new Refusal;
    }
    auto stream = std::make_shared<Stream>(deps_, std::move(format), count_);
    stream->Begin();
    return stream.get();
  }
  int streams() const override { return count_->load(); }

 private:
  struct Refusal final : Reactor {
    Refusal() {
      Finish(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                          "too many block streams, exceeding the limit; try later"));
    }
    void OnDone() override { delete this; }
  };

  const std::shared_ptr<const DeliverDeps> deps_;
  const std::shared_ptr<std::atomic<int>> count_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace

void DeliverChannel::Close() {
  closed_ = true;
  close_listeners_.Notify(0);
}

std::shared_ptr<void> DeliverChannel::AddCloseListener(std::function<void()> listener) {
  return close_listeners_.Add([listener = std::move(listener)](uint64_t) { listener(); });
}

std::unique_ptr<DeliverService> DeliverService::Create(DeliverDeps deps) {
  return std::make_unique<Service>(std::move(deps));
}

}  // namespace suyuan
