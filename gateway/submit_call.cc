#include "gateway/submit_call.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/timer.h"

namespace suyuan {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestPause = absl::Seconds(1);

// "status=FORBIDDEN, info=..."
std::string Describe(const ::orderer::BroadcastResponse& answer) {
  return absl::StrCat("received unsuccessful response from orderer: status=",
                      ::common::Status_Name(answer.status()), ", info=", answer.info());
}

// So long before the caller's deadline that our answer still reaches it.
absl::Time GiveUpAt(const CallScope& scope, absl::Duration limit) {
  const absl::Time now = absl::Now();
  if (scope.deadline == absl::InfiniteFuture()) return now + limit;
  const absl::Duration left = scope.deadline - now;
  const absl::Duration margin =
      std::clamp(left / 10, absl::Milliseconds(100), absl::Milliseconds(500));
  return scope.deadline - std::min(margin, left / 2);
}

// Between half of `pause` and all of it: callers that failed together don't come back
// together.
absl::Duration Jittered(absl::Duration pause) {
  thread_local std::mt19937 random{std::random_device{}()};
  return pause * std::uniform_real_distribution<>(0.5, 1.0)(random);
}

}  // namespace

SubmitCall::SubmitCall(const CallScope& scope, absl::Duration limit, CallDone done)
    : scope_(scope),
      give_up_(GiveUpAt(scope, limit)),
      done_(std::move(done)),
      pause_(kFirstPause) {}

std::shared_ptr<SubmitCall> SubmitCall::Start(const CallDeps& deps,
                                              const ::gateway::SubmitRequest& request,
                                              const CallScope& scope, CallDone done) {
  std::shared_ptr<SubmitCall> call(new SubmitCall(scope, deps.submit_timeout, std::move(done)));
  if (!request.has_prepared_transaction()) {
    call->Finish(absl::InvalidArgumentError("a prepared transaction is required"));
  } else if (request.prepared_transaction().signature().empty()) {
    call->Finish(absl::InvalidArgumentError("prepared transaction must be signed"));
  } else {
    call->envelope_ = std::make_shared<const ::common::Envelope>(request.prepared_transaction());
    deps.channels->Find(request.channel_id(), [call](absl::StatusOr<ChannelViewPtr> view) {
      if (view.ok()) return call->Begin(*std::move(view));
      call->Finish(absl::IsNotFound(view.status())
                       ? absl::FailedPreconditionError(view.status().message())
                       : view.status());
    });
  }
  return call;
}

void SubmitCall::Begin(ChannelViewPtr view) {
  view_ = std::move(view);
  NextRound();
}

void SubmitCall::NextRound() {
  orderers_ = view_->Orderers();
  asked_ = 0;
  if (orderers_.empty()) return Finish(absl::UnavailableError("no orderer nodes available"));
  AskNext();
}

void SubmitCall::AskNext() {
  if (finished_) return;
  if (absl::Now() >= give_up_) {
    return Finish(StatusWithDetails(absl::StatusCode::kUnavailable,
                                    "no orderers could successfully process transaction",
                                    failures_));
  }
  if (asked_ == orderers_.size()) return Pause();
  OrdererClientPtr orderer = orderers_[asked_++];
  orderer->Broadcast(envelope_, give_up_,
                     [self = shared_from_this(),
                      orderer](const absl::StatusOr<::orderer::BroadcastResponse>& answer) {
                       self->Answered(orderer, answer);
                     });
}

void SubmitCall::Answered(const OrdererClientPtr& orderer,
                          const absl::StatusOr<::orderer::BroadcastResponse>& answer) {
  if (answer.ok() && answer->status() < 500) {
    view_->OrdererAnswered(orderer);
    if (answer->status() == ::common::SUCCESS) return Finish(absl::OkStatus());
    return Finish(StatusWithDetails(absl::StatusCode::kAborted, Describe(*answer), failures_));
  }
  view_->OrdererFailed(orderer);
  NoteFailure(orderer->address(),
              answer.ok() ? Describe(*answer)
                          : RpcErrorText(answer.status().code(), answer.status().message()));
  WatchLedger();
  AskNext();
}

// All have failed: they are asked again in a while.
void SubmitCall::Pause() {
  const absl::Duration pause = std::min(Jittered(pause_), give_up_ - absl::Now());
  pause_ = std::min(pause_ * 2, kLongestPause);
  RunAfter(pause, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self != nullptr && !self->finished_) self->NextRound();
  });
}

// From the first failure on: the transaction may be on its way into a block.
void SubmitCall::WatchLedger() {
  std::string tx_id;
  {
    absl::MutexLock lock(&mutex_);
    if (!watched_tx_id_.empty()) return;
    const auto parsed = ParseEnvelope(*envelope_);
    if (!parsed.ok() || parsed->channel_header.tx_id().empty()) return;
    watched_tx_id_ = tx_id = parsed->channel_header.tx_id();
  }
  const auto ticket = view_->commits().Await(
      tx_id, absl::Now(),
      [self = shared_from_this()](const CommitVerdict&) { self->Finish(absl::OkStatus()); });
  if (ticket.id == 0) return;
  {
    absl::MutexLock lock(&mutex_);
    ticket_ = ticket.id;
  }
  if (finished_) return StopWatching();  // meanwhile
  if (ticket.ask_ledger) view_->AskLedgerForBoard(tx_id);
}

void SubmitCall::StopWatching() {
  std::string tx_id;
  uint64_t ticket;
  {
    absl::MutexLock lock(&mutex_);
    tx_id = watched_tx_id_;
    ticket = std::exchange(ticket_, 0);
  }
  if (ticket != 0) view_->commits().Cancel(tx_id, ticket);
}

void SubmitCall::NoteFailure(const OrdererAddress& address, std::string reason) {
  for (NodeFailure& failure : failures_) {
    if (failure.address != address.endpoint) continue;
    failure.message = std::move(reason);
    return;
  }
  failures_.push_back({address.endpoint, address.msp_id, std::move(reason)});
}

void SubmitCall::Cancel() { Abandon(CallerGone(scope_.expired(), "submit")); }

void SubmitCall::Abandon(const absl::Status& why) { Finish(why); }

void SubmitCall::Finish(const absl::Status& status) {
  if (finished_.exchange(true)) return;
  StopWatching();
  done_(status);
}

}  // namespace suyuan
