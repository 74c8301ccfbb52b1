// protos.Endorser, for command-line tools and other organisations' gateways.
#pragma once

#include "network/peer/endorser/endorser.h"
#include "network/peer/metrics.h"
#include "network/rpc/session_server.h"
#include "protos/peer/peer.grpc.pb.h"

namespace suyuan {

class EndorserService final : public ::protos::Endorser::CallbackService {
 public:
  // Both outlive the service.
  EndorserService(Endorser* endorser, PeerMetrics* metrics)
      : endorser_(endorser), metrics_(metrics) {}

  // Proposals also from gateways that share a stream.
  void ServeOn(SessionServer* sessions);

  // An error hides the response: that is what Fabric's service can carry.
  grpc::ServerUnaryReactor* ProcessProposal(grpc::CallbackServerContext* context,
                                            const ::protos::SignedProposal* request,
                                            ::protos::ProposalResponse* response) override;

 private:
  Endorser* const endorser_;
  PeerMetrics* const metrics_;
};

}  // namespace suyuan
