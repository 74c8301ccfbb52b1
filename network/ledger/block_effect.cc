#include "network/ledger/block_effect.h"

#include "absl/container/flat_hash_set.h"
#include "network/common/status_macros.h"
#include "network/ledger/private_data.h"

namespace suyuan::ledger {
namespace {

void PutState(const UpdateBatch& updates, leveldb::WriteBatch* batch) {
  for (const auto& [name, update] : updates.updates()) {
    const Space space = name.collection.empty() ? Space::kPublic : Space::kHashed;
    const std::string key = StateKey(space, name.ns, name.collection, name.key);
    if (update.is_delete) {
      batch->Delete(key);
    } else {
      batch->Put(key, EncodeValue(update.value.value, update.value.version, update.value.metadata));
    }
  }
}

void PutHistory(const TxRwSet& rwset, const Version& version, leveldb::WriteBatch* batch) {
  for (const NamespaceRwSet& ns : rwset.namespaces) {
    for (const auto& write : ns.kv.writes()) {
      batch->Put(HistoryKey(ns.name, write.key(), version), leveldb::Slice());
    }
  }
}

// Deletions that the ledger tells of, whether this peer got the private part or not,
// are left to the check of versions when the value is read.
void PutPrivate(const std::string& bytes, const TxRwSet& rwset, const Version& version,
                leveldb::WriteBatch* batch) {
  for (const PrivateWrites& part : MatchingPrivateWrites(bytes, rwset)) {
    for (const auto& write : part.kv.writes()) {
      const std::string key = StateKey(Space::kPrivate, part.ns, part.collection, write.key());
      if (IsDelete(write)) {
        batch->Delete(key);
      } else {
        batch->Put(key, EncodeValue(write.value(), version, {}));
      }
    }
  }
}

absl::Status PutTxIds(const BlockEffect& effect, const LevelDb& db, leveldb::WriteBatch* batch) {
  absl::flat_hash_set<absl::string_view> seen;
  for (uint64_t i = 0; i < effect.transactions.size(); ++i) {
    const AppliedTx& tx = effect.transactions[i];
    if (tx.tx_id.empty()) continue;
    if (!seen.insert(tx.tx_id).second) continue;
    // A valid endorser transaction's id was looked up before it was found valid.
    if (tx.code != ::protos::VALID || tx.rwset == nullptr) {
      SUYUAN_ASSIGN_OR_RETURN(const auto known, ReadTxRecord(db, tx.tx_id));
      if (known) continue;
    }
    PutTxRecord(batch, tx.tx_id, {effect.number, i, tx.code});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FillBatch(const BlockEffect& effect, const LevelDb& db, bool history,
                       leveldb::WriteBatch* batch) {
  PutState(*effect.updates, batch);
  SUYUAN_RETURN_IF_ERROR(PutTxIds(effect, db, batch));
  for (uint64_t i = 0; i < effect.transactions.size(); ++i) {
    const AppliedTx& tx = effect.transactions[i];
    if (tx.code != ::protos::VALID || tx.rwset == nullptr) continue;
    const Version version{effect.number, i};
    if (history) PutHistory(*tx.rwset, version, batch);
    const auto found = effect.private_rwsets.find(i);
    if (found != effect.private_rwsets.end()) PutPrivate(found->second, *tx.rwset, version, batch);
  }
  PutSavepoint(batch, {effect.number + 1, effect.commit_hash});
  return absl::OkStatus();
}

}  // namespace suyuan::ledger
