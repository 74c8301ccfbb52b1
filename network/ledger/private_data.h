// Private write sets: checked against the ledger's hashes, kept for replay.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/ledger/level_db.h"
#include "network/ledger/rwset.h"

namespace suyuan::ledger {

// The private writes of one collection by one transaction.
struct PrivateWrites {
  std::string ns;
  std::string collection;
  ::kvrwset::KVRWSet kv;
};

// The parts of `bytes` (rwset.TxPvtReadWriteSet) that hash to what `rwset` says; the
// rest, or all of it when it is malformed, is left out.
std::vector<PrivateWrites> MatchingPrivateWrites(absl::string_view bytes, const TxRwSet& rwset);

// Private write sets by block and transaction. The only place that has them, so each
// write is synced. Thread-safe.
class PrivateStore {
 public:
  static absl::StatusOr<std::unique_ptr<PrivateStore>> Open(const std::filesystem::path& dir);
  // Survives a power cut once OK. By index in the block.
  absl::Status Put(uint64_t block_number, const std::map<uint64_t, std::string>& rwsets);
  absl::StatusOr<std::map<uint64_t, std::string>> Get(uint64_t block_number) const;
  // The records of blocks below `height`, in order, key and value as FORMAT.md says.
  absl::Status Visit(uint64_t height,
                     const std::function<absl::Status(absl::string_view key,
                                                      absl::string_view value)>& visit) const;

 private:
  explicit PrivateStore(std::shared_ptr<LevelDb> db) : db_(std::move(db)) {}
  std::shared_ptr<LevelDb> db_;
};

}  // namespace suyuan::ledger
