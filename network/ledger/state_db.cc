#include "network/ledger/state_db.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/ledger/codec.h"

namespace suyuan::ledger {
namespace {

std::string SavepointKey() { return std::string(1, static_cast<char>(Space::kMeta)) + "savepoint"; }

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("state database: malformed ", what));
}

class DbIterator final : public StateIterator {
 public:
  DbIterator(std::shared_ptr<IteratorPool> pool, size_t prefix_size, absl::string_view first,
             std::string end)
      : pool_(std::move(pool)),
        prefix_size_(prefix_size),
        end_(std::move(end)),
        iterator_(pool_->Take()) {
    iterator_->Seek(Slice(first));
  }
  ~DbIterator() override { pool_->GiveBack(std::move(iterator_)); }

  absl::StatusOr<std::optional<KeyValue>> Next() override {
    SUYUAN_RETURN_IF_ERROR(FromLevelDb(iterator_->status(), "read the state"));
    if (!iterator_->Valid()) return std::nullopt;
    const absl::string_view key = View(iterator_->key());
    if (!end_.empty() && key >= end_) return std::nullopt;
    SUYUAN_ASSIGN_OR_RETURN(VersionedValue value, DecodeValue(View(iterator_->value())));
    KeyValue result{std::string(key.substr(prefix_size_)), std::move(value)};
    iterator_->Next();
    return result;
  }

 private:
  const std::shared_ptr<IteratorPool> pool_;
  const size_t prefix_size_;
  const std::string end_;
  std::unique_ptr<leveldb::Iterator> iterator_;
};

}  // namespace

absl::StatusOr<Savepoint> ReadSavepoint(const LevelDb& db) {
  SUYUAN_ASSIGN_OR_RETURN(const auto value, db.Get(SavepointKey()));
  if (!value) return Savepoint{};
  absl::string_view in = *value;
  const auto height = TakeVarint(&in);
  if (!height) return Damaged("savepoint");
  return Savepoint{*height, std::string(in)};
}

void PutSavepoint(leveldb::WriteBatch* batch, const Savepoint& savepoint) {
  std::string value;
  PutVarint(&value, savepoint.height);
  batch->Put(SavepointKey(), value + savepoint.commit_hash);
}

absl::StatusOr<std::optional<TxRecord>> ReadTxRecord(const LevelDb& db, absl::string_view tx_id) {
  SUYUAN_ASSIGN_OR_RETURN(const auto value, db.Get(TxIdKey(tx_id)));
  if (!value) return std::nullopt;
  absl::string_view in = *value;
  const auto block = TakeVarint(&in);
  const auto tx = block ? TakeVarint(&in) : std::nullopt;
  if (!tx || in.size() != 1) return Damaged("transaction record");
  return TxRecord{*block, *tx,
                  static_cast<::protos::TxValidationCode>(static_cast<uint8_t>(in.front()))};
}

void PutTxRecord(leveldb::WriteBatch* batch, absl::string_view tx_id, const TxRecord& record) {
  std::string value;
  PutVarint(&value, record.block_number);
  PutVarint(&value, record.tx_index);
  value.push_back(static_cast<char>(record.code));
  batch->Put(TxIdKey(tx_id), value);
}

std::unique_ptr<leveldb::Iterator> IteratorPool::Take() {
  {
    absl::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      auto iterator = std::move(idle_.back());
      idle_.pop_back();
      return iterator;
    }
  }
  leveldb::ReadOptions options;
  options.snapshot = snapshot_;
  return std::unique_ptr<leveldb::Iterator>(db_->raw()->NewIterator(options));
}

void IteratorPool::GiveBack(std::unique_ptr<leveldb::Iterator> iterator) {
  // Each holds on to the files of its time: a few are kept, and sound ones.
  constexpr size_t kMaxIdle = 4;
  if (!iterator->status().ok()) return;
  absl::MutexLock lock(&mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(iterator));
}

DbView::DbView(std::shared_ptr<LevelDb> db, uint64_t height)
    : db_(std::move(db)),
      height_(height),
      snapshot_(db_->raw()->GetSnapshot()),
      iterators_(std::make_shared<IteratorPool>(db_, snapshot_)) {}

DbView::~DbView() { db_->raw()->ReleaseSnapshot(snapshot_); }

absl::StatusOr<std::optional<VersionedValue>> DbView::Read(absl::string_view db_key) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto bytes, db_->Get(db_key, snapshot_));
  if (!bytes) return std::nullopt;
  SUYUAN_ASSIGN_OR_RETURN(VersionedValue value, DecodeValue(*bytes));
  return value;
}

absl::StatusOr<std::optional<VersionedValue>> DbView::Get(absl::string_view ns,
                                                          absl::string_view key) const {
  return Read(StateKey(Space::kPublic, ns, "", key));
}

absl::StatusOr<std::optional<VersionedValue>> DbView::Get(const StateName& name) const {
  if (name.collection.empty()) return Get(name.ns, name.key);
  return GetPrivateHash(name.ns, name.collection, name.key);
}

absl::StatusOr<std::unique_ptr<StateIterator>> DbView::Range(absl::string_view ns,
                                                             absl::string_view start,
                                                             absl::string_view end) const {
  const std::string prefix = StatePrefix(Space::kPublic, ns, "");
  return std::make_unique<DbIterator>(iterators_, prefix.size(), absl::StrCat(prefix, start),
                                      end.empty() ? PrefixEnd(prefix) : absl::StrCat(prefix, end));
}

absl::StatusOr<std::optional<VersionedValue>> DbView::GetPrivateHash(
    absl::string_view ns, absl::string_view collection, absl::string_view key_hash) const {
  return Read(StateKey(Space::kHashed, ns, collection, key_hash));
}

absl::StatusOr<std::optional<VersionedValue>> DbView::GetPrivate(absl::string_view ns,
                                                                 absl::string_view collection,
                                                                 absl::string_view key) const {
  SUYUAN_ASSIGN_OR_RETURN(auto hash, GetPrivateHash(ns, collection, Sha256(key)));
  if (!hash) return std::nullopt;
  SUYUAN_ASSIGN_OR_RETURN(auto value, Read(StateKey(Space::kPrivate, ns, collection, key)));
  if (!value || Sha256(value->value) != hash->value) {
    return absl::NotFoundError(absl::StrCat(
        "private data matching public hash version is not available in collection ", collection));
  }
  value->version = hash->version;
  return value;
}

absl::StatusOr<std::string> HashState(const DbView& view, const std::function<bool()>& go_on) {
  constexpr uint64_t kAskEvery = 4096;
  uint64_t keys = 0;
  Sha256Stream sha;
  leveldb::ReadOptions options;
  options.snapshot = view.snapshot();
  options.fill_cache = false;
  std::unique_ptr<leveldb::Iterator> it(view.db()->raw()->NewIterator(options));
  for (Space space : {Space::kPublic, Space::kHashed}) {
    const char prefix = static_cast<char>(space);
    for (it->Seek({&prefix, 1}); it->Valid() && it->key()[0] == prefix; it->Next()) {
      if (++keys % kAskEvery == 0 && !go_on()) return absl::CancelledError("hash the state");
      std::string lengths;
      PutFixed64(&lengths, it->key().size());
      PutFixed64(&lengths, it->value().size());
      sha.Update(lengths);
      sha.Update(View(it->key()));
      sha.Update(View(it->value()));
    }
  }
  SUYUAN_RETURN_IF_ERROR(FromLevelDb(it->status(), "hash the state"));
  return sha.Finish();
}

}  // namespace suyuan::ledger
