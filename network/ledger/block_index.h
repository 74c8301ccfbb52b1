// Where each block lies: derived from the files, kept in LevelDB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/block_file.h"
#include "network/ledger/level_db.h"

namespace suyuan::ledger {

// Thread-safe; Put() calls must not overlap.
class BlockIndex {
 public:
  static absl::StatusOr<std::unique_ptr<BlockIndex>> Open(const std::filesystem::path& dir);

  // Number of blocks indexed.
  absl::StatusOr<uint64_t> Height() const;
  absl::StatusOr<std::optional<RecordPlace>> Find(uint64_t number) const;
  absl::StatusOr<std::optional<uint64_t>> FindHash(absl::string_view header_hash) const;
  absl::Status Put(uint64_t number, absl::string_view header_hash, const RecordPlace& place);
  // Forgets the last block, which must be `number`.
  absl::Status RemoveLast(uint64_t number);

 private:
  explicit BlockIndex(std::shared_ptr<LevelDb> db) : db_(std::move(db)) {}
  std::shared_ptr<LevelDb> db_;
};

}  // namespace suyuan::ledger
