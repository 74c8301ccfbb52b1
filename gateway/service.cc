#include "gateway/service.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
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

// One unary call as gRPC sees it. Deletes itself.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(CallMeter* meter, std::string method)
      : meter_(meter), method_(std::move(method)), since_(absl::Now()) {}

  CallDone Done() {
    return [this](const absl::Status& status) {
      meter_->End(method_, status.code(), absl::Now() - since_);
      Finish(ToGrpc(status));
    };
  }

  // The call waits for long, maybe: `end` ends it when the gateway stops.
  void SetEnd(std::function<void(const absl::Status&)> end) { ticket_ = meter_->OnEnd(end); }

  // `hook` runs when the client goes or its time is up; at once when that happened.
  void SetCancelHook(std::function<void()> hook) {
    {
      absl::MutexLock lock(&mutex_);
      if (!cancelled_) {
        hook_ = std::move(hook);
        return;
      }
    }
    hook();
  }

  void OnCancel() override {
    std::function<void()> hook;
    {
      absl::MutexLock lock(&mutex_);
      cancelled_ = true;
      hook = std::move(hook_);
    }
    if (hook) hook();
  }
  void OnDone() override {
    meter_->Forget(ticket_);
    delete this;
  }

 private:
  CallMeter* const meter_;
  const std::string method_;
  const absl::Time since_;
  uint64_t ticket_ = 0;
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> hook_ ABSL_GUARDED_BY(mutex_);
};

class RefusedEvents final : public grpc::ServerWriteReactor<::gateway::ChaincodeEventsResponse> {
 public:
  explicit RefusedEvents(const absl::Status& status) { Finish(ToGrpc(status)); }
  void OnDone() override { delete this; }
};

CallScope ScopeOf(grpc::CallbackServerContext* context) {
  const auto deadline = context->deadline();
  const bool none = deadline == std::chrono::system_clock::time_point::max();
  return {none ? absl::InfiniteFuture() : absl::FromChrono(deadline), context};
}

class GatewayService final : public ::gateway::Gateway::CallbackService {
 public:
  GatewayService(const CallDeps& deps, CallMeter* meter) : deps_(deps), meter_(meter) {}

  grpc::ServerUnaryReactor* Evaluate(grpc::CallbackServerContext* context,
                                     const ::gateway::EvaluateRequest* request,
                                     ::gateway::EvaluateResponse* response) override {
    if (!meter_->Begin("Evaluate", true)) return Refuse(context);
    auto* call = new UnaryCall(meter_, "Evaluate");
    EvaluateCall::Start(deps_, *request, response, ScopeOf(context), call->Done());
    return call;
  }

  grpc::ServerUnaryReactor* Endorse(grpc::CallbackServerContext* context,
                                    const ::gateway::EndorseRequest* request,
                                    ::gateway::EndorseResponse* response) override {
    if (!meter_->Begin("Endorse", true)) return Refuse(context);
    auto* call = new UnaryCall(meter_, "Endorse");
    EndorseCall::Start(deps_, *request, response, ScopeOf(context), call->Done());
    return call;
  }

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const ::gateway::SubmitRequest* request,
                                   ::gateway::SubmitResponse*) override {
    meter_->Begin("Submit", false);
    auto* call = new UnaryCall(meter_, "Submit");
    auto submitting = SubmitCall::Start(deps_, *request, ScopeOf(context), call->Done());
    // It lives as long as the client waits.
    call->SetCancelHook([submitting] { submitting->Cancel(); });
    call->SetEnd([weak = std::weak_ptr<SubmitCall>(submitting)](const absl::Status& why) {
      if (auto pending = weak.lock()) pending->Abandon(why);
    });
    return call;
  }

  grpc::ServerUnaryReactor* CommitStatus(grpc::CallbackServerContext* context,
                                         const ::gateway::SignedCommitStatusRequest* request,
                                         ::gateway::CommitStatusResponse* response) override {
    meter_->Begin("CommitStatus", false);
    auto* call = new UnaryCall(meter_, "CommitStatus");
    auto waiting =
        CommitStatusCall::Start(deps_, *request, response, ScopeOf(context), call->Done());
    call->SetCancelHook([weak = std::weak_ptr<CommitStatusCall>(waiting)] {
      if (auto pending = weak.lock()) pending->Cancel();
    });
    call->SetEnd([weak = std::weak_ptr<CommitStatusCall>(waiting)](const absl::Status& why) {
      if (auto pending = weak.lock()) pending->Abandon(why);
    });
    return call;
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
  grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext* context) {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpc(meter_->Refusal()));
    return reactor;
  }

  const CallDeps& deps_;
  CallMeter* const meter_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeGatewayService(const CallDeps& deps, CallMeter* meter) {
  return std::make_unique<GatewayService>(deps, meter);
}

}  // namespace suyuan
