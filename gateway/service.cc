#include "gateway/service.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "gateway/chaincode_events_call.h"
#include "gateway/commit_status_call.h"
#include "gateway/endorse_call.h"
#include "gateway/evaluate_call.h"
#include "gateway/submit_call.h"
#include "network/rpc/status_mapping.h"
#include "protos/gateway/gateway.grpc.pb.h"

namespace suyuan {
namespace {

// One call of a client, however it came.
class ServedCall {
 public:
  ServedCall(CallMeter* meter, std::string method, absl::Time deadline)
      : meter_(meter), method_(std::move(method)), deadline_(deadline), since_(absl::Now()) {}
  ~ServedCall() { meter_->Forget(ticket_); }

  CallScope scope() const { return {deadline_, gone_}; }
  void Ended(const absl::Status& status) {
    meter_->End(method_, status.code(), absl::Now() - since_);
    std::function<void()> hook;  // holds the call, which may hold this
    absl::MutexLock lock(&mutex_);
    ended_ = true;
    hook.swap(hook_);
  }

  // The call waits for long, maybe: `end` ends it when the gateway stops.
  void SetEnd(std::function<void(const absl::Status&)> end) { ticket_ = meter_->OnEnd(end); }

  // `hook` runs when the client goes or its time is up; at once when that happened.
  void SetCancelHook(std::function<void()> hook) {
    {
      absl::MutexLock lock(&mutex_);
      if (ended_) return;
      if (!*gone_) {
        hook_ = std::move(hook);
        return;
      }
    }
    hook();
  }
  void Cancelled() {
    std::function<void()> hook;
    {
      absl::MutexLock lock(&mutex_);
      *gone_ = true;
      hook = std::move(hook_);
    }
    if (hook) hook();
  }

 private:
  CallMeter* const meter_;
  const std::string method_;
  const absl::Time deadline_;
  const absl::Time since_;
  const std::shared_ptr<std::atomic<bool>> gone_ = std::make_shared<std::atomic<bool>>(false);
  uint64_t ticket_ = 0;
  absl::Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> hook_ ABSL_GUARDED_BY(mutex_);
};

absl::Time DeadlineOf(grpc::CallbackServerContext* context) {
  const auto deadline = context->deadline();
  const bool none = deadline == std::chrono::system_clock::time_point::max();
  return none ? absl::InfiniteFuture() : absl::FromChrono(deadline);
}

// As gRPC sees it. Deletes itself.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(CallMeter* meter, std::string method, grpc::CallbackServerContext* context)
      : served_(meter, std::move(method), DeadlineOf(context)) {}

  ServedCall* served() { return &served_; }
  CallDone Done() {
    return [this](const absl::Status& status) {
      served_.Ended(status);
      Finish(ToGrpc(status));
    };
  }

  void OnCancel() override { served_.Cancelled(); }
  void OnDone() override { delete this; }

 private:
  ServedCall served_;
};

// One that came over a session, with what it reads and writes.
template <typename Request, typename Response>
struct SharedCall {
  SharedCall(CallMeter* meter, std::string method, SessionCallPtr session_call)
      : call(std::move(session_call)), served(meter, std::move(method), call->deadline()) {}

  const SessionCallPtr call;
  Request request;
  Response response;
  ServedCall served;
};

class RefusedEvents final : public grpc::ServerWriteReactor<::gateway::ChaincodeEventsResponse> {
 public:
  explicit RefusedEvents(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

// What the calls do. `served` outlives `done`.
void StartEvaluate(const CallDeps& deps, const ::gateway::EvaluateRequest& request,
                   ::gateway::EvaluateResponse* response, ServedCall* served, CallDone done) {
  EvaluateCall::Start(deps, request, response, served->scope(), std::move(done));
}

void StartEndorse(const CallDeps& deps, const ::gateway::EndorseRequest& request,
                  ::gateway::EndorseResponse* response, ServedCall* served, CallDone done) {
  EndorseCall::Start(deps, request, response, served->scope(), std::move(done));
}

void StartSubmit(const CallDeps& deps, const ::gateway::SubmitRequest& request,
                 ::gateway::SubmitResponse*, ServedCall* served, CallDone done) {
  auto submitting = SubmitCall::Start(deps, request, served->scope(), std::move(done));
  // It lives as long as the client waits.
  served->SetCancelHook([submitting] { submitting->Cancel(); });
  served->SetEnd([weak = std::weak_ptr<SubmitCall>(submitting)](const absl::Status& why) {
    if (auto pending = weak.lock()) pending->Abandon(why);
  });
}

void StartCommitStatus(const CallDeps& deps, const ::gateway::SignedCommitStatusRequest& request,
                       ::gateway::CommitStatusResponse* response, ServedCall* served,
                       CallDone done) {
  auto waiting = CommitStatusCall::Start(deps, request, response, served->scope(), std::move(done));
  served->SetCancelHook([weak = std::weak_ptr<CommitStatusCall>(waiting)] {
    if (auto pending = weak.lock()) pending->Cancel();
  });
  served->SetEnd([weak = std::weak_ptr<CommitStatusCall>(waiting)](const absl::Status& why) {
    if (auto pending = weak.lock()) pending->Abandon(why);
  });
}

template <typename Request, typename Response>
using StartCall = void (*)(const CallDeps&, const Request&, Response*, ServedCall*, CallDone);

class GatewayService final : public ::gateway::Gateway::CallbackService {
 public:
  GatewayService(const CallDeps& deps, CallMeter* meter) : deps_(deps), meter_(meter) {}

  // The same calls for clients that share a stream.
  void ServeOn(SessionServer* sessions) {
    HandleOn(sessions, "Evaluate", true, &StartEvaluate);
    HandleOn(sessions, "Endorse", true, &StartEndorse);
    HandleOn(sessions, "Submit", false, &StartSubmit);
    HandleOn(sessions, "CommitStatus", false, &StartCommitStatus);
  }

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context,
                                     const ::gateway::EvaluateRequest* request,
                                     ::gateway::EvaluateResponse* response) override {
    return Serve(context, "Evaluate", true, &StartEvaluate, *request, response);
  }
  grpc::ServerUnaryReactor* Endorse(grpc::CallbackServerContext* context,
                                    const ::gateway::EndorseRequest* request,
                                    ::gateway::EndorseResponse* response) override {
    return Serve(context, "Endorse", true, &StartEndorse, *request, response);
  }
  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const ::gateway::SubmitRequest* request,
                                   ::gateway::SubmitResponse* response) override {
    return Serve(context, "Submit", false, &StartSubmit, *request, response);
  }
  grpc::ServerUnaryReactor* CommitStatus(grpc::CallbackServerContext* context,
                                         const ::gateway::SignedCommitStatusRequest* request,
                                         ::gateway::CommitStatusResponse* response) override {
    return Serve(context, "CommitStatus", false, &StartCommitStatus, *request, response);
  }

  grpc::ServerWriteReactor<::gateway::ChaincodeEventsResponse>* ChaincodeEvents(
      grpc::CallbackServerContext* context,
      const ::gateway::SignedChaincodeEventsRequest* request) override {
    if (!meter_->Begin("ChaincodeEvents", true)) return new RefusedEvents(meter_->Refusal());
    return new ChaincodeEventsCall(
        deps_, context, *request, [meter = meter_, since = absl::Now()](grpc::StatusCode code) {
          meter->End("ChaincodeEvents", static_cast<absl::StatusCode>(code), absl::Now() - since);
        });
  }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, const char* method,
                                  bool may_refuse, StartCall<Request, Response> start,
                                  const Request& request, Response* response) {
    if (!meter_->Begin(method, may_refuse)) {
      auto* reactor = context->DefaultReactor();
      reactor->Finish(ToGrpc(meter_->Refusal()));
      return reactor;
    }
    auto* call = new UnaryCall(meter_, method, context);
    start(deps_, request, response, call->served(), call->Done());
    return call;
  }

  template <typename Request, typename Response>
  void HandleOn(SessionServer* sessions, std::string method, bool may_refuse,
                StartCall<Request, Response> start) {
    const std::string path = absl::StrCat("/gateway.Gateway/", method);
    sessions->Handle(
        path, [this, method = std::move(method), may_refuse, start](const SessionCallPtr& call) {
          if (!meter_->Begin(method, may_refuse)) return call->Answer(meter_->Refusal(), "");
          const auto shared = std::make_shared<SharedCall<Request, Response>>(meter_, method, call);
          CallDone done = [shared](const absl::Status& status) {
            shared->served.Ended(status);
            shared->call->Answer(status, status.ok() ? shared->response.SerializeAsString() : "");
          };
          if (!shared->request.ParseFromString(call->message())) {
            return done(absl::InternalError(absl::StrCat("not a ", shared->request.GetTypeName())));
          }
          call->OnCancel([weak = std::weak_ptr<SharedCall<Request, Response>>(shared)] {
            if (auto gone = weak.lock()) gone->served.Cancelled();
          });
          start(deps_, shared->request, &shared->response, &shared->served, std::move(done));
        });
  }

  const CallDeps& deps_;
  CallMeter* const meter_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeGatewayService(const CallDeps& deps, CallMeter* meter,
                                                  SessionServer* sessions) {
  auto service = std::make_unique<GatewayService>(deps, meter);
  if (sessions != nullptr) service->ServeOn(sessions);
  return service;
}

}  // namespace suyuan
