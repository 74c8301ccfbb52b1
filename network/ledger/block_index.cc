#include "network/ledger/block_index.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/ledger/codec.h"

namespace suyuan::ledger {
namespace {

constexpr absl::string_view kHeightKey = "s";
// A replay after a power cut reads no more blocks than this.
constexpr uint64_t kSyncEvery = 256;

std::string NumberKey(uint64_t number) {
  std::string key = "n";
  PutOrdered64(&key, number);
  return key;
}

std::string HashKey(absl::string_view hash) { return absl::StrCat("h", hash); }

std::string Ordered(uint64_t value) {
  std::string out;
  PutOrdered64(&out, value);
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BlockIndex>> BlockIndex::Open(const std::filesystem::path& dir) {
  SUYUAN_ASSIGN_OR_RETURN(auto db, LevelDb::OpenDerived(dir, {.cache_bytes = 1u << 20,
                                                              .write_buffer_bytes = 1u << 20}));
  return std::unique_ptr<BlockIndex>(new BlockIndex(std::move(db)));
}

absl::StatusOr<uint64_t> BlockIndex::Height() const {
  SUYUAN_ASSIGN_OR_RETURN(const auto value, db_->Get(kHeightKey));
  return value && value->size() == 8 ? GetOrdered64(value->data()) : 0;
}

absl::StatusOr<std::optional<RecordPlace>> BlockIndex::Find(uint64_t number) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto value, db_->Get(NumberKey(number)));
  if (!value || value->size() != 16) return std::nullopt;
  return RecordPlace{GetFixed32(value->data()), GetFixed64(value->data() + 4),
                     GetFixed32(value->data() + 12)};
}

absl::StatusOr<std::optional<uint64_t>> BlockIndex::FindHash(absl::string_view header_hash) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto value, db_->Get(HashKey(header_hash)));
  if (!value || value->size() != 8) return std::nullopt;
  return GetOrdered64(value->data());
}

absl::Status BlockIndex::Put(uint64_t number, absl::string_view header_hash,
                             const RecordPlace& place) {
  std::string value;
  PutFixed32(&value, place.file);
  PutFixed64(&value, place.offset);
  PutFixed32(&value, place.length);
  leveldb::WriteBatch batch;
  batch.Put(NumberKey(number), value);
  batch.Put(HashKey(header_hash), Ordered(number));
  batch.Put(Slice(kHeightKey), Ordered(number + 1));
  return db_->Write(&batch, number % kSyncEvery == 0);
}

absl::Status BlockIndex::RemoveLast(uint64_t number) {
  // The entry by hash stays: readers compare its number with the height.
  leveldb::WriteBatch batch;
  batch.Delete(NumberKey(number));
  batch.Put(Slice(kHeightKey), Ordered(number));
  return db_->Write(&batch, true);
}

}  // namespace suyuan::ledger
