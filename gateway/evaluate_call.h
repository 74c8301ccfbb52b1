// Evaluate: one peer's answer, best peer first, without a transaction.
#pragma once

#include <memory>
#include <vector>

#include "gateway/call.h"
#include "gateway/candidates.h"
#include "gateway/errors.h"
#include "gateway/proposal.h"
#include "protos/gateway/gateway.pb.h"

namespace suyuan {

class EvaluateCall : public std::enable_shared_from_this<EvaluateCall> {
 public:
  // `request` and `response` live until `done`.
  static void Start(const CallDeps& deps, const ::gateway::EvaluateRequest& request,
                    ::gateway::EvaluateResponse* response, const CallScope& scope, CallDone done);

 private:
  EvaluateCall(const CallDeps& deps, const ::gateway::EvaluateRequest& request,
               ::gateway::EvaluateResponse* response, const CallScope& scope, CallDone done);
  void Run();
  void Choose(const ChannelViewPtr& view);
  void Refuse(bool keep_home);
  void AskNext();
  void Ask();
  void Answered(EndorserAnswer answer);
  void Succeed(::protos::ProposalResponse response);

  const CallDeps& deps_;
  const ::gateway::EvaluateRequest& request_;
  ::gateway::EvaluateResponse* const response_;
  const CallScope scope_;
  const CallDone done_;
  ProposalFacts proposal_;
  ChannelViewPtr view_;
  uint64_t height_ = 0;  // what the client may know of
  std::vector<PeerState> candidates_;
  size_t asked_ = 0;  // candidates_[asked_] is being asked
  std::vector<NodeFailure> failures_;
};

}  // namespace suyuan
