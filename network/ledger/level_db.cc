#include "network/ledger/level_db.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"

namespace suyuan::ledger {

absl::Status FromLevelDb(const leveldb::Status& status, absl::string_view context) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = absl::StrCat(context, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(text);
  if (absl::StrContains(text, "lock")) return absl::FailedPreconditionError(text);
  if (absl::StrContains(text, "No space left")) return absl::ResourceExhaustedError(text);
  return absl::UnavailableError(text);
}

absl::StatusOr<std::shared_ptr<LevelDb>> LevelDb::Open(const std::filesystem::path& dir,
                                                       const LevelDbOptions& options) {
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir));
  std::shared_ptr<LevelDb> self(new LevelDb);
  self->dir_ = dir;
  self->filter_.reset(leveldb::NewBloomFilterPolicy(10));
  self->cache_.reset(leveldb::NewLRUCache(options.cache_bytes));
  leveldb::Options o;
  o.create_if_missing = true;
  // A hole in the middle of the log must not pass for its end.
  o.paranoid_checks = true;
  o.filter_policy = self->filter_.get();
  o.block_cache = self->cache_.get();
  o.write_buffer_size = options.write_buffer_bytes;
  o.max_open_files = 500;
  leveldb::DB* db = nullptr;
  SUYUAN_RETURN_IF_ERROR(
      FromLevelDb(leveldb::DB::Open(o, dir.string(), &db), absl::StrCat("open ", dir.string())));
  self->db_.reset(db);
  return self;
}

absl::StatusOr<std::shared_ptr<LevelDb>> LevelDb::OpenDerived(const std::filesystem::path& dir,
                                                              const LevelDbOptions& options) {
  auto db = Open(dir, options);
  if (db.ok() || !absl::IsDataLoss(db.status())) return db;
  Log("ledger").Warn("damaged database is rebuilt from the blocks", {{"reason", db.status()}});
  SUYUAN_RETURN_IF_ERROR(Destroy(dir));
  return Open(dir, options);
}

absl::Status LevelDb::Destroy(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::remove_all(dir, error);
  if (error) {
    return absl::UnavailableError(absl::StrCat("remove ", dir.string(), ": ", error.message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> LevelDb::Get(absl::string_view key,
                                                        const leveldb::Snapshot* snapshot) const {
  leveldb::ReadOptions options;
  options.snapshot = snapshot;
  std::string value;
  const leveldb::Status status = db_->Get(options, Slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  SUYUAN_RETURN_IF_ERROR(FromLevelDb(status, absl::StrCat("read ", dir_.string())));
  return value;
}

absl::Status LevelDb::Write(leveldb::WriteBatch* batch, bool sync) {
  leveldb::WriteOptions options;
  options.sync = sync;
  absl::MutexLock lock(&mutex_);
  if (!failure_.ok()) return failure_;
  const absl::Status status =
      FromLevelDb(db_->Write(options, batch), absl::StrCat("write ", dir_.string()));
  if (!status.ok()) failure_ = Annotate(status, "stopped by an earlier failure");
  return status;
}

}  // namespace suyuan::ledger
