// Reading the world state at one height, and simulating a transaction on it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/ledger/rwset.h"

namespace suyuan {

// Entries of a key's metadata, e.g. "VALIDATION_PARAMETER".
using StateMetadata = std::map<std::string, std::string>;

struct VersionedValue {
  std::string value;
  Version version;
  StateMetadata metadata;
};

struct KeyValue {
  std::string key;
  VersionedValue value;
};

// Walks keys in byte order. Not thread-safe.
class StateIterator {
 public:
  virtual ~StateIterator() = default;
  // nullopt at the end.
  virtual absl::StatusOr<std::optional<KeyValue>> Next() = 0;
};

struct KeyModification {
  std::string tx_id;
  std::string value;     // empty when is_delete
  absl::Time timestamp;  // of the transaction's channel header
  bool is_delete = false;
  Version version;
};

class HistoryIterator {
 public:
  virtual ~HistoryIterator() = default;
  virtual absl::StatusOr<std::optional<KeyModification>> Next() = 0;
};

// The state as of one height; later commits do not show. Thread-safe; iterators
// belong to one thread and must not outlive the view.
class StateView {
 public:
  virtual ~StateView() = default;
  // Blocks whose effect is seen.
  virtual uint64_t height() const = 0;
  // nullopt when absent.
  virtual absl::StatusOr<std::optional<VersionedValue>> Get(absl::string_view ns,
                                                            absl::string_view key) const = 0;
  // [start, end); an empty end is "to the last key".
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> Range(absl::string_view ns,
                                                               absl::string_view start,
                                                               absl::string_view end) const = 0;
  // The hash side of a private collection, by SHA-256 of the key: value is the
  // value's hash.
  virtual absl::StatusOr<std::optional<VersionedValue>> GetPrivateHash(
      absl::string_view ns, absl::string_view collection, absl::string_view key_hash) const = 0;
  // The private value itself, where this peer holds it (kNotFound: hash known, value
  // not here).
  virtual absl::StatusOr<std::optional<VersionedValue>> GetPrivate(absl::string_view ns,
                                                                   absl::string_view collection,
                                                                   absl::string_view key) const = 0;
};

struct SimulationResults {
  std::string public_rwset;   // rwset.TxReadWriteSet, byte-equal on every endorser
  std::string private_rwset;  // rwset.TxPvtReadWriteSet; empty when nothing private was written
  // For the endorser's interest: collections read or written by namespace, and
  // key-level policies of written keys.
  struct NamespaceUse {
    bool public_writes = false;
    bool private_reads = false;
    std::vector<std::string> collections;   // written, sorted
    std::vector<std::string> key_policies;  // VALIDATION_PARAMETER values of written keys
    bool all_writes_have_key_policy = false;
  };
  std::map<std::string, NamespaceUse> uses;
};

// Runs one transaction against a StateView and records what it did, exactly as
// Fabric does: reads see committed state only, ranges become raw reads or a Merkle
// summary (degree 50), everything sorted. Not thread-safe.
class Simulator {
 public:
  virtual ~Simulator() = default;

  virtual absl::StatusOr<std::optional<VersionedValue>> GetState(absl::string_view ns,
                                                                 absl::string_view key) = 0;
  //   kInvalidArgument     empty key, or a key that is not UTF-8
  //   kFailedPrecondition  a write after a paged query
  virtual absl::Status SetState(absl::string_view ns, absl::string_view key,
                                absl::string_view value) = 0;
  virtual absl::Status DeleteState(absl::string_view ns, absl::string_view key) = 0;
  // Recorded for the phantom check as far as it was read.
  virtual absl::StatusOr<std::unique_ptr<StateIterator>> GetRange(absl::string_view ns,
                                                                  absl::string_view start,
                                                                  absl::string_view end) = 0;
  struct Page {
    std::vector<KeyValue> results;
    std::string bookmark;  // next start key; "" at the end
  };
  // At most `page_size` results from `bookmark` (or `start` when that is empty).
  //   kFailedPrecondition  the transaction has written already
  virtual absl::StatusOr<Page> GetRangePage(absl::string_view ns, absl::string_view start,
                                            absl::string_view end, int32_t page_size,
                                            absl::string_view bookmark) = 0;
  virtual absl::StatusOr<StateMetadata> GetMetadata(absl::string_view ns,
                                                    absl::string_view key) = 0;
  virtual absl::Status SetMetadata(absl::string_view ns, absl::string_view key,
                                   const StateMetadata& metadata) = 0;

  virtual absl::StatusOr<std::optional<VersionedValue>> GetPrivate(absl::string_view ns,
                                                                   absl::string_view collection,
                                                                   absl::string_view key) = 0;
  virtual absl::StatusOr<std::optional<std::string>> GetPrivateHash(absl::string_view ns,
                                                                    absl::string_view collection,
                                                                    absl::string_view key) = 0;
  virtual absl::Status SetPrivate(absl::string_view ns, absl::string_view collection,
                                  absl::string_view key, absl::string_view value) = 0;
  virtual absl::Status DeletePrivate(absl::string_view ns, absl::string_view collection,
                                     absl::string_view key, bool purge) = 0;

  // Newest first, valid transactions only.
  virtual absl::StatusOr<std::unique_ptr<HistoryIterator>> GetHistory(absl::string_view ns,
                                                                      absl::string_view key) = 0;

  // The view it runs on.
  virtual const StateView& view() const = 0;
  // Ends the simulation. Call once.
  virtual absl::StatusOr<SimulationResults> Finish() = 0;
};

}  // namespace suyuan
