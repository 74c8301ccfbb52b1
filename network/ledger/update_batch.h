// The effect of a block on the public and hashed state.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/rwset.h"
#include "network/ledger/state_source.h"

namespace suyuan::ledger {

struct Update {
  bool is_delete = false;
  VersionedValue value;  // of a deletion only the version counts
};

// Not thread-safe.
class UpdateBatch {
 public:
  using Map = std::map<StateName, Update>;

  // Adds a valid transaction's writes on top of what is there: a value keeps the
  // key's metadata, metadata alone rewrites the value with the new version, and is
  // without effect on an absent key.
  absl::Status Apply(const TxRwSet& rwset, const Version& version, const StateSource& committed);

  const Update* Find(const StateName& name) const;
  // By namespace, public before collections, then key.
  const Map& updates() const { return updates_; }
  // txmgr.Updates bytes: what the commit hash runs over. Namespace "" is left out.
  std::string Bytes() const;

 private:
  struct KeyOperation;
  absl::Status ApplyOne(const StateName& name, const KeyOperation& operation,
                        const Version& version, const StateSource& committed);
  absl::StatusOr<std::optional<VersionedValue>> Latest(const StateName& name,
                                                       const StateSource& committed) const;
  Map updates_;
};

// Commit hash of a block: SHA-256(varint(len(filter)) || filter || update bytes ||
// previous commit hash).
std::string CommitHashOf(absl::string_view filter, const UpdateBatch& updates,
                         absl::string_view previous);

}  // namespace suyuan::ledger
