#include "network/ledger/private_data.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/ledger/codec.h"
#include "network/protoutil/protoutil.h"

namespace suyuan::ledger {
namespace {

const CollectionRwSet* FindCollection(const TxRwSet& rwset, absl::string_view ns,
                                      absl::string_view name) {
  const NamespaceRwSet* found = rwset.Find(ns);
  if (found == nullptr) return nullptr;
  for (const CollectionRwSet& collection : found->collections) {
    if (collection.name == name) return &collection;
  }
  return nullptr;
}

std::string BlockPrefix(uint64_t block_number) {
  std::string key = "b";
  PutOrdered64(&key, block_number);
  return key;
}

}  // namespace

std::vector<PrivateWrites> MatchingPrivateWrites(absl::string_view bytes, const TxRwSet& rwset) {
  std::vector<PrivateWrites> out;
  auto message = ParseProto<::rwset::TxPvtReadWriteSet>(bytes, "TxPvtReadWriteSet");
  if (!message.ok()) return out;
  for (const auto& ns : message->ns_pvt_rwset()) {
    for (const auto& part : ns.collection_pvt_rwset()) {
      const CollectionRwSet* on_ledger =
          FindCollection(rwset, ns.namespace_(), part.collection_name());
      if (on_ledger == nullptr || on_ledger->private_hash != Sha256(part.rwset())) continue;
      auto kv = ParseProto<::kvrwset::KVRWSet>(part.rwset(), "private KVRWSet");
      if (!kv.ok()) continue;
      out.push_back({ns.namespace_(), part.collection_name(), *std::move(kv)});
    }
  }
  return out;
}

absl::StatusOr<std::unique_ptr<PrivateStore>> PrivateStore::Open(const std::filesystem::path& dir) {
  SUYUAN_ASSIGN_OR_RETURN(auto db, LevelDb::Open(dir));
  return std::unique_ptr<PrivateStore>(new PrivateStore(std::move(db)));
}

absl::Status PrivateStore::Put(uint64_t block_number,
                               const std::map<uint64_t, std::string>& rwsets) {
  leveldb::WriteBatch batch;
  for (const auto& [index, bytes] : rwsets) {
    std::string key = BlockPrefix(block_number);
    PutOrdered64(&key, index);
    batch.Put(key, bytes);
  }
  return db_->Write(&batch, true);
}

absl::StatusOr<std::map<uint64_t, std::string>> PrivateStore::Get(uint64_t block_number) const {
  std::map<uint64_t, std::string> out;
  const std::string prefix = BlockPrefix(block_number);
  std::unique_ptr<leveldb::Iterator> it(db_->raw()->NewIterator({}));
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    if (it->key().size() != prefix.size() + 8) return absl::DataLossError("private store: bad key");
    out[GetOrdered64(it->key().data() + prefix.size())] = it->value().ToString();
  }
  SUYUAN_RETURN_IF_ERROR(FromLevelDb(it->status(), "read the private store"));
  return out;
}

absl::Status PrivateStore::Visit(
    uint64_t height,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit) const {
  const std::string end = BlockPrefix(height);
  std::unique_ptr<leveldb::Iterator> it(db_->raw()->NewIterator({}));
  for (it->Seek("b"); it->Valid() && it->key().compare(end) < 0; it->Next()) {
    SUYUAN_RETURN_IF_ERROR(visit(View(it->key()), View(it->value())));
  }
  return FromLevelDb(it->status(), "read the private store");
}

}  // namespace suyuan::ledger
