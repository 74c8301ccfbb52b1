#include "network/ledger/update_batch.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/ledger/codec.h"
#include "protos/ledger/txmgr/updates.pb.h"

namespace suyuan::ledger {

// What one transaction does to one key.
struct UpdateBatch::KeyOperation {
  bool is_delete = false;
  const std::string* value = nullptr;     // null: the value stays
  std::optional<StateMetadata> metadata;  // nullopt: the metadata stays
};

namespace {

template <typename Entries>
StateMetadata ToMetadata(const Entries& entries) {
  StateMetadata metadata;
  for (const auto& entry : entries) metadata[entry.name()] = entry.value();
  return metadata;
}

}  // namespace

absl::Status UpdateBatch::Apply(const TxRwSet& rwset, const Version& version,
                                const StateSource& committed) {
  std::map<StateName, KeyOperation> operations;
  for (const NamespaceRwSet& ns : rwset.namespaces) {
    for (const auto& write : ns.kv.writes()) {
      KeyOperation& operation = operations[{ns.name, "", write.key()}];
      operation.is_delete = IsDelete(write);
      operation.value = &write.value();
    }
    for (const auto& write : ns.kv.metadata_writes()) {
      operations[{ns.name, "", write.key()}].metadata = ToMetadata(write.entries());
    }
    for (const CollectionRwSet& collection : ns.collections) {
      for (const auto& write : collection.hashed.hashed_writes()) {
        KeyOperation& operation = operations[{ns.name, collection.name, write.key_hash()}];
        operation.is_delete = IsDelete(write);
        operation.value = &write.value_hash();
      }
      for (const auto& write : collection.hashed.metadata_writes()) {
        operations[{ns.name, collection.name, write.key_hash()}].metadata =
            ToMetadata(write.entries());
      }
    }
  }
  for (const auto& [name, operation] : operations) {
    SUYUAN_RETURN_IF_ERROR(ApplyOne(name, operation, version, committed));
  }
  return absl::OkStatus();
}

absl::Status UpdateBatch::ApplyOne(const StateName& name, const KeyOperation& operation,
                                   const Version& version, const StateSource& committed) {
  if (operation.is_delete) {
    updates_[name] = Update{true, VersionedValue{"", version, {}}};
    return absl::OkStatus();
  }
  VersionedValue next;
  next.version = version;
  if (operation.value == nullptr || !operation.metadata) {
    SUYUAN_ASSIGN_OR_RETURN(auto latest, Latest(name, committed));
    if (!latest && operation.value == nullptr) return absl::OkStatus();
    if (latest && operation.value == nullptr) next.value = std::move(latest->value);
    if (latest && !operation.metadata) next.metadata = std::move(latest->metadata);
  }
  if (operation.value != nullptr) next.value = *operation.value;
  if (operation.metadata) next.metadata = *operation.metadata;
  updates_[name] = Update{false, std::move(next)};
  return absl::OkStatus();
}

absl::StatusOr<std::optional<VersionedValue>> UpdateBatch::Latest(
    const StateName& name, const StateSource& committed) const {
  const Update* update = Find(name);
  if (update == nullptr) return committed.Get(name);
  if (update->is_delete) return std::nullopt;
  return update->value;
}

const Update* UpdateBatch::Find(const StateName& name) const {
  const auto it = updates_.find(name);
  return it == updates_.end() ? nullptr : &it->second;
}

std::string UpdateBatch::Bytes() const {
  ::txmgr::Updates message;
  const std::string* ns = nullptr;
  const std::string* collection = nullptr;
  static const std::string kPublic;
  for (const auto& [name, update] : updates_) {
    if (name.ns.empty()) continue;
    ::txmgr::KVWrite* write = message.add_kvwrites();
    if (ns == nullptr || *ns != name.ns) {
      ns = &name.ns;
      collection = &kPublic;
      write->set_namespace_(name.ns);
    }
    if (*collection != name.collection) {
      collection = &name.collection;
      write->set_collection(name.collection);
    }
    write->set_key(name.key);
    write->set_isdelete(update.is_delete);
    if (!update.is_delete) write->set_value(update.value.value);
    PutFabricOrdered(write->mutable_version_bytes(), update.value.version.block);
    PutFabricOrdered(write->mutable_version_bytes(), update.value.version.tx);
  }
  return message.SerializeAsString();
}

std::string CommitHashOf(absl::string_view filter, const UpdateBatch& updates,
                         absl::string_view previous) {
  std::string length;
  PutVarint(&length, filter.size());
  return Sha256({length, filter, updates.Bytes(), previous});
}

}  // namespace suyuan::ledger
