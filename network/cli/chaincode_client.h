// Talking to several peers and the orderers as an organisation's admin: proposals,
// and transactions that are done when they are committed and valid.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/cli/commit_watch.h"
#include "network/cli/node_address.h"
#include "network/cli/peer_client.h"
#include "network/msp/identity.h"
#include "protos/orderer/ab.grpc.pb.h"
#include "protos/peer/events.grpc.pb.h"
#include "protos/peer/peer.grpc.pb.h"

namespace suyuan {

// A peer, called by any identity. Thread-safe.
class PeerNode {
 public:
  //   names the file
  static absl::StatusOr<std::shared_ptr<PeerNode>> Create(const NodeAddress& address);
  const std::string& endpoint() const { return endpoint_; }
  //   names the peer; also for a response status of 400 and above: kNotFound for
  //   404, kAlreadyExists when nothing had to be done, kUnknown else
  absl::StatusOr<::protos::ProposalResponse> Propose(const ::protos::SignedProposal& proposal);
  absl::StatusOr<std::string> Query(const ProposalSpec& spec, const SigningIdentity& signer);
  std::unique_ptr<CommitWatch> Watch(const std::string& channel_id, const SigningIdentity& reader);

 private:
  explicit PeerNode(std::string endpoint) : endpoint_(std::move(endpoint)) {}
  const std::string endpoint_;
  std::unique_ptr<::protos::Endorser::Stub> endorser_;
  std::unique_ptr<::protos::Deliver::Stub> deliver_;
};
using PeerNodes = std::vector<std::shared_ptr<PeerNode>>;

// The channel's orderers. Thread-safe.
class OrdererNodes {
 public:
  static absl::StatusOr<std::shared_ptr<OrdererNodes>> Create(
      const std::vector<NodeAddress>& addresses);
  // OK when one has taken it; tries the others, and again while none has a leader.
  absl::Status Broadcast(const ::common::Envelope& envelope, absl::Time deadline);

 private:
  struct Node {
    std::string endpoint;
    std::unique_ptr<::orderer::AtomicBroadcast::Stub> stub;
  };
  std::vector<Node> nodes_;
};

// Endorsed by every peer of `endorsers`, whose results must be equal; an envelope
// ready to be sent.
struct EndorsedTransaction {
  std::string tx_id;
  ::common::Envelope envelope;
};
absl::StatusOr<EndorsedTransaction> Endorse(const ProposalSpec& spec, const SigningIdentity& signer,
                                            const PeerNodes& endorsers);

}  // namespace suyuan
