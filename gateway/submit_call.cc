#include "gateway/submit_call.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {

// "status=FORBIDDEN, info=..."
std::string Describe(const ::orderer::BroadcastResponse& answer) {
  return absl::StrCat("received unsuccessful response from orderer: status=",
                      ::common::Status_Name(answer.status()), ", info=", answer.info());
}

}  // namespace

void SubmitCall::Start(const CallDeps& deps, const ::gateway::SubmitRequest& request,
                       const CallScope& scope, CallDone done) {
  if (!request.has_prepared_transaction()) {
    return done(absl::InvalidArgumentError("a prepared transaction is required"));
  }
  if (request.prepared_transaction().signature().empty()) {
    return done(absl::InvalidArgumentError("prepared transaction must be signed"));
  }
  std::shared_ptr<SubmitCall> call(new SubmitCall(scope, std::move(done)));
  call->envelope_ = std::make_shared<const ::common::Envelope>(request.prepared_transaction());
  deps.channels->Find(request.channel_id(), [call](absl::StatusOr<ChannelViewPtr> view) {
    if (!view.ok()) {
      return call->done_(absl::IsNotFound(view.status())
                             ? absl::FailedPreconditionError(view.status().message())
                             : view.status());
    }
    call->orderers_ = (*view)->Orderers();
    thread_local std::mt19937 random{std::random_device{}()};
    std::shuffle(call->orderers_.begin(), call->orderers_.end(), random);
    call->AskNext();
  });
}

void SubmitCall::AskNext() {
  if (asked_ == orderers_.size()) {
    return done_(StatusWithDetails(absl::StatusCode::kUnavailable,
                                   orderers_.empty()
                                       ? "no orderer nodes available"
                                       : "no orderers could successfully process transaction",
                                   failures_));
  }
  orderers_[asked_]->Broadcast(
      envelope_,
      [self = shared_from_this()](const absl::StatusOr<::orderer::BroadcastResponse>& answer) {
        self->Answered(answer);
      });
}

void SubmitCall::Answered(const absl::StatusOr<::orderer::BroadcastResponse>& answer) {
  if (answer.ok() && answer->status() == ::common::SUCCESS) return done_(absl::OkStatus());
  if (answer.ok() && answer->status() >= 400 && answer->status() < 500) {
    return done_(absl::AbortedError(Describe(*answer)));
  }
  const OrdererAddress& address = orderers_[asked_]->address();
  failures_.push_back({address.endpoint, address.msp_id,
                       answer.ok()
                           ? Describe(*answer)
                           : RpcErrorText(answer.status().code(), answer.status().message())});
  if (scope_.expired()) {
    return done_(CallerGone(true, "submit"));
  }
  ++asked_;
  AskNext();
}

}  // namespace suyuan
