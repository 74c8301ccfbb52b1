// A state in memory, for checking chains offline.
#pragma once

#include <map>
#include <memory>

#include "network/ledger/state_source.h"
#include "network/ledger/update_batch.h"

namespace suyuan::ledger {

// Not thread-safe.
class MemoryState final : public StateSource {
 public:
  void Apply(const UpdateBatch& updates);
  absl::StatusOr<std::optional<VersionedValue>> Get(const StateName& name) const override;
  // The iterator must not outlive the next Apply().
  absl::StatusOr<std::unique_ptr<StateIterator>> Range(absl::string_view ns,
                                                       absl::string_view start,
                                                       absl::string_view end) const override;

 private:
  std::map<StateName, VersionedValue> values_;
};

}  // namespace suyuan::ledger
