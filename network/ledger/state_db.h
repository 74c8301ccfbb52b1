// State, history and transaction ids of a ledger in one LevelDB; derived from the
// blocks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "network/ledger/level_db.h"
#include "network/ledger/simulator.h"
#include "network/ledger/state_source.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan::ledger {

// How far the database has come; written in the batch of the block it tells of.
struct Savepoint {
  uint64_t height = 0;  // blocks applied
  std::string commit_hash;
};

struct TxRecord {
  uint64_t block_number = 0;
  uint64_t tx_index = 0;
  ::protos::TxValidationCode code = ::protos::NOT_VALIDATED;
};

absl::StatusOr<Savepoint> ReadSavepoint(const LevelDb& db);
void PutSavepoint(leveldb::WriteBatch* batch, const Savepoint& savepoint);

absl::StatusOr<std::optional<TxRecord>> ReadTxRecord(const LevelDb& db, absl::string_view tx_id);
void PutTxRecord(leveldb::WriteBatch* batch, absl::string_view tx_id, const TxRecord& record);

// Iterators over one snapshot. Making one costs several times what a short range does, so they
// are used again. Thread-safe.
class IteratorPool {
 public:
  IteratorPool(std::shared_ptr<LevelDb> db, const leveldb::Snapshot* snapshot)
      : db_(std::move(db)), snapshot_(snapshot) {}
  // Not positioned. Only while the snapshot lives.
  std::unique_ptr<leveldb::Iterator> Take();
  void GiveBack(std::unique_ptr<leveldb::Iterator> iterator);

 private:
  const std::shared_ptr<LevelDb> db_;
  const leveldb::Snapshot* const snapshot_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<leveldb::Iterator>> idle_ ABSL_GUARDED_BY(mutex_);
};

// The state at one height. Thread-safe; also the validator's source.
class DbView final : public StateView, public StateSource {
 public:
  DbView(std::shared_ptr<LevelDb> db, uint64_t height);
  ~DbView() override;

  uint64_t height() const override { return height_; }
  absl::StatusOr<std::optional<VersionedValue>> Get(absl::string_view ns,
                                                    absl::string_view key) const override;
  absl::StatusOr<std::unique_ptr<StateIterator>> Range(absl::string_view ns,
                                                       absl::string_view start,
                                                       absl::string_view end) const override;
  absl::StatusOr<std::optional<VersionedValue>> GetPrivateHash(
      absl::string_view ns, absl::string_view collection,
      absl::string_view key_hash) const override;
  absl::StatusOr<std::optional<VersionedValue>> GetPrivate(absl::string_view ns,
                                                           absl::string_view collection,
                                                           absl::string_view key) const override;
  absl::StatusOr<std::optional<VersionedValue>> Get(const StateName& name) const override;

  const std::shared_ptr<LevelDb>& db() const { return db_; }
  const leveldb::Snapshot* snapshot() const { return snapshot_; }

 private:
  absl::StatusOr<std::optional<VersionedValue>> Read(absl::string_view db_key) const;

  const std::shared_ptr<LevelDb> db_;
  const uint64_t height_;
  const leveldb::Snapshot* const snapshot_;
  const std::shared_ptr<IteratorPool> iterators_;
};

// SHA-256 over all public and hashed keys with values, versions and metadata. `go_on` is
// asked now and then.
//   kCancelled  it said no
absl::StatusOr<std::string> HashState(
    const DbView& view, const std::function<bool()>& go_on = [] { return true; });

}  // namespace suyuan::ledger
