// The committed state as validation sees it, whatever keeps it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/simulator.h"
#include "network/ledger/state_key.h"

namespace suyuan::ledger {

// One key of the public or hashed state. For kPublic the collection is empty.
struct StateName {
  std::string ns;
  std::string collection;
  std::string key;  // its hash in a collection
  friend auto operator<=>(const StateName&, const StateName&) = default;
  friend bool operator==(const StateName&, const StateName&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const StateName& n) {
    return H::combine(std::move(h), n.ns, n.collection, n.key);
  }
};

class StateSource {
 public:
  virtual ~StateSource() = default;
  // nullopt when absent.
  virtual absl::StatusOr<std::optional<VersionedValue>> Get(const StateName& name) const = 0;
  // Public keys in [start, end); an empty end is "to the last key".
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> Range(absl::string_view ns,
                                                               absl::string_view start,
                                                               absl::string_view end) const = 0;
};

}  // namespace suyuan::ledger
