#include "network/rpc/session_server.h"

#include <atomic>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/rpc/certificate_of.h"
#include "network/rpc/status_mapping.h"
#include "protos/suyuan/session.grpc.pb.h"

namespace suyuan {
namespace {

using ::suyuan::rpc::SessionReplies;
using ::suyuan::rpc::SessionReply;
using ::suyuan::rpc::SessionRequest;
using ::suyuan::rpc::SessionRequests;

constexpr size_t kMaxAnswerBytes = (size_t{100} << 20) - (size_t{64} << 10);
// Answers that wait are sent together up to about here.
constexpr size_t kBatchBytes = size_t{1} << 20;

class Stream;

class Call final : public SessionCall {
 public:
  Call(std::shared_ptr<Stream> stream, SessionRequest request);
  ~Call() override;

  const std::string& message() const override { return message_; }
  absl::Time deadline() const override { return deadline_; }
  const absl::StatusOr<CertificatePtr>& caller() const override;
  void OnCancel(std::function<void()> hook) override;
  void Answer(const absl::Status& status, std::string response) override;

  uint64_t id() const { return id_; }
  void Cancel();

 private:
  const std::shared_ptr<Stream> stream_;
  const uint64_t id_;
  const std::string message_;
  const absl::Time deadline_;
  std::atomic<bool> answered_{false};
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> hook_ ABSL_GUARDED_BY(mutex_);
};

class Service;

// gRPC's reactions and the answers of handlers meet under mutex_; reads, writes and the end are
// started without it, by whoever took the turn: writing_, reading_, finished_.
class Stream final : public grpc::ServerBidiReactor<SessionRequests, SessionReplies>,
                     public std::enable_shared_from_this<Stream> {
 public:
  Stream(Service* service, absl::StatusOr<CertificatePtr> caller)
      : service_(*service), caller_(std::move(caller)) {}

  const absl::StatusOr<CertificatePtr>& caller() const { return caller_; }
  void Begin();
  void Drain();
  void Answered(const Call& call, const absl::Status& status, std::string response);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  struct Batch {
    SessionReplies replies;
    size_t bytes = 0;
  };
  struct Taken {
    std::vector<std::shared_ptr<Call>> calls;
    std::vector<std::shared_ptr<Call>> cancelled;
    std::vector<std::string> methods;  // of `calls`
  };

  Taken Take(SessionRequests* requests) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool TooMuch() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return calls_.size() > limits().max_calls || request_bytes_ > limits().max_request_bytes ||
           waiting_bytes_ > limits().max_answer_bytes;
  }
  const SessionLimits& limits() const;
  // Starts whatever is due: a write, a read, the end.
  void Step();
  void Break(const absl::Status& why);

  Service& service_;
  const absl::StatusOr<CertificatePtr> caller_;
  std::shared_ptr<Stream> self_;  // gRPC's: from Begin() to OnDone()
  SessionRequests incoming_;      // while reading_
  SessionReplies outgoing_;       // while writing_

  absl::Mutex mutex_;
  std::map<uint64_t, std::weak_ptr<Call>> calls_ ABSL_GUARDED_BY(mutex_);  // under way
  size_t request_bytes_ ABSL_GUARDED_BY(mutex_) = 0;                       // of `calls_`
  std::deque<Batch> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_taken_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);  // to end with
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  int starting_ ABSL_GUARDED_BY(mutex_) = 0;      // reads: the end does not overtake them
  bool no_more_ ABSL_GUARDED_BY(mutex_) = false;  // the caller sends nothing any more
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool told_last_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;  // nobody hears the answers
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

class Service final : public SessionServer, public ::suyuan::rpc::Session::CallbackService {
 public:
  explicit Service(const SessionLimits& limits) : limits_(limits) {}
  // Waits for a Forget() that runs.
  ~Service() override { absl::MutexLock lock(&mutex_); }

  void Handle(std::string method, SessionHandler handler) override {
    handlers_[std::move(method)] = std::move(handler);
  }
  grpc::Service* service() override { return this; }

  void Drain() override {
    std::vector<std::shared_ptr<Stream>> streams;
    {
      absl::MutexLock lock(&mutex_);
      draining_ = true;
      for (const auto& stream : streams_) streams.push_back(stream);
    }
    for (const auto& stream : streams) stream->Drain();
  }

  grpc::ServerBidiReactor<SessionRequests, SessionReplies>* Open(
      grpc::CallbackServerContext* context) override {
    const auto stream =
        std::make_shared<Stream>(this, CertificateOf(context->auth_context().get()));
    bool draining;
    {
      absl::MutexLock lock(&mutex_);
      streams_.insert(stream);
      draining = draining_;
    }
    stream->Begin();
    if (draining) stream->Drain();
    return stream.get();
  }

  void Forget(const std::shared_ptr<Stream>& stream) {
    absl::MutexLock lock(&mutex_);
    streams_.erase(stream);
  }
  // nullptr: no such method.
  const SessionHandler* Find(const std::string& method) const {
    const auto found = handlers_.find(method);
    return found == handlers_.end() ? nullptr : &found->second;
  }
  const SessionLimits& limits() const { return limits_; }

 private:
  const SessionLimits limits_;
  std::map<std::string, SessionHandler> handlers_;
  absl::Mutex mutex_;
  std::set<std::shared_ptr<Stream>> streams_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

// Call ---------------------------------------------------------------------------------------

absl::Time DeadlineOf(const SessionRequest& request) {
  constexpr uint64_t kForEver = uint64_t{1} << 40;  // as good as
  if (request.timeout_ms() == 0 || request.timeout_ms() > kForEver) return absl::InfiniteFuture();
  return absl::Now() + absl::Milliseconds(static_cast<int64_t>(request.timeout_ms()));
}

Call::Call(std::shared_ptr<Stream> stream, SessionRequest request)
    : stream_(std::move(stream)),
      id_(request.id()),
      message_(std::move(*request.mutable_message())),
      deadline_(DeadlineOf(request)) {}

Call::~Call() {
  if (!answered_) Answer(absl::InternalError("the call was dropped"), "");
}

const absl::StatusOr<CertificatePtr>& Call::caller() const { return stream_->caller(); }

void Call::OnCancel(std::function<void()> hook) {
  {
    absl::MutexLock lock(&mutex_);
    if (!cancelled_) {
      hook_ = std::move(hook);
      return;
    }
  }
  if (!answered_) hook();
}

void Call::Cancel() {
  std::function<void()> hook;
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(cancelled_, true)) return;
    hook = std::move(hook_);
  }
  if (hook && !answered_) hook();
}

void Call::Answer(const absl::Status& status, std::string response) {
  if (answered_.exchange(true)) return;
  std::function<void()> dropped;  // what it holds may hold this call
  {
    absl::MutexLock lock(&mutex_);
    dropped = std::move(hook_);
    hook_ = nullptr;
  }
  stream_->Answered(*this, status, std::move(response));
}

// Stream -------------------------------------------------------------------------------------

const SessionLimits& Stream::limits() const { return service_.limits(); }

void Stream::Begin() {
  self_ = shared_from_this();
  Step();
}

void Stream::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  Step();
}

void Stream::OnReadDone(bool ok) {
  Taken taken;
  {
    // From here on the next message may come, while this one's calls start.
    absl::MutexLock lock(&mutex_);
    if (ok) taken = Take(&incoming_);
    incoming_.Clear();
    reading_ = false;
    if (!ok) no_more_ = true;
  }
  for (const auto& call : taken.cancelled) call->Cancel();
  for (size_t i = 0; i < taken.calls.size(); ++i) {
    const SessionHandler* handler = service_.Find(taken.methods[i]);
    if (handler != nullptr) {
      (*handler)(taken.calls[i]);
    } else {
      taken.calls[i]->Answer(
          absl::UnimplementedError(absl::StrCat("unknown method ", taken.methods[i])), "");
    }
  }
  Step();
}

Stream::Taken Stream::Take(SessionRequests* requests) {
  Taken taken;
  if (broken_) return taken;
  for (SessionRequest& request : *requests->mutable_calls()) {
    if (request.cancel()) {
      const auto found = calls_.find(request.id());
      if (found == calls_.end()) continue;  // answered
      if (auto call = found->second.lock()) taken.cancelled.push_back(std::move(call));
      continue;
    }
    if (draining_) continue;
    if (request.id() <= last_taken_) {
      status_ = absl::InvalidArgumentError(
          absl::StrCat("calls.id: ", request.id(), " after ", last_taken_, ", must rise"));
      broken_ = true;
      return taken;
    }
    last_taken_ = request.id();
    taken.methods.push_back(std::move(*request.mutable_method()));
    taken.calls.push_back(std::make_shared<Call>(shared_from_this(), std::move(request)));
    calls_[last_taken_] = taken.calls.back();
    request_bytes_ += taken.calls.back()->message().size();
  }
  return taken;
}

void Stream::Answered(const Call& call, const absl::Status& status, std::string response) {
  SessionReply reply;
  reply.set_id(call.id());
  absl::Status outcome = status;
  if (outcome.ok() && response.size() > kMaxAnswerBytes) {
    outcome = absl::ResourceExhaustedError(
        absl::StrCat("the answer has ", response.size(), " bytes, more than ", kMaxAnswerBytes));
  }
  if (outcome.ok()) {
    reply.set_message(std::move(response));
  } else {
    const grpc::Status sent = ToGrpc(outcome);
    reply.set_code(sent.error_code());
    reply.set_error(sent.error_message());
    reply.set_details(sent.error_details());
  }
  {
    absl::MutexLock lock(&mutex_);
    if (calls_.erase(call.id()) > 0) request_bytes_ -= call.message().size();
    if (!broken_ && !finished_) {
      const size_t bytes =
          reply.message().size() + reply.error().size() + reply.details().size() + 32;
      if (waiting_.empty() || waiting_.back().bytes + bytes > kBatchBytes) waiting_.emplace_back();
      waiting_.back().bytes += bytes;
      waiting_bytes_ += bytes;
      *waiting_.back().replies.add_replies() = std::move(reply);
    }
  }
  Step();
}

void Stream::Step() {
  bool read = false, write = false, finish = false;
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    if (!writing_ && !broken_ && !waiting_.empty()) {
      outgoing_ = std::move(waiting_.front().replies);
      waiting_bytes_ -= waiting_.front().bytes;
      waiting_.pop_front();
      writing_ = write = true;
    }
    const bool answered = calls_.empty() && waiting_.empty();
    if (!write && !writing_ && !broken_ && draining_ && answered && !told_last_) {
      outgoing_.Clear();
      outgoing_.set_last_taken(last_taken_);
      told_last_ = writing_ = write = true;
    }
    const bool over = broken_ || (no_more_ && answered) || (told_last_ && !writing_);
    if (over && !writing_ && starting_ == 0) {
      finished_ = finish = true;
      status = status_;
    } else if (!reading_ && !no_more_ && !over && !TooMuch()) {
      reading_ = read = true;
      ++starting_;
    }
  }
  if (write) StartWrite(&outgoing_);
  if (finish) Finish(ToGrpc(status));
  if (!read) return;
  StartRead(&incoming_);
  {
    absl::MutexLock lock(&mutex_);
    --starting_;
    if (!broken_ && !no_more_) return;
  }
  Step();  // the end may have waited for this
}

void Stream::OnWriteDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
  }
  if (!ok) return Break(absl::CancelledError("the caller is gone"));
  Step();
}

void Stream::OnCancel() { Break(absl::CancelledError("the caller is gone")); }

void Stream::Break(const absl::Status& why) {
  std::map<uint64_t, std::weak_ptr<Call>> calls;
  {
    absl::MutexLock lock(&mutex_);
    if (!broken_) status_ = why;
    broken_ = true;
    waiting_.clear();
    waiting_bytes_ = 0;
    calls.swap(calls_);
  }
  for (const auto& [id, weak] : calls) {
    if (const auto call = weak.lock()) call->Cancel();
  }
  Step();
}

void Stream::OnDone() {
  // Ended by its own fault: those under way are told as well.
  Break(absl::CancelledError("the stream is over"));
  service_.Forget(self_);
  self_.reset();
}

}  // namespace

std::unique_ptr<SessionServer> SessionServer::Make(const SessionLimits& limits) {
  return std::make_unique<Service>(limits);
}

}  // namespace suyuan
