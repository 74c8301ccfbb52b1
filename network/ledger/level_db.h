// LevelDB behind Status. Other rooms never see it.
#pragma once

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace suyuan::ledger {

inline leveldb::Slice Slice(absl::string_view v) { return {v.data(), v.size()}; }
inline absl::string_view View(leveldb::Slice v) { return {v.data(), v.size()}; }

// kUnavailable for I/O, kDataLoss for damage; "context: reason".
absl::Status FromLevelDb(const leveldb::Status& status, absl::string_view context);

struct LevelDbOptions {
  uint64_t cache_bytes = 8u << 20;
  uint64_t write_buffer_bytes = 4u << 20;
};

// An open database. Thread-safe as LevelDB is.
class LevelDb {
 public:
  // Opens or creates it.
  //   kDataLoss            damaged
  //   kFailedPrecondition  another process holds it
  static absl::StatusOr<std::shared_ptr<LevelDb>> Open(const std::filesystem::path& dir,
                                                       const LevelDbOptions& options = {});
  // Like Open(), for what can be rebuilt: a damaged database is removed and begun anew.
  static absl::StatusOr<std::shared_ptr<LevelDb>> OpenDerived(const std::filesystem::path& dir,
                                                              const LevelDbOptions& options = {});
  static absl::Status Destroy(const std::filesystem::path& dir);

  // nullopt when absent. `snapshot` may be null.
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key,
                                                 const leveldb::Snapshot* snapshot = nullptr) const;
  // `sync`: survives a power cut once OK; otherwise it survives a kill of the process.
  // After a failure nothing is written any more: the log may end in half a record, and
  // what followed could not be read again.
  absl::Status Write(leveldb::WriteBatch* batch, bool sync);
  leveldb::DB* raw() const { return db_.get(); }

 private:
  LevelDb() = default;
  std::filesystem::path dir_;
  std::unique_ptr<const leveldb::FilterPolicy> filter_;
  std::unique_ptr<leveldb::Cache> cache_;
  std::unique_ptr<leveldb::DB> db_;
  absl::Mutex mutex_;  // one write at a time
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan::ledger
