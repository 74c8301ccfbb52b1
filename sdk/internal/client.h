// What all objects of one Gateway share, and the making of messages.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "protos/gateway/gateway.pb.h"
#include "protos/orderer/ab.pb.h"
#include "sdk/gateway.h"

namespace suyuan::sdk::internal {

// Immutable, thread-safe.
struct Client {
  std::shared_ptr<Connection> connection;
  GatewayOptions options;
  std::string creator;  // msp.SerializedIdentity

  absl::StatusOr<std::string> Sign(absl::string_view message) const;

  static absl::Time Deadline(const CallOptions& call, absl::Duration fallback) {
    return call.deadline ? *call.deadline : absl::Now() + fallback;
  }

  // Messages to objects (the objects' constructors are theirs alone).
  static absl::StatusOr<Proposal> MakeProposal(std::shared_ptr<Client> client,
                                               absl::string_view channel,
                                               absl::string_view chaincode,
                                               absl::string_view function,
                                               const ProposalOptions& options);
  static absl::StatusOr<Proposal> ToProposal(std::shared_ptr<Client> client,
                                             ::gateway::ProposedTransaction proposed);
  static absl::StatusOr<Transaction> ToTransaction(std::shared_ptr<Client> client,
                                                   const ::gateway::PreparedTransaction& prepared);
  // What a gateway answered to the proposal with header `proposed`.
  //   kDataLoss  it is of another proposal
  static absl::StatusOr<Transaction> Endorsed(std::shared_ptr<Client> client,
                                              const ::common::Header& proposed,
                                              const ::common::Envelope& prepared);
  static Commit MakeCommit(std::shared_ptr<Client> client, const std::string& channel,
                           const std::string& transaction_id);
  static absl::StatusOr<Commit> ToCommit(std::shared_ptr<Client> client,
                                         ::gateway::SignedCommitStatusRequest request);

 private:
  static absl::StatusOr<Transaction> MakeTransaction(std::shared_ptr<Client> client,
                                                     const ::common::Envelope& envelope,
                                                     const ::common::Payload& payload);
};

// The first block of a stream: the checkpoint's, or the option's, or the next.
::orderer::SeekPosition StartPosition(const EventOptions& options);

}  // namespace suyuan::sdk::internal
