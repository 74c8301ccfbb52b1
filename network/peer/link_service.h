// suyuan.peer.PeerLink: between a gateway and a peer.
#pragma once

#include "network/peer/caller_check.h"
#include "network/peer/endorser/endorser.h"
#include "network/peer/metrics.h"
#include "network/peer/watch.h"
#include "network/rpc/session_server.h"
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

  // Proposals also from gateways that share a stream.
  void ServeOn(SessionServer* sessions);

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
  // `done` gets the call's status and, where that is OK, its reply.
  void Ask(const ::protos::SignedProposal& proposal,
           std::function<void(const absl::Status&, ::suyuan::peer::ProposeReply)> done);
  // For own-organisation calls that read the ledger: `body` runs on the pool.
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, std::string channel_id,
                                  std::function<absl::Status(Channel&)> body);

  const LinkServiceDeps deps_;
};

}  // namespace suyuan
