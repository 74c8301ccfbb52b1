#include "network/ledger/rwset_builder.h"

#include "network/crypto/hash.h"

namespace suyuan::ledger {
namespace {

template <typename Read>
void SetVersion(const std::optional<Version>& version, Read* read) {
  if (!version) return;
  read->mutable_version()->set_block_num(version->block);
  read->mutable_version()->set_tx_num(version->tx);
}

void AddRanges(const std::vector<std::shared_ptr<RangeRecord>>& ranges, ::kvrwset::KVRWSet* out) {
  std::set<std::tuple<std::string, std::string, bool>> seen;
  for (const auto& range : ranges) {
    if (!range->started) continue;
    if (!seen.insert({range->start, range->end, range->exhausted}).second) continue;
    auto* info = out->add_range_queries_info();
    info->set_start_key(range->start);
    info->set_end_key(range->end);
    info->set_itr_exhausted(range->exhausted);
    range->results.Finish(info);
  }
}

::kvrwset::KVRWSet PublicKv(const NamespaceRecord& ns) {
  ::kvrwset::KVRWSet out;
  for (const auto& [key, version] : ns.reads) {
    auto* read = out.add_reads();
    read->set_key(key);
    SetVersion(version, read);
  }
  AddRanges(ns.ranges, &out);
  for (const auto& [key, write] : ns.writes) {
    auto* to = out.add_writes();
    to->set_key(key);
    to->set_is_delete(write.is_delete);
    to->set_value(write.value);
  }
  for (const auto& [key, metadata] : ns.metadata_writes) {
    auto* to = out.add_metadata_writes();
    to->set_key(key);
    for (const auto& [name, value] : metadata) {
      auto* entry = to->add_entries();
      entry->set_name(name);
      entry->set_value(value);
    }
  }
  return out;
}

::kvrwset::KVRWSet PrivateKv(const CollectionRecord& collection) {
  ::kvrwset::KVRWSet out;
  for (const auto& [key, write] : collection.writes) {
    auto* to = out.add_writes();
    to->set_key(key);
    to->set_is_delete(write.is_delete);
    to->set_value(write.value);
  }
  return out;
}

::kvrwset::HashedRWSet HashedKv(const CollectionRecord& collection) {
  ::kvrwset::HashedRWSet out;
  // In the order of the keys, not of their hashes, as Fabric has it.
  for (const auto& [key, version] : collection.reads) {
    auto* read = out.add_hashed_reads();
    read->set_key_hash(Sha256(key));
    SetVersion(version, read);
  }
  for (const auto& [key, write] : collection.writes) {
    auto* to = out.add_hashed_writes();
    to->set_key_hash(Sha256(key));
    to->set_is_delete(write.is_delete);
    to->set_is_purge(write.is_purge);
    if (!write.is_delete) to->set_value_hash(Sha256(write.value));
  }
  return out;
}

}  // namespace

std::string BuildPublicRwSet(RwSetRecord& record) {
  ::rwset::TxReadWriteSet out;
  for (const auto& [name, ns] : record) {
    auto* to = out.add_ns_rwset();
    to->set_namespace_(name);
    to->set_rwset(PublicKv(ns).SerializeAsString());
    for (const auto& [collection_name, collection] : ns.collections) {
      auto* part = to->add_collection_hashed_rwset();
      part->set_collection_name(collection_name);
      part->set_hashed_rwset(HashedKv(collection).SerializeAsString());
      if (collection.writes.empty()) continue;
      part->set_pvt_rwset_hash(Sha256(PrivateKv(collection).SerializeAsString()));
    }
  }
  return out.SerializeAsString();
}

std::string BuildPrivateRwSet(const RwSetRecord& record) {
  ::rwset::TxPvtReadWriteSet out;
  for (const auto& [name, ns] : record) {
    ::rwset::NsPvtReadWriteSet* to = nullptr;
    for (const auto& [collection_name, collection] : ns.collections) {
      if (collection.writes.empty()) continue;
      if (to == nullptr) {
        to = out.add_ns_pvt_rwset();
        to->set_namespace_(name);
      }
      auto* part = to->add_collection_pvt_rwset();
      part->set_collection_name(collection_name);
      part->set_rwset(PrivateKv(collection).SerializeAsString());
    }
  }
  return out.SerializeAsString();
}

}  // namespace suyuan::ledger
