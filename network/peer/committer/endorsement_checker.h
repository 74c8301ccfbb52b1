// Second stage of validation: are a transaction's endorsers enough for all that it
// writes? Asks the definitions and key-level policies in the state before the block.
#pragma once

#include <set>
#include <string>
#include <tuple>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/simulator.h"
#include "network/peer/committer/checked_transaction.h"
#include "network/peer/committer/policy_book.h"

namespace suyuan {

// For the transactions of one block, in order. Not thread-safe.
//
// For each namespace written and the invoked one: a key with a policy of its own
// (metadata VALIDATION_PARAMETER) is judged by that; keys of a collection by the
// collection's policy; others by the chaincode's, which must hold too when no policy
// was asked at all. A key whose metadata an earlier good transaction of the block
// changes can't be written in this block (ENDORSEMENT_POLICY_FAILURE), as in Fabric.
class EndorsementChecker {
 public:
  // Both outlive the checker. `view` is the state before the block.
  EndorsementChecker(const StateView& view, PolicyBook& policies);

  // VALID, EXPIRED_CHAINCODE (a namespace without a definition) or
  // ENDORSEMENT_POLICY_FAILURE. `transaction` is VALID so far.
  //   any error  this node's trouble
  absl::StatusOr<::protos::TxValidationCode> Check(const CheckedTransaction& transaction);

 private:
  using KeyId = std::tuple<std::string, std::string, std::string>;  // ns, collection, key

  absl::StatusOr<::protos::TxValidationCode> CheckNamespace(const CheckedTransaction& transaction,
                                                            absl::string_view name);
  void NoteMetadataWrites(const TxRwSet& rwset);

  const StateView& view_;
  PolicyBook& policies_;
  std::set<KeyId> changed_metadata_;

  friend class NamespaceCheck;
};

}  // namespace suyuan
