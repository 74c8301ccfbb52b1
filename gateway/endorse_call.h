// Endorse: enough identical endorsements, put together as a transaction to be signed.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "gateway/call.h"
#include "gateway/candidates.h"
#include "gateway/endorsement_plan.h"
#include "gateway/errors.h"
#include "gateway/proposal.h"
#include "protos/gateway/gateway.pb.h"

namespace suyuan {

// Two phases: one peer of the own organisation says what the transaction touches;
// then the peers of one layout that satisfies every policy are asked side by side.
class EndorseCall : public std::enable_shared_from_this<EndorseCall> {
 public:
  // `request` and `response` live until `done`.
  static void Start(const CallDeps& deps, const ::gateway::EndorseRequest& request,
                    ::gateway::EndorseResponse* response, const CallScope& scope, CallDone done);

 private:
  EndorseCall(const CallDeps& deps, const ::gateway::EndorseRequest& request,
              ::gateway::EndorseResponse* response, const CallScope& scope, CallDone done);
  void Run();
  void Begin(const ChannelViewPtr& view);
  void PlanForOrganizations();
  // First phase.
  void AskFirst();
  void FirstAnswered(EndorserAnswer answer);
  void FindRule(::protos::ChaincodeInterest interest);
  void PlanForRule(const EndorsementRule& rule);
  void NoCombination(absl::string_view why, const std::vector<NodeFailure>& missing);
  // Second phase.
  void Proceed();
  void Answered(size_t peer, EndorserAnswer answer);
  // True when `answer` counts; else it is noted as the peer's failure.
  bool Accept(size_t peer, EndorserAnswer* answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Finish(const absl::Status& status);
  void Succeed();
  void AskWhenCurrent(size_t peer);
  void Ask(size_t peer);
  void Asked();

  const CallDeps& deps_;
  const ::gateway::EndorseRequest& request_;
  ::gateway::EndorseResponse* const response_;
  const CallScope scope_;
  const CallDone done_;
  // Set before the phase that reads them begins.
  ProposalFacts proposal_;
  ChannelViewPtr view_;
  uint64_t height_ = 0;           // what the client may know of
  std::vector<PeerState> peers_;  // sorted; the plan's numbers are positions here
  std::vector<size_t> first_candidates_;
  size_t first_asked_ = 0;
  int first_ = -1;  // the peer that endorsed in the first phase

  absl::Mutex mutex_;
  std::unique_ptr<EndorsementPlan> plan_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool succeeding_ ABSL_GUARDED_BY(mutex_) = false;
  // Threads that read the request now: the last one ends the call.
  int asking_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status result_ ABSL_GUARDED_BY(mutex_);
  std::string payload_ ABSL_GUARDED_BY(mutex_);  // the first endorser's
  std::vector<::protos::Endorsement> endorsements_ ABSL_GUARDED_BY(mutex_);
  std::vector<NodeFailure> failures_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
