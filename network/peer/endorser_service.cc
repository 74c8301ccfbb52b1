#include "network/peer/endorser_service.h"

#include <utility>

#include "network/rpc/status_mapping.h"

namespace suyuan {

absl::Status AsGoError(const absl::Status& status) {
  if (status.ok() || absl::IsResourceExhausted(status)) return status;
  return absl::UnknownError(status.message());
}

grpc::ServerUnaryReactor* EndorserService::ProcessProposal(grpc::CallbackServerContext* context,
                                                           const ::protos::SignedProposal* request,
                                                           ::protos::ProposalResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  gate_->Process(*request, ProposalGate::Expiry::kEnforced,
                 [reactor, response](ProposalOutcome outcome) {
                   if (outcome.status.ok() && outcome.response.has_value()) {
                     *response = *std::move(outcome.response);
                   }
                   reactor->Finish(ToGrpc(AsGoError(outcome.status)));
                 });
  return reactor;
}

}  // namespace suyuan
