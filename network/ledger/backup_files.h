// The files of a backup (FORMAT.md).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/common/file_util.h"
#include "network/crypto/hash.h"
#include "network/ledger/backup.h"

namespace suyuan::ledger {

inline constexpr char kManifestFile[] = "manifest.json";
inline constexpr char kPrivateFile[] = "private.rec";
inline constexpr char kTransientFile[] = "transient.rec";

bool IsPackageName(absl::string_view name);
bool IsBackupPath(absl::string_view path);

//   kNotFound         no backup there
//   kInvalidArgument  as ParseManifest()
absl::StatusOr<BackupManifest> ReadManifest(const std::filesystem::path& dir);

// Something is there already, and not just an empty folder.
bool IsTaken(const std::filesystem::path& path);

// A new file that is hashed as it is written. Not thread-safe.
class HashedFile {
 public:
  //   kAlreadyExists, others  of the disk
  static absl::StatusOr<std::unique_ptr<HashedFile>> Create(const std::filesystem::path& path);
  absl::Status Write(absl::string_view data);
  // Syncs and closes it; `name` is its path in the result.
  absl::StatusOr<BackupFile> Finish(std::string name);
  uint64_t bytes() const { return bytes_; }

 private:
  HashedFile(std::filesystem::path path, FileDescriptor fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}

  const std::filesystem::path path_;
  FileDescriptor fd_;
  Sha256Stream sha_;
  uint64_t bytes_ = 0;
};

// Reads a file in pieces of at most a megabyte.
absl::Status ReadInPieces(const std::filesystem::path& path,
                          const std::function<absl::Status(absl::string_view piece)>& take);

// One record of kPrivateFile and kTransientFile.
std::string EncodeRecord(absl::string_view key, absl::string_view value);
// Calls `visit` for each.
//   kDataLoss  the file ends in a record
absl::Status ReadRecords(
    const std::filesystem::path& path,
    const std::function<absl::Status(absl::string_view key, absl::string_view value)>& visit);

}  // namespace suyuan::ledger
