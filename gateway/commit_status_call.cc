#include "gateway/commit_status_call.h"

#include <utility>

#include "absl/time/clock.h"
#include "gateway/errors.h"

namespace suyuan {

std::shared_ptr<CommitStatusCall> CommitStatusCall::Start(
    const CallDeps& deps, const ::gateway::SignedCommitStatusRequest& request,
    ::gateway::CommitStatusResponse* response, const CallScope& scope, CallDone done) {
  std::shared_ptr<CommitStatusCall> call(
      new CommitStatusCall(request, response, scope, std::move(done)));
  auto& inner = call->request_;
  if (request.request().empty() || !inner.ParseFromString(request.request()) ||
      inner.identity().empty() || inner.channel_id().empty() || inner.transaction_id().empty()) {
    call->Finish(absl::InvalidArgumentError("invalid status request"), {});
    return call;
  }
  deps.channels->Find(
      inner.channel_id(), [call, workers = deps.workers](absl::StatusOr<ChannelViewPtr> view) {
        if (!view.ok()) {
          return call->Finish(absl::IsNotFound(view.status())
                                  ? absl::PermissionDeniedError(view.status().message())
                                  : view.status(),
                              {});
        }
        workers->Submit([call, view = *std::move(view)] { call->Check(view); });
      });
  return call;
}

void CommitStatusCall::Check(const ChannelViewPtr& view) {
  if (finished_) return;
  {
    absl::MutexLock lock(&mutex_);
    view_ = view;
  }
  const absl::Status allowed =
      CheckReader(*view->config(), "gateway/CommitStatus", signed_.request(), request_.identity(),
                  signed_.signature());
  if (!allowed.ok()) return Finish(allowed, {});
  // Registered first, the ledger asked second: nothing is lost in between.
  auto ticket = view->commits().Await(request_.transaction_id(), absl::Now(),
                                      [self = shared_from_this()](const CommitVerdict& verdict) {
                                        self->Finish(absl::OkStatus(), verdict);
                                      });
  if (ticket.id == 0) return;
  {
    absl::MutexLock lock(&mutex_);
    ticket_ = ticket.id;
  }
  if (finished_) return Cancel();  // cancelled before the ticket was there
  if (ticket.ask_ledger) view->AskLedgerForBoard(request_.transaction_id());
}

void CommitStatusCall::Cancel() { Abandon(CallerGone(scope_.expired(), "commit status")); }

void CommitStatusCall::Abandon(const absl::Status& why) {
  ChannelViewPtr view;
  uint64_t ticket;
  {
    absl::MutexLock lock(&mutex_);
    view = view_;
    ticket = ticket_;
  }
  if (view != nullptr && ticket != 0) view->commits().Cancel(request_.transaction_id(), ticket);
  Finish(why, {});
}

void CommitStatusCall::Finish(const absl::Status& status, const CommitVerdict& verdict) {
  if (finished_.exchange(true)) return;
  if (status.ok()) {
    response_->set_result(verdict.code);
    response_->set_block_number(verdict.block_number);
  }
  done_(status);
}

}  // namespace suyuan
