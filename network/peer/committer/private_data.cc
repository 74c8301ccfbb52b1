#include "network/peer/committer/private_data.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "protos/ledger/rwset/rwset.pb.h"

namespace suyuan {
namespace {

// Whether `rwset` expects private bytes with this hash there.
bool Expected(const TxRwSet& rwset, const std::string& ns,
              const ::rwset::CollectionPvtReadWriteSet& part) {
  const NamespaceRwSet* found = rwset.Find(ns);
  if (found == nullptr) return false;
  for (const CollectionRwSet& collection : found->collections) {
    if (collection.name == part.collection_name()) {
      return !collection.private_hash.empty() && collection.private_hash == Sha256(part.rwset());
    }
  }
  return false;
}

bool HasPrivateWrites(const TxForCommit& transaction) {
  if (transaction.code != ::protos::VALID || transaction.rwset == nullptr) return false;
  for (const NamespaceRwSet& ns : transaction.rwset->namespaces) {
    for (const CollectionRwSet& collection : ns.collections) {
      if (!collection.private_hash.empty()) return true;
    }
  }
  return false;
}

}  // namespace

std::string MatchPrivateRwSet(const TxRwSet& rwset, const std::vector<std::string>& candidates) {
  std::map<std::string, std::map<std::string, std::string>> matched;  // ns, collection
  for (const std::string& bytes : candidates) {
    ::rwset::TxPvtReadWriteSet candidate;
    if (!candidate.ParseFromString(bytes)) continue;
    for (const auto& ns : candidate.ns_pvt_rwset()) {
      for (const auto& part : ns.collection_pvt_rwset()) {
        if (!Expected(rwset, ns.namespace_(), part)) continue;
        matched[ns.namespace_()][part.collection_name()] = part.rwset();
      }
    }
  }
  if (matched.empty()) return "";
  ::rwset::TxPvtReadWriteSet out;
  out.set_data_model(::rwset::TxReadWriteSet::KV);
  for (auto& [ns, collections] : matched) {
    auto* entry = out.add_ns_pvt_rwset();
    entry->set_namespace_(ns);
    for (auto& [name, part] : collections) {
      auto* collection = entry->add_collection_pvt_rwset();
      collection->set_collection_name(name);
      collection->set_rwset(std::move(part));
    }
  }
  return out.SerializeAsString();
}

absl::StatusOr<std::map<uint64_t, std::string>> CollectPrivateRwSets(
    const std::vector<TxForCommit>& transactions, const TransientStore& store) {
  std::map<uint64_t, std::string> out;
  for (size_t i = 0; i < transactions.size(); ++i) {
    const TxForCommit& transaction = transactions[i];
    if (!HasPrivateWrites(transaction)) continue;
    SUYUAN_ASSIGN_OR_RETURN(const auto candidates, store.Get(transaction.tx_id),
                            "private data between endorsement and commit");
    std::string matched = MatchPrivateRwSet(*transaction.rwset, candidates);
    if (!matched.empty()) out[i] = std::move(matched);
  }
  return out;
}

}  // namespace suyuan
