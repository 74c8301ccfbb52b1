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

}  // namespace suyuan
