// The stages of a transaction, for those who want to see each, or to sign offline:
//
//   Proposal -> (endorse) -> Transaction -> (submit) -> Commit -> (status)
//
// Each stage can be turned into bytes, signed elsewhere, and taken up again with
// Gateway::NewSigned...(). Bytes are gateway.ProposedTransaction,
// gateway.PreparedTransaction and gateway.SignedCommitStatusRequest, as in the
// Fabric Gateway SDKs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sdk/connection.h"

namespace suyuan::sdk {

namespace internal {
struct Client;
}

// Per call. Unset: the gateway object's default for the step.
struct CallOptions {
  std::optional<absl::Time> deadline;
};

// The verdict on a transaction.
struct CommitStatus {
  std::string transaction_id;
  int32_t code = 0;  // protos.TxValidationCode; 0 is VALID
  bool successful = false;
  uint64_t block_number = 0;
};

template <typename T>
using Callback = std::function<void(absl::StatusOr<T>)>;

// A submitted transaction whose fate is not known yet. Copyable, thread-safe.
class Commit {
 public:
  const std::string& transaction_id() const;
  // Waits until it is in a block. An invalid transaction is an answer, not an error.
  absl::StatusOr<CommitStatus> Status(const CallOptions& options = {}) const;
  std::shared_ptr<CallHandle> StatusAsync(Callback<CommitStatus> done,
                                          const CallOptions& options = {}) const;
  // Offline signing: sign these bytes.
  absl::StatusOr<std::string> Bytes() const;        // SignedCommitStatusRequest
  absl::StatusOr<std::string> BytesToSign() const;  // the request inside
  void SetSignature(absl::string_view signature);

 private:
  friend struct internal::Client;
  struct State;
  explicit Commit(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// What Transaction::Submit() gives: the result is known, the commit is not.
struct Submitted {
  std::string result;
  Commit commit;
};

// An endorsed transaction. Copyable, thread-safe once signed.
class Transaction {
 public:
  const std::string& transaction_id() const;
  // The result the endorsers agreed on.
  const std::string& Result() const;
  absl::StatusOr<Commit> Submit(const CallOptions& options = {}) const;
  std::shared_ptr<CallHandle> SubmitAsync(Callback<Commit> done,
                                          const CallOptions& options = {}) const;
  absl::StatusOr<std::string> Bytes() const;        // PreparedTransaction
  absl::StatusOr<std::string> BytesToSign() const;  // the envelope's payload
  void SetSignature(absl::string_view signature);

 private:
  friend struct internal::Client;
  struct State;
  explicit Transaction(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

struct ProposalOptions {
  std::vector<std::string> arguments;  // raw bytes each
  std::map<std::string, std::string> transient;
  // MSP ids that must endorse (or evaluate); empty: the gateway chooses.
  std::vector<std::string> endorsing_organizations;
};

// Copyable, thread-safe once signed.
class Proposal {
 public:
  const std::string& transaction_id() const;
  absl::StatusOr<std::string> Evaluate(const CallOptions& options = {}) const;
  std::shared_ptr<CallHandle> EvaluateAsync(Callback<std::string> done,
                                            const CallOptions& options = {}) const;
  absl::StatusOr<Transaction> Endorse(const CallOptions& options = {}) const;
  std::shared_ptr<CallHandle> EndorseAsync(Callback<Transaction> done,
                                           const CallOptions& options = {}) const;
  absl::StatusOr<std::string> Bytes() const;        // ProposedTransaction
  absl::StatusOr<std::string> BytesToSign() const;  // the proposal
  void SetSignature(absl::string_view signature);

 private:
  friend struct internal::Client;
  struct State;
  explicit Proposal(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace suyuan::sdk
