#include "gateway/evaluate_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {

void EvaluateCall::Start(const CallDeps& deps, const ::gateway::EvaluateRequest& request,
                         ::gateway::EvaluateResponse* response, const CallScope& scope,
                         CallDone done) {
  std::shared_ptr<EvaluateCall> call(
      new EvaluateCall(deps, request, response, scope, std::move(done)));
  call->Run();
}

EvaluateCall::EvaluateCall(const CallDeps& deps, const ::gateway::EvaluateRequest& request,
                           ::gateway::EvaluateResponse* response, const CallScope& scope,
                           CallDone done)
    : deps_(deps), request_(request), response_(response), scope_(scope), done_(std::move(done)) {}

void EvaluateCall::Run() {
  auto proposal = ReadProposal(request_.proposed_transaction());
  if (!proposal.ok()) return done_(proposal.status());
  proposal_ = *std::move(proposal);
  deps_.channels->Find(proposal_.channel_id,
                       [self = shared_from_this()](absl::StatusOr<ChannelViewPtr> view) {
                         if (view.ok()) return self->Choose(*view);
                         self->done_(absl::UnavailableError(view.status().message()));
                       });
}

void EvaluateCall::Choose(const ChannelViewPtr& view) {
  view_ = view;
  height_ = view->height();
  std::vector<std::string> organizations(request_.target_organizations().begin(),
                                         request_.target_organizations().end());
  // Transient data leaves the organisation only when the client says so.
  const bool keep_home = proposal_.has_transient && organizations.empty();
  if (keep_home) organizations.push_back(deps_.identity->msp_id());
  candidates_ = EvaluateCandidates(view->Peers(), proposal_.chaincode, organizations);
  if (candidates_.empty()) return Refuse(keep_home);
  if (!OnlySilent(candidates_, proposal_.chaincode)) return AskNext();
  // They would tell only that they cannot run it; an own peer knows whether there is
  // such a chaincode.
  ::protos::ChaincodeInterest interest;
  interest.add_chaincodes()->set_name(proposal_.chaincode);
  view->FindRule(interest, [self = shared_from_this(), keep_home](const auto& rule) {
    if (absl::IsNotFound(rule.status())) return self->Refuse(keep_home);
    self->AskNext();
  });
}

void EvaluateCall::Refuse(bool keep_home) {
  std::string text = absl::StrCat("no peers available to evaluate chaincode ", proposal_.chaincode,
                                  " in channel ", proposal_.channel_id);
  if (keep_home) {
    text = absl::StrCat(
        "no endorsers found in the gateway's organization; retry specifying target "
        "organization(s) to protect transient data: ",
        text);
  }
  done_(absl::FailedPreconditionError(text));
}

// A client reads what it was told is committed, wherever it reads.
void EvaluateCall::AskNext() {
  view_->WhenPeerHas(candidates_[asked_].endpoint, height_,
                     [self = shared_from_this()] { self->Ask(); });
}

void EvaluateCall::Ask() {
  candidates_[asked_].client->Propose(
      request_.proposed_transaction(), scope_, deps_.endorsement_timeout,
      [self = shared_from_this()](EndorserAnswer answer) { self->Answered(std::move(answer)); });
}

void EvaluateCall::Answered(EndorserAnswer answer) {
  const Outcome outcome = JudgeAnswer(answer);
  if (outcome.ok()) return Succeed(std::move(answer.response));
  if (scope_.expired()) return done_(CallerGone(true, "evaluate"));
  if (scope_.cancelled()) return done_(CallerGone(false, "evaluate"));
  const PeerState& peer = candidates_[asked_];
  if (answer.code == absl::StatusCode::kUnavailable) {
    view_->MarkUnreachable(peer.endpoint, outcome.message);
  }
  failures_.push_back({peer.endpoint, peer.msp_id, outcome.message});
  if (!outcome.retry) {
    return done_(StatusWithDetails(
        outcome.code, absl::StrCat("evaluate call to endorser returned error: ", outcome.message),
        failures_));
  }
  if (++asked_ < candidates_.size()) return AskNext();
  done_(StatusWithDetails(outcome.code,
                          "failed to evaluate transaction, see attached details for more info",
                          failures_));
}

void EvaluateCall::Succeed(::protos::ProposalResponse response) {
  auto* result = response_->mutable_result();
  *result = std::move(*response.mutable_response());
  // What the endorsers agree on is the result proper; same bytes for normal chaincode.
  ::protos::ProposalResponsePayload payload;
  ::protos::ChaincodeAction action;
  if (!response.payload().empty() && payload.ParseFromString(response.payload()) &&
      action.ParseFromString(payload.extension())) {
    result->set_payload(std::move(*action.mutable_response()->mutable_payload()));
  }
  done_(absl::OkStatus());
}

}  // namespace suyuan
