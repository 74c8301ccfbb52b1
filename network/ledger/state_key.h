// Keys and values of the state database (FORMAT.md).
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/simulator.h"

namespace suyuan::ledger {

// The parts of the state that live side by side in one database.
enum class Space : char {
  kPublic = 'S',   // namespace, key
  kHashed = 'H',   // namespace, collection, SHA-256 of the key
  kPrivate = 'P',  // namespace, collection, key
  kHistory = 'Y',  // namespace, key, then the version backwards
  kTxId = 'T',
  kMeta = 'M',
};

// Everything before the key itself. `collection` is ignored in kPublic.
std::string StatePrefix(Space space, absl::string_view ns, absl::string_view collection);
std::string StateKey(Space space, absl::string_view ns, absl::string_view collection,
                     absl::string_view key);
// The first key behind all that begin with `prefix`; empty when there is none.
std::string PrefixEnd(std::string prefix);

// Before the version of a history entry; its value is empty.
std::string HistoryPrefix(absl::string_view ns, absl::string_view key);
std::string HistoryKey(absl::string_view ns, absl::string_view key, const Version& version);
// From the bytes behind the prefix.
std::optional<Version> HistoryVersion(absl::string_view tail);

std::string TxIdKey(absl::string_view tx_id);

std::string EncodeValue(absl::string_view value, const Version& version,
                        const StateMetadata& metadata);
//   kDataLoss  not such a record
absl::StatusOr<VersionedValue> DecodeValue(absl::string_view bytes);
absl::StatusOr<Version> DecodeVersion(absl::string_view bytes);

}  // namespace suyuan::ledger
