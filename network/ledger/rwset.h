// Read-write sets: parsed once, used by validation and application.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/ledger/rwset/kvrwset/kv_rwset.pb.h"
#include "protos/ledger/rwset/rwset.pb.h"

namespace suyuan {

// Where a value was written.
struct Version {
  uint64_t block = 0;
  uint64_t tx = 0;
  friend bool operator==(const Version&, const Version&) = default;
  friend auto operator<=>(const Version&, const Version&) = default;
};

struct CollectionRwSet {
  std::string name;
  ::kvrwset::HashedRWSet hashed;
  std::string private_hash;  // of the private KVRWSet; empty when read only
};

struct NamespaceRwSet {
  std::string name;
  ::kvrwset::KVRWSet kv;
  std::vector<CollectionRwSet> collections;

  // True when the public part or a collection writes a key or its metadata.
  bool Writes() const;
};

struct TxRwSet {
  std::vector<NamespaceRwSet> namespaces;
  const NamespaceRwSet* Find(absl::string_view name) const;
};

// True when the write takes the key away: marked so, or with an empty value (Fabric
// does not tell the two apart).
bool IsDelete(const ::kvrwset::KVWrite& write);
bool IsDelete(const ::kvrwset::KVWriteHash& write);

// From rwset.TxReadWriteSet bytes.
//   kInvalidArgument  malformed; names the namespace and the layer
absl::StatusOr<TxRwSet> ParseTxRwSet(absl::string_view bytes);

}  // namespace suyuan
