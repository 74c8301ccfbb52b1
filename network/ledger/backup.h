// A channel's ledger copied into a folder of plain files with a manifest (FORMAT.md):
// written, checked, restored.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/block_store.h"

namespace suyuan {

// What equal ledgers have in common. Raw bytes.
struct ChainHashes {
  uint64_t height = 0;
  std::string block_hash;   // of the last block's header
  std::string commit_hash;  // empty on an orderer, and at height 1
  std::string state_hash;   // empty when it was not computed
};

// After the first `height` blocks, without the state hash.
//   kOutOfRange  there are fewer
absl::StatusOr<ChainHashes> HashesAt(const BlockSource& blocks, uint64_t height);

struct BackupFile {
  std::string path;  // within the backup, "blocks/000000.blk"
  uint64_t bytes = 0;
  std::string sha256;  // raw
};

struct BackupManifest {
  std::string channel_id;
  bool peer = true;     // else an orderer's: blocks alone
  std::string made_at;  // RFC 3339
  ChainHashes hashes;
  std::vector<BackupFile> files;
};

std::string ManifestJson(const BackupManifest& manifest);
// Checks that nothing in it leads out of a folder.
//   kInvalidArgument  names the field
absl::StatusOr<BackupManifest> ParseManifest(absl::string_view json);

// A finished backup, to judge by its manifest's being there.
bool IsBackup(const std::filesystem::path& dir);

// Writes a backup. Not thread-safe.
class BackupWriter {
 public:
  // Takes `dir`, which it makes; it is not a backup before Finish().
  //   kAlreadyExists    something is there already
  //   kInvalidArgument  `channel_id` is no channel's name
  static absl::StatusOr<std::unique_ptr<BackupWriter>> Create(
      const std::filesystem::path& dir, const std::string& channel_id, bool peer,
      const BlockStoreOptions& options = {});
  virtual ~BackupWriter() = default;

  // The next block, serialised.
  //   kDataLoss  malformed, not the next one, or hashes do not fit; names what
  virtual absl::Status AddBlock(absl::string_view bytes) = 0;
  // Records of the private and of the transient store.
  virtual absl::Status AddPrivate(absl::string_view key, absl::string_view value) = 0;
  virtual absl::Status AddTransient(absl::string_view key, absl::string_view value) = 0;
  // A chaincode package as it lies in the peer's folder.
  //   kInvalidArgument  not a plain name of a package
  virtual absl::Status AddPackage(absl::string_view file_name, absl::string_view content) = 0;
  // Durable once OK, and a backup.
  //   kDataLoss  `hashes` are not those of the blocks
  virtual absl::StatusOr<BackupManifest> Finish(const ChainHashes& hashes,
                                                const std::string& made_at) = 0;
  virtual uint64_t blocks() const = 0;
  virtual uint64_t bytes() const = 0;  // written so far
};

// Reads every file and compares it with the manifest.
//   kNotFound  no backup there
//   kDataLoss  a file is damaged, missing, or one too many; names it
absl::StatusOr<BackupManifest> VerifyBackup(const std::filesystem::path& dir);

// Puts the ledger under `data_dir`, a node's dataDir, checking each file on the way.
// Durable once OK; a crash leaves nothing that a node would take for a channel.
//   kAlreadyExists  the channel is there already
//   as VerifyBackup()
absl::StatusOr<BackupManifest> RestoreBackup(const std::filesystem::path& dir,
                                             const std::filesystem::path& data_dir);

// Where a node with `data_dir` has the ledger of a channel.
std::filesystem::path LedgerFolder(const std::filesystem::path& data_dir,
                                   const BackupManifest& manifest);

}  // namespace suyuan
