#include "network/peer/endorser_service.h"

#include <utility>

#include "network/rpc/status_mapping.h"

namespace suyuan {

grpc::ServerUnaryReactor* EndorserService::ProcessProposal(grpc::CallbackServerContext* context,
                                                           const ::protos::SignedProposal* request,
                                                           ::protos::ProposalResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  endorser_->Process(*request, [this, reactor, response](ProposeOutcome outcome) {
    metrics_->ProposalAnswered(outcome.status);
    if (outcome.status.ok()) *response = std::move(outcome.response);
    reactor->Finish(ToGrpc(outcome.status));
  });
  return reactor;
}

void EndorserService::ServeOn(SessionServer* sessions) {
  sessions->Handle("/protos.Endorser/ProcessProposal", [this](const SessionCallPtr& call) {
    ::protos::SignedProposal proposal;
    if (!proposal.ParseFromString(call->message())) {
      return call->Answer(absl::InternalError("not a protos.SignedProposal"), "");
    }
    endorser_->Process(proposal, [this, call](const ProposeOutcome& outcome) {
      metrics_->ProposalAnswered(outcome.status);
      call->Answer(outcome.status, outcome.status.ok() ? outcome.response.SerializeAsString() : "");
    });
  });
}

}  // namespace suyuan
