// Version and phantom checks: step 4 of validation at commit.
#pragma once

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "network/ledger/state_source.h"
#include "network/ledger/update_batch.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan::ledger {

// Judges the transactions of one block in order. Not thread-safe.
class MvccValidator {
 public:
  explicit MvccValidator(const StateSource& committed) : committed_(committed) {}

  // VALID, MVCC_READ_CONFLICT or PHANTOM_READ_CONFLICT, against the committed state
  // and the writes accepted so far. A Status is this node's trouble.
  absl::StatusOr<::protos::TxValidationCode> Check(const TxRwSet& rwset);
  // Takes in the writes of a transaction that is valid.
  absl::Status Accept(const TxRwSet& rwset, const Version& version) {
    return updates_.Apply(rwset, version, committed_);
  }
  const UpdateBatch& updates() const { return updates_; }

 private:
  absl::StatusOr<::protos::TxValidationCode> CheckNamespace(const NamespaceRwSet& ns);
  absl::StatusOr<bool> Unchanged(StateName name, bool has_version,
                                 const ::kvrwset::Version& version);
  absl::StatusOr<bool> Unchanged(absl::string_view ns, const ::kvrwset::RangeQueryInfo& info);
  absl::StatusOr<std::optional<Version>> CommittedVersion(const StateName& name);

  const StateSource& committed_;
  UpdateBatch updates_;
  absl::flat_hash_map<StateName, std::optional<Version>> versions_;  // read in this block
};

}  // namespace suyuan::ledger
