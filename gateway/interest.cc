#include "gateway/interest.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/candidates.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/msp/msp_principal.pb.h"
#include "protos/peer/collection.pb.h"
#include "protos/peer/policy.pb.h"

namespace suyuan {
namespace {

constexpr size_t kMaxLayouts = 100;
constexpr absl::string_view kImplicitPrefix = "_implicit_org_";
constexpr absl::string_view kDefaultPolicy = "/Channel/Application/Endorsement";
constexpr absl::string_view kLifecyclePolicy = "/Channel/Application/LifecycleEndorsement";

absl::StatusOr<PolicyPtr> FromApplicationPolicy(const ::protos::ApplicationPolicy& policy,
                                                const ChannelConfig& config) {
  if (policy.has_signature_policy()) {
    return MakeSignaturePolicy(policy.signature_policy(), config.msps());
  }
  const std::string& path = policy.channel_config_policy_reference();
  return config.GetPolicy(path.empty() ? std::string(kDefaultPolicy) : path);
}

absl::StatusOr<PolicyPtr> ChaincodePolicy(const std::string& name, const Definitions& definitions,
                                          const ChannelConfig& config) {
  if (IsSystemChaincode(name)) {
    return config.GetPolicy(config.HasPolicy(kLifecyclePolicy) ? kLifecyclePolicy : kDefaultPolicy);
  }
  auto it = definitions.find(name);
  if (it == definitions.end() || !it->second.found()) {
    return absl::NotFoundError(absl::StrCat("No metadata was found for chaincode ", name,
                                            " in channel ", config.channel_id()));
  }
  SUYUAN_ASSIGN_OR_RETURN(auto policy, ParseProto<::protos::ApplicationPolicy>(
                                           it->second.validation_parameter(), "ApplicationPolicy"));
  return FromApplicationPolicy(policy, config);
}

// The organisations named by a collection's member policy.
std::set<std::string> MemberOrganizations(const ::common::SignaturePolicyEnvelope& policy) {
  std::set<std::string> out;
  for (const auto& principal : policy.identities()) {
    if (principal.principal_classification() != ::common::MSPPrincipal::ROLE) continue;
    ::common::MSPRole role;
    if (role.ParseFromString(principal.principal())) out.insert(role.msp_identifier());
  }
  return out;
}

struct Collection {
  std::set<std::string> members;
  PolicyPtr policy;  // null: the chaincode's
};

// Each chaincode has one implicit collection an organisation.
absl::StatusOr<Collection> ImplicitCollection(const std::string& msp_id,
                                              const ChannelConfig& config) {
  if (config.application() != nullptr) {
    for (const auto& [group, organization] : config.application()->organizations) {
      if (organization.msp_id != msp_id) continue;
      return Collection{
          {msp_id}, config.GetPolicy(absl::StrCat("/Channel/Application/", group, "/Endorsement"))};
    }
  }
  return absl::NotFoundError(absl::StrCat("organisation ", msp_id, " is not in the channel"));
}

absl::StatusOr<Collection> FindCollection(const std::string& chaincode, const std::string& name,
                                          const Definitions& definitions,
                                          const ChannelConfig& config) {
  if (absl::StartsWith(name, kImplicitPrefix)) {
    return ImplicitCollection(std::string(absl::StripPrefix(name, kImplicitPrefix)), config);
  }
  auto definition = definitions.find(chaincode);
  if (definition != definitions.end()) {
    SUYUAN_ASSIGN_OR_RETURN(auto package,
                            ParseProto<::protos::CollectionConfigPackage>(
                                definition->second.collections(), "CollectionConfigPackage"));
    for (const auto& config_entry : package.config()) {
      const auto& entry = config_entry.static_collection_config();
      if (entry.name() != name) continue;
      Collection out{MemberOrganizations(entry.member_orgs_policy().signature_policy()), nullptr};
      if (entry.has_endorsement_policy()) {
        SUYUAN_ASSIGN_OR_RETURN(out.policy,
                                FromApplicationPolicy(entry.endorsement_policy(), config));
      }
      return out;
    }
  }
  return absl::NotFoundError(
      absl::StrCat("collection ", name, " doesn't exist in chaincode ", chaincode));
}

// Every policy that one chaincode's part of the interest puts up.
class CallPolicies {
 public:
  CallPolicies(const Definitions& definitions, const ChannelConfig& config, EndorsementRule* rule)
      : definitions_(definitions), config_(config), rule_(rule) {}

  absl::Status Add(const ::protos::ChaincodeCall& call) {
    rule_->chaincodes.push_back(call.name());
    // Namespace and collection policies are void when key policies replace them all.
    bool namespace_policy = call.collection_names().empty() || !call.no_public_writes();
    for (const std::string& name : call.collection_names()) {
      SUYUAN_ASSIGN_OR_RETURN(Collection collection,
                              FindCollection(call.name(), name, definitions_, config_));
      if (!call.no_private_reads()) Restrict(collection.members);
      if (call.disregard_namespace_policy()) continue;
      if (collection.policy == nullptr) {
        namespace_policy = true;
      } else {
        policies_.push_back(collection.policy);
      }
    }
    if (namespace_policy && !call.disregard_namespace_policy()) {
      SUYUAN_ASSIGN_OR_RETURN(auto policy, ChaincodePolicy(call.name(), definitions_, config_));
      policies_.push_back(std::move(policy));
    }
    for (const auto& key_policy : call.key_policies()) {
      SUYUAN_ASSIGN_OR_RETURN(auto policy, MakeSignaturePolicy(key_policy, config_.msps()));
      policies_.push_back(std::move(policy));
    }
    return absl::OkStatus();
  }

  const std::vector<PolicyPtr>& policies() const { return policies_; }

 private:
  void Restrict(const std::set<std::string>& members) {
    if (!rule_->members.has_value()) {
      rule_->members = members;
      return;
    }
    std::set<std::string> both;
    std::set_intersection(rule_->members->begin(), rule_->members->end(), members.begin(),
                          members.end(), std::inserter(both, both.end()));
    rule_->members = std::move(both);
  }

  const Definitions& definitions_;
  const ChannelConfig& config_;
  EndorsementRule* rule_;
  std::vector<PolicyPtr> policies_;
};

}  // namespace

absl::StatusOr<EndorsementRule> RuleFor(const ::protos::ChaincodeInterest& interest,
                                        const Definitions& definitions,
                                        const ChannelConfig& config) {
  EndorsementRule rule;
  CallPolicies calls(definitions, config, &rule);
  for (const auto& call : interest.chaincodes()) SUYUAN_RETURN_IF_ERROR(calls.Add(call));
  rule.layouts = {Layout{}};
  for (const PolicyPtr& policy : calls.policies()) {
    rule.layouts = CombineLayouts(rule.layouts, policy->EndorserLayouts(kMaxLayouts), kMaxLayouts);
  }
  return rule;
}

}  // namespace suyuan
