// One peer, spoken to over one connection. Calls are asynchronous; `done` runs on
// one of gRPC's threads.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/outcome.h"
#include "network/rpc/credentials.h"
#include "network/rpc/session_client.h"
#include "protos/peer/events.grpc.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/suyuan/peer_link.grpc.pb.h"

namespace suyuan {

// For whom a call is made, and for how long.
struct CallScope {
  absl::Time deadline = absl::InfiniteFuture();
  std::shared_ptr<const std::atomic<bool>> gone;  // null: nobody can go

  bool expired() const { return absl::Now() >= deadline; }
  // The client has gone; not: a peer has ended its call, as one does that stops.
  bool cancelled() const { return gone != nullptr && *gone; }
};

// A context for a call that takes at most `limit` of the scope's time.
std::unique_ptr<grpc::ClientContext> MakeContext(const CallScope& scope, absl::Duration limit);

struct PeerAddress {
  std::string endpoint;  // "host:port", as the peer advertises it
  std::string msp_id;
  std::string tls_roots_pem;
  bool own = false;  // of the gateway's organisation
};

// Thread-safe.
class PeerClient {
 public:
  // `tls` is presented as the client's certificate.
  PeerClient(PeerAddress address, const TlsIdentity& tls);
  virtual ~PeerClient() = default;

  const PeerAddress& address() const { return address_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Own peers through PeerLink, whose errors keep their response and whose identity
  // check forgives expiry; others through protos.Endorser. `proposal` is only read
  // during the call.
  void Propose(const ::protos::SignedProposal& proposal, const CallScope& scope,
               absl::Duration limit, std::function<void(EndorserAnswer)> done);

  // Own organisation's peers only.
  void TransactionStatus(
      const std::string& channel_id, const std::string& tx_id, const CallScope& scope,
      std::function<void(absl::StatusOr<::suyuan::peer::TransactionStatusReply>)> done);
  void Definition(const std::string& channel_id, const std::string& name, const CallScope& scope,
                  std::function<void(absl::StatusOr<::suyuan::peer::DefinitionReply>)> done);

  ::suyuan::peer::PeerLink::Stub& link() { return *link_; }
  ::protos::Deliver::Stub& deliver() { return *deliver_; }

 private:
  void ProposeOverLink(std::string proposal, absl::Time deadline,
                       std::function<void(EndorserAnswer)> done);
  void ProposeOverEndorser(std::string proposal, absl::Time deadline,
                           std::function<void(EndorserAnswer)> done);

  const PeerAddress address_;
  std::shared_ptr<grpc::Channel> channel_;
  const std::shared_ptr<SessionClient> calls_;  // proposals
  std::unique_ptr<::suyuan::peer::PeerLink::Stub> link_;
  std::unique_ptr<::protos::Deliver::Stub> deliver_;
  // A stock peer in the gateway's own organisation has no PeerLink.
  std::atomic<bool> has_link_{true};
};
using PeerClientPtr = std::shared_ptr<PeerClient>;

}  // namespace suyuan
