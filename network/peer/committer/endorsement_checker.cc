#include "network/peer/committer/endorsement_checker.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using ::protos::TxValidationCode;

constexpr char kValidationParameter[] = "VALIDATION_PARAMETER";

std::vector<absl::string_view> NamespacesToCheck(const CheckedTransaction& transaction) {
  std::vector<absl::string_view> names = {transaction.chaincode};
  for (const NamespaceRwSet& ns : transaction.rwset->namespaces) {
    if (ns.name != transaction.chaincode && ns.Writes()) names.push_back(ns.name);
  }
  return names;
}

}  // namespace

// One transaction's writes to one namespace.
class NamespaceCheck {
 public:
  NamespaceCheck(EndorsementChecker& checker, const NamespacePolicies& policies,
                 const CheckedTransaction& transaction, absl::string_view name)
      : checker_(checker), policies_(policies), transaction_(transaction), name_(name) {}

  // True when the endorsers are enough.
  absl::StatusOr<bool> Run() {
    if (const NamespaceRwSet* ns = transaction_.rwset->Find(name_); ns != nullptr) {
      SUYUAN_ASSIGN_OR_RETURN(const bool good, CheckWrites(*ns));
      if (!good) return false;
    }
    return some_policy_held_ || ChaincodePolicyHolds();
  }

 private:
  absl::StatusOr<bool> CheckWrites(const NamespaceRwSet& ns) {
    for (const auto& write : ns.kv.writes()) {
      SUYUAN_ASSIGN_OR_RETURN(const bool good, CheckKey("", write.key()));
      if (!good) return false;
    }
    for (const auto& write : ns.kv.metadata_writes()) {
      SUYUAN_ASSIGN_OR_RETURN(const bool good, CheckKey("", write.key()));
      if (!good) return false;
    }
    for (const CollectionRwSet& collection : ns.collections) {
      SUYUAN_ASSIGN_OR_RETURN(const bool good, CheckCollection(collection));
      if (!good) return false;
    }
    return true;
  }

  absl::StatusOr<bool> CheckCollection(const CollectionRwSet& collection) {
    for (const auto& write : collection.hashed.hashed_writes()) {
      SUYUAN_ASSIGN_OR_RETURN(const bool good, CheckKey(collection.name, write.key_hash()));
      if (!good) return false;
    }
    for (const auto& write : collection.hashed.metadata_writes()) {
      SUYUAN_ASSIGN_OR_RETURN(const bool good, CheckKey(collection.name, write.key_hash()));
      if (!good) return false;
    }
    return true;
  }

  absl::StatusOr<bool> CheckKey(absl::string_view collection, absl::string_view key) {
    if (!checker_.changed_metadata_.empty() &&
        checker_.changed_metadata_.contains(EndorsementChecker::KeyId(name_, collection, key))) {
      return false;
    }
    SUYUAN_ASSIGN_OR_RETURN(const auto stored, collection.empty() ? checker_.view_.Get(name_, key)
                                                                  : checker_.view_.GetPrivateHash(
                                                                        name_, collection, key));
    if (stored.has_value()) {
      const auto own = stored->metadata.find(kValidationParameter);
      if (own != stored->metadata.end() && !own->second.empty()) {
        return Holds(checker_.policies_.FromSignaturePolicy(own->second));
      }
    }
    return collection.empty() ? ChaincodePolicyHolds() : CollectionPolicyHolds(collection);
  }

  bool ChaincodePolicyHolds() {
    if (!chaincode_policy_held_) chaincode_policy_held_ = Holds(policies_.chaincode);
    return chaincode_policy_held_;
  }

  bool CollectionPolicyHolds(absl::string_view collection) {
    if (held_collections_.contains(collection)) return true;
    const PolicyPtr policy = checker_.policies_.ForCollection(policies_, collection);
    if (policy == nullptr || !Holds(policy)) return false;
    held_collections_.emplace(collection);
    return true;
  }

  bool Holds(const PolicyPtr& policy) {
    const bool holds = policy->EvaluateIdentities(transaction_.endorsers).ok();
    some_policy_held_ |= holds;
    return holds;
  }

  EndorsementChecker& checker_;
  const NamespacePolicies& policies_;
  const CheckedTransaction& transaction_;
  const absl::string_view name_;
  bool some_policy_held_ = false;
  bool chaincode_policy_held_ = false;
  absl::flat_hash_set<std::string> held_collections_;
};

EndorsementChecker::EndorsementChecker(const StateView& view, PolicyBook& policies)
    : view_(view), policies_(policies) {}

absl::StatusOr<TxValidationCode> EndorsementChecker::Check(const CheckedTransaction& transaction) {
  for (const absl::string_view name : NamespacesToCheck(transaction)) {
    SUYUAN_ASSIGN_OR_RETURN(const TxValidationCode code, CheckNamespace(transaction, name));
    if (code != ::protos::VALID) return code;
  }
  NoteMetadataWrites(*transaction.rwset);
  return ::protos::VALID;
}

absl::StatusOr<TxValidationCode> EndorsementChecker::CheckNamespace(
    const CheckedTransaction& transaction, absl::string_view name) {
  SUYUAN_ASSIGN_OR_RETURN(const NamespacePolicies* policies, policies_.ForNamespace(view_, name));
  if (policies == nullptr) return ::protos::EXPIRED_CHAINCODE;
  SUYUAN_ASSIGN_OR_RETURN(const bool good,
                          NamespaceCheck(*this, *policies, transaction, name).Run());
  return good ? ::protos::VALID : ::protos::ENDORSEMENT_POLICY_FAILURE;
}

void EndorsementChecker::NoteMetadataWrites(const TxRwSet& rwset) {
  for (const NamespaceRwSet& ns : rwset.namespaces) {
    for (const auto& write : ns.kv.metadata_writes()) {
      changed_metadata_.emplace(ns.name, "", write.key());
    }
    for (const CollectionRwSet& collection : ns.collections) {
      for (const auto& write : collection.hashed.metadata_writes()) {
        changed_metadata_.emplace(ns.name, collection.name, write.key_hash());
      }
    }
  }
}

}  // namespace suyuan
