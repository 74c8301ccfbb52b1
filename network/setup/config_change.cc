#include "network/setup/config_change.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/status_macros.h"
#include "network/policy/policy.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/config_tree.h"
#include "protos/common/configuration.pb.h"
#include "protos/msp/msp_principal.pb.h"
#include "protos/orderer/configuration.pb.h"
#include "protos/peer/configuration.pb.h"

namespace suyuan {
namespace {

using ::common::ConfigGroup;

const char* GroupName(OrganizationKind kind) {
  return kind == OrganizationKind::kOrderer ? "Orderer" : "Application";
}

ConfigGroup* Child(ConfigGroup* group, const std::string& name) {
  auto it = group->mutable_groups()->find(name);
  return it == group->mutable_groups()->end() ? nullptr : &it->second;
}

absl::StatusOr<ConfigGroup*> Parent(ConfigGroup* root, OrganizationKind kind) {
  ConfigGroup* group = Child(root, GroupName(kind));
  if (group != nullptr) return group;
  return absl::NotFoundError(absl::StrCat("the channel has no group ", GroupName(kind)));
}

absl::Status NoOrganization(OrganizationKind kind, const std::string& name) {
  return absl::NotFoundError(
      absl::StrCat("/Channel/", GroupName(kind), " has no organization '", name, "'"));
}

// The value keeps who may change it.
void Replace(ConfigGroup* group, const std::string& key, const google::protobuf::Message& value) {
  if (group->values().count(key) == 0) return SetConfigValue(group, key, value);
  group->mutable_values()->at(key).set_value(DeterministicBytes(value));
}

// Batch ----------------------------------------------------------------------

::orderer::BatchSize ChangedSize(const OrdererConfig& orderer, const BatchChange& change) {
  ::orderer::BatchSize size;
  size.set_max_message_count(change.max_message_count.value_or(orderer.max_message_count));
  size.set_absolute_max_bytes(change.absolute_max_bytes.value_or(orderer.absolute_max_bytes));
  size.set_preferred_max_bytes(change.preferred_max_bytes.value_or(orderer.preferred_max_bytes));
  return size;
}

bool ChangesSize(const OrdererConfig& orderer, const BatchChange& change) {
  const ::orderer::BatchSize size = ChangedSize(orderer, change);
  return size.max_message_count() != orderer.max_message_count ||
         size.absolute_max_bytes() != orderer.absolute_max_bytes ||
         size.preferred_max_bytes() != orderer.preferred_max_bytes;
}

// Policies -------------------------------------------------------------------

std::optional<::common::ImplicitMetaPolicy> ParseMeta(const std::string& rule) {
  const std::vector<std::string> words = absl::StrSplit(rule, ' ', absl::SkipWhitespace());
  ::common::ImplicitMetaPolicy::Rule threshold;
  if (words.size() != 2 || !::common::ImplicitMetaPolicy::Rule_Parse(words[0], &threshold)) {
    return std::nullopt;
  }
  ::common::ImplicitMetaPolicy meta;
  meta.set_rule(threshold);
  meta.set_sub_policy(words[1]);
  return meta;
}

// A rule that names somebody who is not there could never be satisfied, most likely by
// mistake.
absl::Status CheckMembers(const ::common::SignaturePolicyEnvelope& rule,
                          const ChannelConfig& current) {
  for (const auto& identity : rule.identities()) {
    ::common::MSPRole role;
    if (!role.ParseFromString(identity.principal()) ||
        current.msps()->Find(role.msp_identifier()) != nullptr) {
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("the rule names ", role.msp_identifier(), ", which is not in the channel"));
  }
  return absl::OkStatus();
}

absl::StatusOr<::common::Policy> MakePolicy(const std::string& rule, const ChannelConfig& current) {
  ::common::Policy policy;
  if (const auto meta = ParseMeta(rule); meta.has_value()) {
    policy.set_type(::common::Policy::IMPLICIT_META);
    policy.set_value(DeterministicBytes(*meta));
    return policy;
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto envelope, ParsePolicy(rule), "rule");
  SUYUAN_RETURN_IF_ERROR(CheckMembers(envelope, current));
  policy.set_type(::common::Policy::SIGNATURE);
  policy.set_value(DeterministicBytes(envelope));
  return policy;
}

// The group that holds `path`'s last part, and that part.
absl::StatusOr<std::pair<ConfigGroup*, std::string>> FindPolicy(const std::string& path,
                                                                ConfigGroup* root) {
  const std::vector<std::string> parts = absl::StrSplit(path, '/');
  if (parts.size() < 3 || !parts[0].empty() || parts[1] != "Channel" || parts.back().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", path, "' is not a policy's path such as /Channel/Application/Endorsement"));
  }
  ConfigGroup* group = root;
  for (size_t i = 2; i + 1 < parts.size(); ++i) {
    group = Child(group, parts[i]);
    if (group == nullptr) {
      return absl::NotFoundError(absl::StrCat(path, ": the channel has no group ", parts[i]));
    }
  }
  return std::make_pair(group, parts.back());
}

// Consensus ------------------------------------------------------------------

absl::StatusOr<::orderer::ConsensusType> ReadConsensus(ConfigGroup* root) {
  SUYUAN_ASSIGN_OR_RETURN(ConfigGroup * orderer, Parent(root, OrganizationKind::kOrderer));
  auto it = orderer->values().find("ConsensusType");
  if (it == orderer->values().end()) return absl::NotFoundError("ConsensusType is missing");
  return ParseProto<::orderer::ConsensusType>(it->second.value(), "ConsensusType");
}

void WriteConsensus(const ::orderer::ConsensusType& type, ConfigGroup* root) {
  Replace(Child(root, "Orderer"), "ConsensusType", type);
}

// A change of the list of consenters.
ConfigChange ChangeConsenters(
    std::function<absl::Status(std::vector<ConsenterConfig>* consenters)> change) {
  return [change = std::move(change)](const ChannelConfig& current,
                                      ConfigGroup* root) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(auto type, ReadConsensus(root));
    if (type.type() != "etcd") {
      return absl::FailedPreconditionError(absl::StrCat("the channel's ordering is of type ",
                                                        type.type(), ", which has no list of ",
                                                        "orderers"));
    }
    std::vector<ConsenterConfig> consenters = current.orderer()->consenters;
    SUYUAN_RETURN_IF_ERROR(change(&consenters));
    type.set_metadata(ConsenterMetadata(consenters));
    WriteConsensus(type, root);
    return absl::OkStatus();
  };
}

absl::StatusOr<std::vector<ConsenterConfig>::iterator> FindConsenter(
    const std::string& address, std::vector<ConsenterConfig>* consenters) {
  auto it = std::find_if(consenters->begin(), consenters->end(),
                         [&](const auto& each) { return ConsenterAddress(each) == address; });
  if (it != consenters->end()) return it;
  return absl::NotFoundError(absl::StrCat("no orderer ", address, " in the set"));
}

}  // namespace

ConfigChange AddOrganization(OrganizationKind kind, MemberSpec member) {
  return
      [kind, member = std::move(member)](const ChannelConfig&, ConfigGroup* root) -> absl::Status {
        SUYUAN_ASSIGN_OR_RETURN(ConfigGroup * group, Parent(root, kind));
        if (Child(group, member.name) != nullptr) {
          return absl::AlreadyExistsError(
              absl::StrCat("/Channel/", GroupName(kind), "/", member.name, " exists"));
        }
        (*group->mutable_groups())[member.name] = kind == OrganizationKind::kOrderer
                                                      ? MakeOrdererOrganization(member)
                                                      : MakeApplicationOrganization(member);
        return absl::OkStatus();
      };
}

ConfigChange RemoveOrganization(OrganizationKind kind, std::string name) {
  return [kind, name = std::move(name)](const ChannelConfig&, ConfigGroup* root) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(ConfigGroup * group, Parent(root, kind));
    if (group->mutable_groups()->erase(name) == 0) return NoOrganization(kind, name);
    if (!group->groups().empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("'", name, "' is the last organization of ",
                                                   "/Channel/", GroupName(kind),
                                                   "; nobody could change the channel again"));
  };
}

ConfigChange SetMsp(std::string name, ::msp::MSPConfig msp) {
  return [name = std::move(name), msp = std::move(msp)](const ChannelConfig&, ConfigGroup* root) {
    bool found = false;
    for (const auto kind : {OrganizationKind::kApplication, OrganizationKind::kOrderer}) {
      ConfigGroup* parent = Child(root, GroupName(kind));
      ConfigGroup* organization = parent == nullptr ? nullptr : Child(parent, name);
      if (organization == nullptr) continue;
      Replace(organization, "MSP", msp);
      found = true;
    }
    if (found) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat("the channel has no organization '", name, "'"));
  };
}

ConfigChange SetAddresses(OrganizationKind kind, std::string name,
                          std::vector<std::string> addresses) {
  return [kind, name = std::move(name), addresses = std::move(addresses)](
             const ChannelConfig&, ConfigGroup* root) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(ConfigGroup * parent, Parent(root, kind));
    ConfigGroup* organization = Child(parent, name);
    if (organization == nullptr) return NoOrganization(kind, name);
    ::common::OrdererAddresses endpoints;
    ::protos::AnchorPeers anchors;
    for (const std::string& text : addresses) {
      SUYUAN_ASSIGN_OR_RETURN(const HostPort address, ParseHostPort(text));
      endpoints.add_addresses(text);
      auto* anchor = anchors.add_anchor_peers();
      anchor->set_host(address.host);
      anchor->set_port(address.port);
    }
    if (kind == OrganizationKind::kOrderer) {
      Replace(organization, "Endpoints", endpoints);
    } else {
      Replace(organization, "AnchorPeers", anchors);
    }
    return absl::OkStatus();
  };
}

ConfigChange ChangeBatch(BatchChange change) {
  return [change](const ChannelConfig& current, ConfigGroup* root) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(ConfigGroup * orderer, Parent(root, OrganizationKind::kOrderer));
    if (ChangesSize(*current.orderer(), change)) {
      Replace(orderer, "BatchSize", ChangedSize(*current.orderer(), change));
    }
    if (change.timeout.has_value() && *change.timeout != current.orderer()->batch_timeout) {
      ::orderer::BatchTimeout timeout;
      timeout.set_timeout(absl::FormatDuration(*change.timeout));
      Replace(orderer, "BatchTimeout", timeout);
    }
    return absl::OkStatus();
  };
}

ConfigChange SetPolicy(std::string path, std::string rule, bool may_be_new) {
  return [path = std::move(path), rule = std::move(rule), may_be_new](
             const ChannelConfig& current, ConfigGroup* root) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(const auto place, FindPolicy(path, root));
    auto& policies = *place.first->mutable_policies();
    SUYUAN_ASSIGN_OR_RETURN(*policies[place.second].mutable_policy(), MakePolicy(rule, current),
                            path);
    if (current.HasPolicy(path)) return absl::OkStatus();
    if (!may_be_new) return absl::NotFoundError(absl::StrCat(path, ": there is no such policy"));
    policies[place.second].set_mod_policy("Admins");
    return absl::OkStatus();
  };
}

ConfigChange AddConsenter(ConsenterConfig consenter) {
  return ChangeConsenters(
      [consenter = std::move(consenter)](std::vector<ConsenterConfig>* all) -> absl::Status {
        if (FindConsenter(ConsenterAddress(consenter), all).ok()) {
          return absl::AlreadyExistsError(
              absl::StrCat("orderer ", ConsenterAddress(consenter), " is in the set"));
        }
        all->push_back(consenter);
        return absl::OkStatus();
      });
}

ConfigChange RemoveConsenter(std::string address) {
  return ChangeConsenters(
      [address = std::move(address)](std::vector<ConsenterConfig>* all) -> absl::Status {
        SUYUAN_ASSIGN_OR_RETURN(const auto it, FindConsenter(address, all));
        all->erase(it);
        return absl::OkStatus();
      });
}

ConfigChange ReplaceConsenter(std::string address, ConsenterConfig by) {
  return ChangeConsenters([address = std::move(address),
                           by = std::move(by)](std::vector<ConsenterConfig>* all) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(const auto it, FindConsenter(address, all));
    *it = by;
    return absl::OkStatus();
  });
}

ConfigChange SetConsensusType(std::string type, std::vector<ConsenterConfig> consenters) {
  return [type = std::move(type), consenters = std::move(consenters)](
             const ChannelConfig& current, ConfigGroup* root) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(auto consensus, ReadConsensus(root));
    if (consensus.type() != type && !current.orderer()->maintenance) {
      return absl::FailedPreconditionError(
          "the type changes in maintenance mode alone: turn that on with an update of its own");
    }
    consensus.set_type(type);
    consensus.set_metadata(ConsenterMetadata(consenters));
    WriteConsensus(consensus, root);
    return absl::OkStatus();
  };
}

ConfigChange SetMaintenance(bool on) {
  return [on](const ChannelConfig&, ConfigGroup* root) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(auto consensus, ReadConsensus(root));
    consensus.set_state(on ? ::orderer::ConsensusType::STATE_MAINTENANCE
                           : ::orderer::ConsensusType::STATE_NORMAL);
    WriteConsensus(consensus, root);
    return absl::OkStatus();
  };
}

}  // namespace suyuan
