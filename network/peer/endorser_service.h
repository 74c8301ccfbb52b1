// protos.Endorser, for command-line tools and other organisations' gateways.
#pragma once

#include "network/peer/proposal_gate.h"
#include "protos/peer/peer.grpc.pb.h"

namespace suyuan {

class EndorserService final : public ::protos::Endorser::CallbackService {
 public:
  // `gate` outlives the service.
  explicit EndorserService(ProposalGate* gate) : gate_(gate) {}

  // An expired client is refused; an error is code UNKNOWN, as from a Go server.
  grpc::ServerUnaryReactor* ProcessProposal(grpc::CallbackServerContext* context,
                                            const ::protos::SignedProposal* request,
                                            ::protos::ProposalResponse* response) override;

 private:
  ProposalGate* const gate_;
};

// The code that a Go endorser gives an error: kResourceExhausted is ours and kept,
// the rest is UNKNOWN.
absl::Status AsGoError(const absl::Status& status);

}  // namespace suyuan
