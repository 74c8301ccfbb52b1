// The client of a Suyuan or Hyperledger Fabric gateway (Fabric Gateway programming
// model):
//
//   auto gateway = Gateway::Connect(options);
//   Contract contract = (*gateway)->GetNetwork("trace").GetContract("asset");
//   auto result = contract.Submit("CreateAsset", {"a1", "red", "5", "Li", "300"});
//
// Submit() returns OK only when the transaction is in a block and valid. Objects are
// thread-safe; Network, Contract, Proposal, Transaction and Commit are cheap to copy
// and keep what they need alive. Synchronous calls block the calling thread; ...Async
// calls take a callback that runs on a transport thread and must not block. No call
// uses a thread of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sdk/connection.h"
#include "sdk/error.h"
#include "sdk/events.h"
#include "sdk/identity.h"
#include "sdk/transaction.h"

namespace suyuan::sdk {

struct GatewayOptions {
  Identity identity;
  Signer signer;  // may be empty when everything is signed offline
  // Limits of each step when a call gives no deadline.
  absl::Duration evaluate_timeout = absl::Seconds(30);
  absl::Duration endorse_timeout = absl::Seconds(30);
  absl::Duration submit_timeout = absl::Seconds(30);
  absl::Duration commit_status_timeout = absl::Minutes(1);
};

class Contract {
 public:
  const std::string& chaincode() const;
  const std::string& name() const;  // of the contract in the chaincode; may be empty

  // Asks without changing anything.
  absl::StatusOr<std::string> Evaluate(absl::string_view function,
                                       std::vector<std::string> arguments = {},
                                       const CallOptions& options = {}) const;
  std::shared_ptr<CallHandle> EvaluateAsync(absl::string_view function,
                                            std::vector<std::string> arguments,
                                            Callback<std::string> done,
                                            const CallOptions& options = {}) const;

  // Endorses, submits and waits for the commit; the result of the function.
  // Error: see GetGatewayError(); kAborted with Step::kCommit when it was found
  // invalid. A deadline in `options` holds for all steps together.
  absl::StatusOr<std::string> Submit(absl::string_view function,
                                     std::vector<std::string> arguments = {},
                                     const CallOptions& options = {}) const;
  void SubmitAsync(absl::string_view function, std::vector<std::string> arguments,
                   Callback<std::string> done, const CallOptions& options = {}) const;
  // The same for a proposal with transient data or named organisations.
  absl::StatusOr<std::string> Submit(absl::string_view function, const ProposalOptions& proposal,
                                     const CallOptions& options = {}) const;
  void SubmitAsync(absl::string_view function, const ProposalOptions& proposal,
                   Callback<std::string> done, const CallOptions& options = {}) const;
  absl::StatusOr<std::string> Evaluate(absl::string_view function, const ProposalOptions& proposal,
                                       const CallOptions& options = {}) const;

  // Endorses and submits; the caller watches the commit.
  absl::StatusOr<Submitted> SubmitNoWait(absl::string_view function,
                                         const ProposalOptions& proposal,
                                         const CallOptions& options = {}) const;

  absl::StatusOr<Proposal> NewProposal(absl::string_view function,
                                       const ProposalOptions& proposal) const;

 private:
  friend class Network;
  struct State;
  explicit Contract(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

class Network {
 public:
  const std::string& name() const;
  Contract GetContract(absl::string_view chaincode, absl::string_view contract_name = "") const;

  // What became of a transaction that anybody has submitted, now or earlier. Its Status() waits for
  // one that is in no block yet.
  Commit GetCommit(absl::string_view transaction_id) const;

  // Events of valid transactions of a chaincode, ascending, each once.
  absl::StatusOr<std::unique_ptr<EventStream<ChaincodeEvent>>> ChaincodeEvents(
      absl::string_view chaincode, const EventOptions& options = {}) const;
  absl::StatusOr<std::unique_ptr<EventStream<BlockEvent>>> BlockEvents(
      const EventOptions& options = {}) const;
  absl::StatusOr<std::unique_ptr<EventStream<FilteredBlockEvent>>> FilteredBlockEvents(
      const EventOptions& options = {}) const;

 private:
  friend class Gateway;
  Network(std::shared_ptr<internal::Client> client, std::string name);
  std::shared_ptr<internal::Client> client_;
  std::shared_ptr<const std::string> name_;
};

class Gateway {
 public:
  //   kInvalidArgument  no MSP id, or no certificate
  static absl::StatusOr<std::unique_ptr<Gateway>> Connect(std::shared_ptr<Connection> connection,
                                                          GatewayOptions options);

  Network GetNetwork(absl::string_view channel) const;
  const Identity& identity() const;

  // Offline signing: takes up bytes that Bytes() gave, with a signature made
  // elsewhere.
  absl::StatusOr<Proposal> NewSignedProposal(absl::string_view bytes,
                                             absl::string_view signature) const;
  absl::StatusOr<Transaction> NewSignedTransaction(absl::string_view bytes,
                                                   absl::string_view signature) const;
  absl::StatusOr<Commit> NewSignedCommit(absl::string_view bytes,
                                         absl::string_view signature) const;

 private:
  explicit Gateway(std::shared_ptr<internal::Client> client) : client_(std::move(client)) {}
  std::shared_ptr<internal::Client> client_;
};

}  // namespace suyuan::sdk
