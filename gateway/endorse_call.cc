#include "gateway/endorse_call.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/prepared_transaction.h"

namespace suyuan {
namespace {

constexpr absl::string_view kNoCombination =
    "no combination of peers can be derived which satisfy the endorsement policy: ";

void Shuffle(std::vector<Layout>* layouts) {
  thread_local std::mt19937 random{std::random_device{}()};
  std::shuffle(layouts->begin(), layouts->end(), random);
}

}  // namespace

void EndorseCall::Start(const CallDeps& deps, const ::gateway::EndorseRequest& request,
                        ::gateway::EndorseResponse* response, const CallScope& scope,
                        CallDone done) {
  std::shared_ptr<EndorseCall> call(
      new EndorseCall(deps, request, response, scope, std::move(done)));
  call->Run();
}

EndorseCall::EndorseCall(const CallDeps& deps, const ::gateway::EndorseRequest& request,
                         ::gateway::EndorseResponse* response, const CallScope& scope,
                         CallDone done)
    : deps_(deps), request_(request), response_(response), scope_(scope), done_(std::move(done)) {}

void EndorseCall::Run() {
  auto proposal = ReadProposal(request_.proposed_transaction());
  if (!proposal.ok()) return Finish(proposal.status());
  proposal_ = *std::move(proposal);
  deps_.channels->Find(
      proposal_.channel_id, [self = shared_from_this()](absl::StatusOr<ChannelViewPtr> view) {
        if (view.ok()) return self->Begin(*view);
        if (!absl::IsNotFound(view.status())) return self->Finish(view.status());
        self->NoCombination(
            absl::StrCat("No metadata was found for chaincode ", self->proposal_.chaincode,
                         " in channel ", self->proposal_.channel_id),
            {});
      });
}

void EndorseCall::Begin(const ChannelViewPtr& view) {
  view_ = view;
  height_ = view->height();
  peers_ = view->Peers();
  SortPeers(&peers_);
  if (!request_.endorsing_organizations().empty()) return PlanForOrganizations();
  const std::string& own = deps_.identity->msp_id();
  auto groups = EndorserGroups(peers_, {&proposal_.chaincode, 1},
                               [&](const std::string& msp_id) { return msp_id == own; });
  first_candidates_ = groups[own];
  if (!first_candidates_.empty()) return AskFirst();
  if (proposal_.has_transient) {
    return Finish(absl::FailedPreconditionError(
        "no endorsers found in the gateway's organization; retry specifying endorsing "
        "organization(s) to protect transient data"));
  }
  FindRule({});
}

void EndorseCall::PlanForOrganizations() {
  const std::set<std::string> wanted(request_.endorsing_organizations().begin(),
                                     request_.endorsing_organizations().end());
  auto groups = EndorserGroups(peers_, {&proposal_.chaincode, 1},
                               [&](const std::string& msp_id) { return wanted.count(msp_id) > 0; });
  Layout layout;
  std::vector<std::string> missing;
  for (const std::string& msp_id : wanted) {
    layout[msp_id] = 1;
    if (!groups.count(msp_id)) missing.push_back(msp_id);
  }
  if (!missing.empty()) {
    return Finish(StatusWithDetails(absl::StatusCode::kUnavailable,
                                    absl::StrCat("failed to find any endorsing peers for org(s): ",
                                                 absl::StrJoin(missing, ", ")),
                                    MissingPeers(peers_, {&proposal_.chaincode, 1}, {&layout, 1})));
  }
  view_->commits().Expect(proposal_.tx_id);
  {
    absl::MutexLock lock(&mutex_);
    plan_ = std::make_unique<EndorsementPlan>(std::vector<Layout>{layout}, std::move(groups));
  }
  Proceed();
}

void EndorseCall::AskFirst() {
  // Noted before the peer says that its ledger does not have it.
  if (first_asked_ == 0) view_->commits().Expect(proposal_.tx_id);
  peers_[first_candidates_[first_asked_]].client->Propose(
      request_.proposed_transaction(), scope_, deps_.endorsement_timeout,
      [self = shared_from_this()](EndorserAnswer answer) {
        self->FirstAnswered(std::move(answer));
      });
}

void EndorseCall::FirstAnswered(EndorserAnswer answer) {
  if (scope_.expired()) return Finish(CallerGone(true, "endorse"));
  const size_t peer = first_candidates_[first_asked_];
  bool accepted;
  std::vector<NodeFailure> failures;
  ::protos::ChaincodeInterest interest = std::move(*answer.response.mutable_interest());
  {
    absl::MutexLock lock(&mutex_);
    accepted = Accept(peer, &answer);
    failures = failures_;
  }
  if (accepted) {
    first_ = static_cast<int>(peer);
    return FindRule(std::move(interest));
  }
  if (scope_.cancelled()) return Finish(CallerGone(false, "endorse"));
  if (++first_asked_ < first_candidates_.size()) return AskFirst();
  Finish(StatusWithDetails(absl::StatusCode::kAborted,
                           "failed to endorse transaction, see attached details for more info",
                           failures));
}

void EndorseCall::FindRule(::protos::ChaincodeInterest interest) {
  if (interest.chaincodes().empty()) interest.add_chaincodes()->set_name(proposal_.chaincode);
  if (proposal_.has_transient) {
    for (auto& call : *interest.mutable_chaincodes()) call.set_no_private_reads(false);
  }
  view_->FindRule(interest, [self = shared_from_this()](
                                absl::StatusOr<std::shared_ptr<const EndorsementRule>> rule) {
    if (rule.ok()) return self->PlanForRule(**rule);
    if (absl::IsUnavailable(rule.status())) return self->Finish(rule.status());
    self->NoCombination(rule.status().message(), {});
  });
}

void EndorseCall::PlanForRule(const EndorsementRule& rule) {
  auto allowed = [&](const std::string& msp_id) {
    return !rule.members.has_value() || rule.members->count(msp_id) > 0;
  };
  auto groups = EndorserGroups(peers_, rule.chaincodes, allowed);
  std::vector<Layout> layouts = rule.layouts;
  Shuffle(&layouts);
  if (first_ >= 0) {
    const size_t first = static_cast<size_t>(first_);
    OrderLayouts(peers_[first].msp_id, &layouts);
    PreferCurrent(peers_, peers_[first].height, &layouts);
    auto& group = groups[peers_[first].msp_id];
    if (std::find(group.begin(), group.end(), first) == group.end()) group.push_back(first);
  }
  auto plan = std::make_unique<EndorsementPlan>(std::move(layouts), groups);
  if (first_ >= 0) plan->Endorsed(static_cast<size_t>(first_));
  if (plan->exhausted()) {
    const auto missing = MissingPeers(peers_, rule.chaincodes, rule.layouts);
    const bool members_only =
        rule.members.has_value() &&
        !EndorsementPlan(rule.layouts,
                         EndorserGroups(peers_, rule.chaincodes, [](auto&) { return true; }))
             .exhausted();
    if (members_only) {
      return Finish(absl::FailedPreconditionError(
          "no combination of peers can be derived which satisfy the endorsement policy and the "
          "distribution policy of the private data collection(s)"));
    }
    return NoCombination("required chaincodes are not installed on sufficient peers", missing);
  }
  {
    absl::MutexLock lock(&mutex_);
    plan_ = std::move(plan);
  }
  Proceed();
}

void EndorseCall::NoCombination(absl::string_view why, const std::vector<NodeFailure>& missing) {
  std::string text = absl::StrCat(kNoCombination, why);
  for (const NodeFailure& peer : missing) {
    absl::StrAppend(&text, "; ", peer.address, " of ", peer.msp_id, ": ", peer.message);
  }
  Finish(StatusWithDetails(absl::StatusCode::kFailedPrecondition, text, missing));
}

void EndorseCall::Proceed() {
  std::vector<size_t> next;
  bool complete, exhausted;
  std::vector<NodeFailure> failures;
  {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    next = plan_->Next();
    complete = plan_->complete();
    exhausted = plan_->exhausted();
    if (exhausted) failures = failures_;
  }
  if (complete) return Succeed();
  if (exhausted) {
    return Finish(StatusWithDetails(
        absl::StatusCode::kAborted,
        "failed to collect enough transaction endorsements, see attached details for more info",
        failures));
  }
  for (size_t peer : next) AskWhenCurrent(peer);
}

// A peer that is a block behind would read older versions: its endorsement would not match
// the others', or it would not find what the client has just been told is committed.
void EndorseCall::AskWhenCurrent(size_t peer) {
  view_->WhenPeerHas(peers_[peer].endpoint, height_,
                     [self = shared_from_this(), peer] { self->Ask(peer); });
}

void EndorseCall::Ask(size_t peer) {
  {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    ++asking_;  // the request and the client's call stay until Asked()
  }
  peers_[peer].client->Propose(request_.proposed_transaction(), scope_, deps_.endorsement_timeout,
                               [self = shared_from_this(), peer](EndorserAnswer answer) {
                                 self->Answered(peer, std::move(answer));
                               });
  Asked();
}

void EndorseCall::Asked() {
  absl::Status result;
  {
    absl::MutexLock lock(&mutex_);
    if (--asking_ > 0 || !finished_) return;
    result = result_;
  }
  done_(result);
}

void EndorseCall::Answered(size_t peer, EndorserAnswer answer) {
  if (scope_.expired()) return Finish(CallerGone(true, "endorse"));
  {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    if (Accept(peer, &answer)) {
      plan_->Endorsed(peer);
    } else {
      plan_->Failed(peer);
    }
  }
  if (scope_.cancelled()) return Finish(CallerGone(false, "endorse"));
  Proceed();
}

bool EndorseCall::Accept(size_t peer, EndorserAnswer* answer) {
  Outcome outcome = JudgeAnswer(*answer);
  if (answer->code == absl::StatusCode::kUnavailable) {
    view_->MarkUnreachable(peers_[peer].endpoint, outcome.message);
  }
  if (outcome.ok() && !payload_.empty() && answer->response.payload() != payload_) {
    outcome = {absl::StatusCode::kAborted, "ProposalResponsePayloads do not match"};
  }
  if (outcome.ok() && (answer->response.payload().empty() || !answer->response.has_endorsement())) {
    outcome = {absl::StatusCode::kAborted, "the peer did not endorse"};
  }
  if (!outcome.ok()) {
    failures_.push_back({peers_[peer].endpoint, peers_[peer].msp_id, std::move(outcome.message)});
    return false;
  }
  if (payload_.empty()) payload_ = std::move(*answer->response.mutable_payload());
  endorsements_.push_back(std::move(*answer->response.mutable_endorsement()));
  return true;
}

void EndorseCall::Succeed() {
  {
    absl::MutexLock lock(&mutex_);
    if (finished_ || std::exchange(succeeding_, true)) return;
    response_->mutable_prepared_transaction()->set_payload(
        PrepareTransaction(proposal_, payload_, endorsements_));
  }
  Finish(absl::OkStatus());
}

void EndorseCall::Finish(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(finished_, true)) return;
    result_ = status;
    if (asking_ > 0) return;  // Asked() ends the call
  }
  done_(status);
}

}  // namespace suyuan
