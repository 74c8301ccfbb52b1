#include "network/rpc/session_client.h"

#include <grpcpp/alarm.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/rpc/byte_buffer.h"
#include "network/rpc/status_mapping.h"
#include "protos/suyuan/session.grpc.pb.h"

namespace suyuan {
namespace {

using ::suyuan::rpc::SessionReplies;
using ::suyuan::rpc::SessionReply;
using ::suyuan::rpc::SessionRequest;
using ::suyuan::rpc::SessionRequests;

constexpr size_t kMaxSharedBytes = size_t{256} << 10;  // beyond: a call of its own
// Requests that wait are sent together up to about here.
constexpr size_t kBatchBytes = size_t{1} << 20;
// Streams that a call is offered to before it goes by itself.
constexpr int kTries = 3;

class Stream;
struct Pending;

// Follows a call to wherever it is asked.
class Place final : public SessionClient::Handle {
 public:
  void Cancel() override;
  void IsOn(std::shared_ptr<Stream> stream, uint64_t id);
  void IsAlone(std::shared_ptr<SessionClient::Handle> call);

 private:
  void CancelIn(const std::shared_ptr<Stream>& stream, uint64_t id,
                const std::shared_ptr<SessionClient::Handle>& alone);

  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<Stream> stream_ ABSL_GUARDED_BY(mutex_);
  uint64_t id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<SessionClient::Handle> alone_ ABSL_GUARDED_BY(mutex_);
};

// A call, kept until its answer: it may have to be asked again elsewhere.
struct Pending {
  std::string method, message;
  absl::Time deadline;
  SessionClient::Done done;
  std::shared_ptr<Place> place;
  std::shared_ptr<SessionClient> keep;  // alive
  int passed_on = 0;                    // by servers that were stopping
};

uint64_t TimeoutMs(absl::Time deadline) {
  if (deadline == absl::InfiniteFuture()) return 0;
  return static_cast<uint64_t>(
      std::max<int64_t>(1, absl::ToInt64Milliseconds(deadline - absl::Now())));
}

// Calls that each take a gRPC call.
struct OwnCall final : SessionClient::Handle {
  grpc::ClientContext context;
  grpc::ByteBuffer request, response;
  void Cancel() override { context.TryCancel(); }
};

std::shared_ptr<SessionClient::Handle> CallAlone(grpc::GenericStub& stub, Pending pending) {
  auto call = std::make_shared<OwnCall>();
  if (pending.deadline < absl::InfiniteFuture()) {
    call->context.set_deadline(absl::ToChronoTime(pending.deadline));
  }
  call->request = ToBuffer(pending.message);
  stub.UnaryCall(&call->context, pending.method, grpc::StubOptions(), &call->request,
                 &call->response,
                 [call, done = std::move(pending.done),
                  keep = std::move(pending.keep)](const grpc::Status& status) {
                   if (!status.ok()) return done(FromGrpc(status));
                   done(ToBytes(call->response));
                 });
  return call;
}

// How a stream ended.
struct StreamEnd {
  absl::Status status;
  bool answered = false;  // anything
  bool drained = false;   // `last_taken` holds
  uint64_t last_taken = 0;
  std::map<uint64_t, Pending> unanswered;
};

class Stream final : public grpc::ClientBidiReactor<SessionRequests, SessionReplies>,
                     public std::enable_shared_from_this<Stream> {
 public:
  using Ended = std::function<void(const std::shared_ptr<Stream>&, StreamEnd)>;
  explicit Stream(Ended ended) : ended_(std::move(ended)) {}

  void Begin(const std::shared_ptr<grpc::Channel>& channel) {
    self_ = shared_from_this();
    stub_ = ::suyuan::rpc::Session::NewStub(channel);
    stub_->async()->Open(&context_, this);
    // Writes are started from outside of reactions; the hold keeps the call from ending between.
    AddHold();
    StartRead(&incoming_);
    StartCall();
  }
  void Abort() { context_.TryCancel(); }

  // 0: the stream has ended, `pending` is as it was. Else the call's id.
  uint64_t Push(Pending* pending);
  // Takes the call back, unless it was answered.
  bool Withdraw(uint64_t id, Pending* pending);
  // Those whose time is up; the next deadline to look at.
  std::vector<Pending> Expired(absl::Time now, absl::Time* next);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  struct Batch {
    SessionRequests requests;
    size_t bytes = 0;
  };
  SessionRequest* Add(size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendCancel(uint64_t id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Step();

  const Ended ended_;
  std::shared_ptr<Stream> self_;  // gRPC's: until OnDone()
  std::unique_ptr<::suyuan::rpc::Session::Stub> stub_;
  grpc::ClientContext context_;
  SessionReplies incoming_;
  SessionRequests outgoing_;

  absl::Mutex mutex_;
  std::map<uint64_t, Pending> calls_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<absl::Time, uint64_t>> deadlines_ ABSL_GUARDED_BY(mutex_);
  std::deque<Batch> waiting_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_taken_ ABSL_GUARDED_BY(mutex_) = 0;
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  bool drained_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;      // takes no more calls
  bool released_ ABSL_GUARDED_BY(mutex_) = false;  // the hold is given back
};

SessionRequest* Stream::Add(size_t bytes) {
  if (waiting_.empty() || waiting_.back().bytes + bytes > kBatchBytes) waiting_.emplace_back();
  waiting_.back().bytes += bytes;
  return waiting_.back().requests.add_calls();
}

uint64_t Stream::Push(Pending* pending) {
  uint64_t id;
  {
    absl::MutexLock lock(&mutex_);
    if (over_ || drained_) return 0;
    id = ++last_id_;
    SessionRequest* request = Add(pending->message.size() + pending->method.size() + 32);
    request->set_id(id);
    request->set_method(pending->method);
    request->set_message(pending->message);
    request->set_timeout_ms(TimeoutMs(pending->deadline));
    if (pending->deadline < absl::InfiniteFuture()) deadlines_.emplace(pending->deadline, id);
    calls_.emplace(id, std::move(*pending));
  }
  Step();
  return id;
}

void Stream::SendCancel(uint64_t id) {
  SessionRequest* request = Add(16);
  request->set_id(id);
  request->set_cancel(true);
}

bool Stream::Withdraw(uint64_t id, Pending* pending) {
  {
    absl::MutexLock lock(&mutex_);
    const auto found = calls_.find(id);
    if (found == calls_.end()) return false;
    *pending = std::move(found->second);
    calls_.erase(found);
    deadlines_.erase({pending->deadline, id});
    if (!over_) SendCancel(id);
  }
  Step();
  return true;
}

std::vector<Pending> Stream::Expired(absl::Time now, absl::Time* next) {
  std::vector<Pending> expired;
  {
    absl::MutexLock lock(&mutex_);
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const uint64_t id = deadlines_.begin()->second;
      deadlines_.erase(deadlines_.begin());
      const auto found = calls_.find(id);
      if (found == calls_.end()) continue;
      expired.push_back(std::move(found->second));
      calls_.erase(found);
      if (!over_) SendCancel(id);
    }
    *next = deadlines_.empty() ? absl::InfiniteFuture() : deadlines_.begin()->first;
  }
  if (!expired.empty()) Step();
  return expired;
}

void Stream::Step() {
  bool write = false, release = false;
  {
    absl::MutexLock lock(&mutex_);
    if (!writing_ && !over_ && !waiting_.empty()) {
      outgoing_ = std::move(waiting_.front().requests);
      waiting_.pop_front();
      writing_ = write = true;
    } else if (over_ && !writing_ && !released_) {
      released_ = release = true;
    }
  }
  if (write) StartWrite(&outgoing_);
  if (release) RemoveHold();
}

void Stream::OnReadDone(bool ok) {
  if (!ok) {
    {
      absl::MutexLock lock(&mutex_);
      over_ = true;
    }
    return Step();
  }
  std::vector<std::pair<Pending, SessionReply>> answered;
  {
    absl::MutexLock lock(&mutex_);
    answered_ = true;
    for (SessionReply& reply : *incoming_.mutable_replies()) {
      const auto found = calls_.find(reply.id());
      if (found == calls_.end()) continue;  // withdrawn meanwhile
      deadlines_.erase({found->second.deadline, reply.id()});
      answered.emplace_back(std::move(found->second), std::move(reply));
      calls_.erase(found);
    }
    if (incoming_.last_taken() != 0 || incoming_.replies().empty()) {
      drained_ = true;
      last_taken_ = incoming_.last_taken();
    }
    incoming_.Clear();
  }
  for (auto& [pending, reply] : answered) {
    if (reply.code() == 0) {
      pending.done(std::move(*reply.mutable_message()));
    } else {
      pending.done(FromGrpc(grpc::Status(static_cast<grpc::StatusCode>(reply.code()), reply.error(),
                                         reply.details())));
    }
  }
  StartRead(&incoming_);
}

void Stream::OnWriteDone(bool) {
  // When it failed, a read tells so too, and ends the stream.
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
  }
  Step();
}

void Stream::OnDone(const grpc::Status& status) {
  const std::shared_ptr<Stream> self = std::move(self_);
  StreamEnd end;
  end.status = FromGrpc(status);
  {
    absl::MutexLock lock(&mutex_);
    over_ = true;
    end.answered = answered_;
    end.drained = drained_;
    end.last_taken = last_taken_;
    end.unanswered.swap(calls_);
  }
  ended_(self, std::move(end));
}

// Place --------------------------------------------------------------------------------------

void Place::Cancel() {
  std::shared_ptr<Stream> stream;
  std::shared_ptr<SessionClient::Handle> alone;
  uint64_t id;
  {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    stream = stream_;
    id = id_;
    alone = alone_;
  }
  CancelIn(stream, id, alone);
}

void Place::IsOn(std::shared_ptr<Stream> stream, uint64_t id) {
  {
    absl::MutexLock lock(&mutex_);
    stream_ = stream;
    id_ = id;
    if (!cancelled_) return;
  }
  CancelIn(stream, id, nullptr);
}

void Place::IsAlone(std::shared_ptr<SessionClient::Handle> call) {
  {
    absl::MutexLock lock(&mutex_);
    stream_ = nullptr;
    alone_ = call;
    if (!cancelled_) return;
  }
  CancelIn(nullptr, 0, call);
}

void Place::CancelIn(const std::shared_ptr<Stream>& stream, uint64_t id,
                     const std::shared_ptr<SessionClient::Handle>& alone) {
  Pending pending;
  if (alone != nullptr) alone->Cancel();
  if (stream != nullptr && stream->Withdraw(id, &pending)) {
    pending.done(absl::CancelledError("cancelled"));
  }
}

// Client -------------------------------------------------------------------------------------

class Client final : public SessionClient, public std::enable_shared_from_this<Client> {
 public:
  Client(std::shared_ptr<grpc::Channel> channel, const SessionClientOptions& options)
      : channel_(std::move(channel)), stub_(channel_), share_(options.share_stream) {}
  ~Client() override {
    absl::MutexLock lock(&mutex_);
    for (const auto& stream : streams_) stream->Abort();
  }

  std::shared_ptr<Handle> Call(absl::string_view method, std::string message, absl::Time deadline,
                               Done done) override {
    auto place = std::make_shared<Place>();
    Ask({std::string(method), std::move(message), deadline, std::move(done), place,
         shared_from_this()});
    return place;
  }

 private:
  void Ask(Pending pending);
  // nullptr: calls go by themselves.
  std::shared_ptr<Stream> Current();
  void Replace(const std::shared_ptr<Stream>& stream);
  void Ended(const std::shared_ptr<Stream>& stream, StreamEnd end);
  void LookAt(absl::Time deadline);
  void DeadlineReached();

  const std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;

  absl::Mutex mutex_;
  bool share_ ABSL_GUARDED_BY(mutex_);
  std::set<std::shared_ptr<Stream>> streams_ ABSL_GUARDED_BY(mutex_);  // that have not ended
  std::shared_ptr<Stream> current_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_look_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
};

void Client::Ask(Pending pending) {
  const std::shared_ptr<Place> place = pending.place;
  const absl::Time deadline = pending.deadline;
  const bool alone = pending.message.size() > kMaxSharedBytes || pending.passed_on > kTries;
  // A stream may end before it takes the call; one that could not even be opened says why.
  for (int i = 0; i < kTries && !alone; ++i) {
    const std::shared_ptr<Stream> stream = Current();
    if (stream == nullptr) break;
    const uint64_t id = stream->Push(&pending);
    if (id != 0) {
      place->IsOn(stream, id);
      return LookAt(deadline);
    }
    Replace(stream);
  }
  place->IsAlone(CallAlone(stub_, std::move(pending)));
}

std::shared_ptr<Stream> Client::Current() {
  std::shared_ptr<Stream> stream;
  {
    absl::MutexLock lock(&mutex_);
    if (!share_) return nullptr;
    if (current_ != nullptr) return current_;
    stream = std::make_shared<Stream>(
        [weak = weak_from_this()](const std::shared_ptr<Stream>& ended, StreamEnd end) {
          // Calls keep their client: without one there are none.
          if (auto self = weak.lock()) self->Ended(ended, std::move(end));
        });
    current_ = stream;
    streams_.insert(stream);
    stream->Begin(channel_);
  }
  return stream;
}

void Client::Replace(const std::shared_ptr<Stream>& stream) {
  absl::MutexLock lock(&mutex_);
  if (current_ == stream) current_ = nullptr;
}

void Client::Ended(const std::shared_ptr<Stream>& stream, StreamEnd end) {
  const bool unknown = absl::IsUnimplemented(end.status) && !end.answered;
  {
    absl::MutexLock lock(&mutex_);
    streams_.erase(stream);
    if (current_ == stream) current_ = nullptr;
    if (unknown) share_ = false;
  }
  absl::Status status = end.status;
  if (status.ok() || absl::IsCancelled(status)) {
    status = absl::UnavailableError("the server has ended the session before its answer");
  }
  for (auto& [id, pending] : end.unanswered) {
    const bool untouched = unknown || (end.drained && id > end.last_taken);
    if (untouched) {
      ++pending.passed_on;
      Ask(std::move(pending));
    } else {
      pending.done(status);
    }
  }
}

void Client::LookAt(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  if (deadline >= next_look_) return;
  next_look_ = deadline;
  alarm_ = std::make_unique<grpc::Alarm>();  // the one before is cancelled
  alarm_->Set(absl::ToChronoTime(deadline), [weak = weak_from_this()](bool due) {
    if (!due) return;
    if (auto self = weak.lock()) self->DeadlineReached();
  });
}

void Client::DeadlineReached() {
  std::vector<std::shared_ptr<Stream>> streams;
  {
    absl::MutexLock lock(&mutex_);
    next_look_ = absl::InfiniteFuture();
    streams.assign(streams_.begin(), streams_.end());
  }
  absl::Time earliest = absl::InfiniteFuture();
  for (const auto& stream : streams) {
    absl::Time next;
    for (Pending& pending : stream->Expired(absl::Now(), &next)) {
      pending.done(absl::DeadlineExceededError("Deadline Exceeded"));
    }
    earliest = std::min(earliest, next);
  }
  LookAt(earliest);
}

}  // namespace

std::shared_ptr<SessionClient> SessionClient::Make(std::shared_ptr<grpc::Channel> channel,
                                                   const SessionClientOptions& options) {
  return std::make_shared<Client>(std::move(channel), options);
}

}  // namespace suyuan
