#include "network/peer/committer/policy_book.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/definition.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/collection.pb.h"
#include "protos/peer/policy.pb.h"

namespace suyuan {
namespace {

constexpr char kLifecyclePolicy[] = "/Channel/Application/LifecycleEndorsement";
// Distinct policies kept; more than any honest channel uses.
constexpr size_t kMaxPolicies = 10'000;

std::vector<std::string> ApplicationMspIds(const ChannelConfig& config) {
  std::vector<std::string> ids;
  if (config.application() == nullptr) return ids;
  for (const auto& [name, organization] : config.application()->organizations) {
    ids.push_back(organization.msp_id);
  }
  return ids;
}

PolicyPtr SignaturePolicyOrReject(const ::common::SignaturePolicyEnvelope& envelope,
                                  const ChannelConfig& config) {
  auto policy = MakeSignaturePolicy(envelope, config.msps());
  return policy.ok() ? *policy : MakeRejectPolicy(policy.status().message());
}

}  // namespace

PolicyBook::PolicyBook(ChannelConfigPtr config) : config_(std::move(config)) {}

PolicyPtr PolicyBook::FromSignaturePolicy(absl::string_view bytes) {
  if (const auto it = signature_policies_.find(bytes); it != signature_policies_.end()) {
    return it->second;
  }
  const auto envelope = ParseProto<::common::SignaturePolicyEnvelope>(bytes, "signature policy");
  PolicyPtr policy = envelope.ok() ? SignaturePolicyOrReject(*envelope, *config_)
                                   : MakeRejectPolicy(envelope.status().message());
  if (signature_policies_.size() >= kMaxPolicies) signature_policies_.clear();
  signature_policies_.emplace(bytes, policy);
  return policy;
}

PolicyPtr PolicyBook::FromApplicationPolicy(absl::string_view bytes) {
  const auto policy = ParseProto<::protos::ApplicationPolicy>(bytes, "application policy");
  if (!policy.ok()) return MakeRejectPolicy(policy.status().message());
  if (policy->has_signature_policy()) {
    return SignaturePolicyOrReject(policy->signature_policy(), *config_);
  }
  return config_->GetPolicy(policy->channel_config_policy_reference());
}

PolicyPtr PolicyBook::Lifecycle() const {
  if (config_->HasPolicy(kLifecyclePolicy)) return config_->GetPolicy(kLifecyclePolicy);
  // A majority of the organisations, by any member of each.
  const std::vector<std::string> ids = ApplicationMspIds(*config_);
  ::common::SignaturePolicyEnvelope envelope = AnyOf(ids, ::common::MSPRole::MEMBER);
  if (envelope.rule().has_n_out_of()) {
    envelope.mutable_rule()->mutable_n_out_of()->set_n(static_cast<int>(ids.size() / 2 + 1));
  }
  return SignaturePolicyOrReject(envelope, *config_);
}

PolicyPtr PolicyBook::ImplicitCollection(absl::string_view msp_id) const {
  if (config_->application() == nullptr) return nullptr;
  for (const auto& [name, organization] : config_->application()->organizations) {
    if (organization.msp_id != msp_id) continue;
    const std::string path = absl::StrCat("/Channel/Application/", name, "/Endorsement");
    if (config_->HasPolicy(path)) return config_->GetPolicy(path);
    const std::string ids[] = {organization.msp_id};
    return SignaturePolicyOrReject(AnyOf(ids, ::common::MSPRole::MEMBER), *config_);
  }
  return nullptr;
}

absl::StatusOr<const NamespacePolicies*> PolicyBook::ForNamespace(const StateView& view,
                                                                  absl::string_view name) {
  if (const auto it = namespaces_.find(name); it != namespaces_.end()) return it->second.get();
  auto policies = std::make_unique<NamespacePolicies>();
  if (name == kLifecycleNamespace) {
    policies->chaincode = Lifecycle();
  } else {
    SUYUAN_ASSIGN_OR_RETURN(const auto definition, ReadDefinition(view, name),
                            absl::StrCat("definition of chaincode ", name));
    if (!definition.has_value()) return nullptr;  // not remembered: a name costs memory
    policies->chaincode = FromApplicationPolicy(definition->validation_parameter);
    // Malformed, it has no collections: every peer reads the same bytes.
    ::protos::CollectionConfigPackage collections;
    collections.ParseFromString(definition->collections);
    for (const ::protos::CollectionConfig& config : collections.config()) {
      const ::protos::StaticCollectionConfig& collection = config.static_collection_config();
      policies->collections[collection.name()] =
          collection.has_endorsement_policy()
              ? FromApplicationPolicy(collection.endorsement_policy().SerializeAsString())
              : policies->chaincode;
    }
  }
  return namespaces_.emplace(name, std::move(policies)).first->second.get();
}

PolicyPtr PolicyBook::ForCollection(const NamespacePolicies& policies,
                                    absl::string_view collection) {
  if (const auto org = ImplicitCollectionOrg(collection); org.has_value()) {
    return ImplicitCollection(*org);
  }
  const auto it = policies.collections.find(collection);
  return it == policies.collections.end() ? nullptr : it->second;
}

}  // namespace suyuan
