#include "network/ledger/rwset.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {

bool NamespaceRwSet::Writes() const {
  if (kv.writes_size() > 0 || kv.metadata_writes_size() > 0) return true;
  for (const CollectionRwSet& collection : collections) {
    if (collection.hashed.hashed_writes_size() > 0) return true;
    if (collection.hashed.metadata_writes_size() > 0) return true;
  }
  return false;
}

const NamespaceRwSet* TxRwSet::Find(absl::string_view name) const {
  for (const NamespaceRwSet& ns : namespaces) {
    if (ns.name == name) return &ns;
  }
  return nullptr;
}

bool IsDelete(const ::kvrwset::KVWrite& write) {
  return write.is_delete() || write.value().empty();
}

bool IsDelete(const ::kvrwset::KVWriteHash& write) {
  if (write.is_delete() || write.value_hash().empty()) return true;
  static const std::string* const kHashOfNothing = new std::string(Sha256(""));
  return write.value_hash() == *kHashOfNothing;
}

absl::StatusOr<TxRwSet> ParseTxRwSet(absl::string_view bytes) {
  SUYUAN_ASSIGN_OR_RETURN(auto message,
                          ParseProto<::rwset::TxReadWriteSet>(bytes, "TxReadWriteSet"));
  TxRwSet out;
  out.namespaces.reserve(static_cast<size_t>(message.ns_rwset_size()));
  for (auto& from : *message.mutable_ns_rwset()) {
    NamespaceRwSet& ns = out.namespaces.emplace_back();
    ns.name = std::move(*from.mutable_namespace_());
    const std::string where = absl::StrCat("namespace '", ns.name, "'");
    SUYUAN_ASSIGN_OR_RETURN(ns.kv, ParseProto<::kvrwset::KVRWSet>(from.rwset(), "KVRWSet"), where);
    for (auto& collection_from : *from.mutable_collection_hashed_rwset()) {
      CollectionRwSet& collection = ns.collections.emplace_back();
      collection.name = std::move(*collection_from.mutable_collection_name());
      collection.private_hash = std::move(*collection_from.mutable_pvt_rwset_hash());
      SUYUAN_ASSIGN_OR_RETURN(
          collection.hashed,
          ParseProto<::kvrwset::HashedRWSet>(collection_from.hashed_rwset(), "HashedRWSet"),
          absl::StrCat(where, " collection '", collection.name, "'"));
    }
  }
  return out;
}

}  // namespace suyuan
