// suyuan.peer.PeerLink: between a gateway and a peer.
#pragma once

#include "network/peer/caller_check.h"
#include "network/peer/endorser/endorser.h"
#include "network/peer/metrics.h"
#include "network/peer/watch.h"
#include "protos/suyuan/peer_link.grpc.pb.h"

namespace suyuan {

// All outlive the service.
struct LinkServiceDeps {
  Endorser* endorser = nullptr;
  PeerMetrics* metrics = nullptr;
  const CallerCheck* callers = nullptr;
  WatchDeps watch;
};

class LinkService final : public ::suyuan::peer::PeerLink::CallbackService {
 public:
  explicit LinkService(LinkServiceDeps deps) : deps_(std::move(deps)) {}

  grpc::ServerUnaryReactor* Propose(grpc::CallbackServerContext* context,
                                    const ::protos::SignedProposal* request,
                                    ::suyuan::peer::ProposeReply* reply) override;
  grpc::ServerWriteReactor<::suyuan::peer::ChannelUpdate>* Watch(
      grpc::CallbackServerContext* context,
      const ::suyuan::peer::SignedWatchRequest* request) override;
  grpc::ServerUnaryReactor* TransactionStatus(
      grpc::CallbackServerContext* context, const ::suyuan::peer::TransactionStatusRequest* request,
      ::suyuan::peer::TransactionStatusReply* reply) override;
  grpc::ServerUnaryReactor* Definition(grpc::CallbackServerContext* context,
                                       const ::suyuan::peer::DefinitionRequest* request,
                                       ::suyuan::peer::DefinitionReply* reply) override;

 private:
  // For own-organisation calls that read the ledger: `body` runs on the pool.
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, std::string channel_id,
                                  std::function<absl::Status(Channel&)> body);

  const LinkServiceDeps deps_;
};

}  // namespace suyuan
