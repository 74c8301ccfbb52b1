// Checking and restoring backups.
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "network/common/status_macros.h"
#include "network/ledger/backup.h"
#include "network/ledger/backup_files.h"
#include "network/ledger/level_db.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatchBytes = 1u << 20;

// Reads a file that the manifest lists.
absl::Status ReadListed(const fs::path& path,
                        const std::function<absl::Status(absl::string_view)>& take) {
  const absl::Status read = ledger::ReadInPieces(path, take);
  if (absl::IsNotFound(read)) {
    return absl::DataLossError(absl::StrCat(path.string(), ": is missing"));
  }
  return read;
}

// What was read of `path`, against what the manifest has of it.
absl::Status CheckAgainst(const BackupFile& listed, const BackupFile& read, const fs::path& path) {
  const auto damaged = [&](absl::string_view why) {
    return absl::DataLossError(absl::StrCat(path.string(), ": ", why));
  };
  if (read.bytes != listed.bytes) {
    return damaged(absl::StrCat("has ", read.bytes, " bytes, not ", listed.bytes));
  }
  if (read.sha256 != listed.sha256) {
    return damaged("is damaged: its SHA-256 is not the manifest's");
  }
  return absl::OkStatus();
}

absl::Status CheckFile(const fs::path& dir, const BackupFile& file) {
  Sha256Stream sha;
  uint64_t bytes = 0;
  SUYUAN_RETURN_IF_ERROR(ReadListed(dir / file.path, [&](absl::string_view piece) {
    sha.Update(piece);
    bytes += piece.size();
    return absl::OkStatus();
  }));
  return CheckAgainst(file, {file.path, bytes, sha.Finish()}, dir / file.path);
}

absl::Status FindStrangers(const fs::path& dir, const BackupManifest& manifest) {
  std::set<std::string> known = {ledger::kManifestFile};
  for (const BackupFile& file : manifest.files) known.insert(file.path);
  std::error_code error;
  for (fs::recursive_directory_iterator it(dir, error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_directory(error)) continue;
    const std::string path = it->path().lexically_relative(dir).string();
    if (known.count(path) == 0) {
      return absl::DataLossError(absl::StrCat(it->path().string(), ": is not in the manifest"));
    }
  }
  if (error) return ErrnoStatus(error.value(), "list", dir);
  return absl::OkStatus();
}

absl::Status CopyFile(const fs::path& dir, const BackupFile& file, const fs::path& to) {
  SUYUAN_ASSIGN_OR_RETURN(auto copy, ledger::HashedFile::Create(to));
  SUYUAN_RETURN_IF_ERROR(
      ReadListed(dir / file.path, [&](absl::string_view piece) { return copy->Write(piece); }));
  SUYUAN_ASSIGN_OR_RETURN(const BackupFile read, copy->Finish(file.path));
  return CheckAgainst(file, read, dir / file.path);
}

absl::Status FillDatabase(const fs::path& records, const fs::path& to) {
  SUYUAN_ASSIGN_OR_RETURN(auto db, ledger::LevelDb::Open(to));
  leveldb::WriteBatch batch;
  SUYUAN_RETURN_IF_ERROR(ledger::ReadRecords(
      records, [&](absl::string_view key, absl::string_view value) -> absl::Status {
        batch.Put(ledger::Slice(key), ledger::Slice(value));
        if (batch.ApproximateSize() < kBatchBytes) return absl::OkStatus();
        SUYUAN_RETURN_IF_ERROR(db->Write(&batch, true));
        batch.Clear();
        return absl::OkStatus();
      }));
  return db->Write(&batch, true);
}

// The channel's folder, as a node keeps it, in `to`.
absl::Status BuildChannel(const fs::path& dir, const BackupManifest& manifest, const fs::path& to) {
  const fs::path blocks = manifest.peer ? to / "ledger" / "blocks" : to;
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(blocks));
  for (const BackupFile& file : manifest.files) {
    absl::string_view name = file.path;
    if (absl::ConsumePrefix(&name, "blocks/")) {
      SUYUAN_RETURN_IF_ERROR(CopyFile(dir, file, blocks / std::string(name)));
    } else if (name == ledger::kPrivateFile || name == ledger::kTransientFile) {
      SUYUAN_RETURN_IF_ERROR(CheckFile(dir, file));
      const fs::path database =
          name == ledger::kPrivateFile ? to / "ledger" / "private" : to / "transient";
      SUYUAN_RETURN_IF_ERROR(FillDatabase(dir / file.path, database), file.path);
    }
  }
  return SyncDirectory(blocks);
}

// Those that are there already stay: the name tells the content.
absl::Status RestorePackages(const fs::path& dir, const BackupManifest& manifest,
                             const fs::path& to) {
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(to));
  for (const BackupFile& file : manifest.files) {
    absl::string_view name = file.path;
    if (!absl::ConsumePrefix(&name, "packages/")) continue;
    const fs::path target = to / std::string(name);
    const fs::path partial = target.string() + ".part";
    std::error_code error;
    if (fs::exists(target, error)) continue;
    fs::remove(partial, error);
    SUYUAN_RETURN_IF_ERROR(CopyFile(dir, file, partial));
    fs::rename(partial, target, error);
    if (error) return ErrnoStatus(error.value(), "rename", partial);
  }
  return SyncDirectory(to);
}

}  // namespace

absl::StatusOr<BackupManifest> VerifyBackup(const fs::path& dir) {
  SUYUAN_ASSIGN_OR_RETURN(BackupManifest manifest, ledger::ReadManifest(dir));
  for (const BackupFile& file : manifest.files) {
    SUYUAN_RETURN_IF_ERROR(CheckFile(dir, file));
  }
  SUYUAN_RETURN_IF_ERROR(FindStrangers(dir, manifest));
  return manifest;
}

absl::StatusOr<BackupManifest> RestoreBackup(const fs::path& dir, const fs::path& data_dir) {
  SUYUAN_ASSIGN_OR_RETURN(BackupManifest manifest, ledger::ReadManifest(dir));
  SUYUAN_RETURN_IF_ERROR(FindStrangers(dir, manifest));
  const fs::path channels = data_dir / "channels";
  const fs::path target = channels / manifest.channel_id;
  if (ledger::IsTaken(target)) {
    return absl::AlreadyExistsError(
        absl::StrCat(target.string(), ": is there already; move it away first"));
  }
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(channels));
  const fs::path building = data_dir / absl::StrCat("restoring.", manifest.channel_id);
  std::error_code error;
  fs::remove_all(building, error);  // of a restore that was cut short
  if (error) return ErrnoStatus(error.value(), "remove", building);
  absl::Status built = BuildChannel(dir, manifest, building);
  if (built.ok() && manifest.peer) {
    built = RestorePackages(dir, manifest, data_dir / "chaincodes");
  }
  if (!built.ok()) {
    fs::remove_all(building, error);
    return built;
  }
  fs::rename(building, target, error);
  if (error) return ErrnoStatus(error.value(), "rename", building);
  SUYUAN_RETURN_IF_ERROR(SyncDirectory(channels));
  SUYUAN_RETURN_IF_ERROR(SyncDirectory(data_dir));
  return manifest;
}

fs::path LedgerFolder(const fs::path& data_dir, const BackupManifest& manifest) {
  const fs::path channel = data_dir / "channels" / manifest.channel_id;
  return manifest.peer ? channel / "ledger" : channel;
}

}  // namespace suyuan
