#include "network/setup/config_tree.h"

#include <cstdint>
#include <limits>

#include "network/msp/role_principal.h"
#include "network/policy/policy.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/configuration.pb.h"
#include "protos/orderer/configuration.pb.h"
#include "protos/orderer/etcdraft/configuration.pb.h"
#include "protos/peer/configuration.pb.h"

namespace suyuan {
namespace {

using ::common::ConfigGroup;
using ::common::ImplicitMetaPolicy;
using ::common::MSPRole;

void SetPolicy(ConfigGroup* group, const std::string& name, ::common::Policy::PolicyType type,
               const google::protobuf::Message& value) {
  auto& policy = (*group->mutable_policies())[name];
  policy.set_mod_policy("Admins");
  policy.mutable_policy()->set_type(type);
  policy.mutable_policy()->set_value(DeterministicBytes(value));
}

void SetMeta(ConfigGroup* group, const std::string& name, ImplicitMetaPolicy::Rule rule,
             const std::string& sub_policy) {
  ImplicitMetaPolicy meta;
  meta.set_rule(rule);
  meta.set_sub_policy(sub_policy);
  SetPolicy(group, name, ::common::Policy::IMPLICIT_META, meta);
}

void SetDefaultMeta(ConfigGroup* group) {
  SetMeta(group, "Readers", ImplicitMetaPolicy::ANY, "Readers");
  SetMeta(group, "Writers", ImplicitMetaPolicy::ANY, "Writers");
  SetMeta(group, "Admins", ImplicitMetaPolicy::MAJORITY, "Admins");
}

// One signature of a member in any of the roles.
void SetRoles(ConfigGroup* group, const std::string& name, const std::string& msp_id,
              std::initializer_list<MSPRole::MSPRoleType> roles) {
  ::common::SignaturePolicyEnvelope envelope;
  auto* gate = envelope.mutable_rule()->mutable_n_out_of();
  gate->set_n(1);
  for (const MSPRole::MSPRoleType type : roles) {
    gate->add_rules()->set_signed_by(envelope.identities_size());
    *envelope.add_identities() = RolePrincipal(msp_id, type);
  }
  SetPolicy(group, name, ::common::Policy::SIGNATURE, envelope);
}

void SetCapability(ConfigGroup* group, const std::string& name) {
  ::common::Capabilities capabilities;
  (*capabilities.mutable_capabilities())[name];
  SetConfigValue(group, "Capabilities", capabilities);
}

ConfigGroup MakeApplication(const ChannelSpec& spec) {
  ConfigGroup group;
  group.set_mod_policy("Admins");
  SetDefaultMeta(&group);
  SetMeta(&group, "Endorsement", ImplicitMetaPolicy::MAJORITY, "Endorsement");
  SetMeta(&group, "LifecycleEndorsement", ImplicitMetaPolicy::MAJORITY, "Endorsement");
  SetCapability(&group, spec.application_capability);
  for (const MemberSpec& member : spec.application) {
    (*group.mutable_groups())[member.name] = MakeApplicationOrganization(member);
  }
  return group;
}

ConfigGroup MakeOrderer(const ChannelSpec& spec) {
  ConfigGroup group;
  group.set_mod_policy("Admins");
  SetDefaultMeta(&group);
  SetMeta(&group, "BlockValidation", ImplicitMetaPolicy::ANY, "Writers");
  SetCapability(&group, "V2_0");
  ::orderer::ConsensusType type;
  type.set_type(spec.consensus_type);
  if (!spec.consenters.empty()) type.set_metadata(ConsenterMetadata(spec.consenters));
  SetConfigValue(&group, "ConsensusType", type);
  SetBatch(spec.batch, &group);
  SetConfigValue(&group, "ChannelRestrictions", ::orderer::ChannelRestrictions());
  for (const MemberSpec& member : spec.orderer) {
    (*group.mutable_groups())[member.name] = MakeOrdererOrganization(member);
  }
  return group;
}

::common::OrdererAddresses AllEndpoints(const ChannelSpec& spec) {
  ::common::OrdererAddresses addresses;
  for (const MemberSpec& member : spec.orderer) {
    for (const std::string& endpoint : member.endpoints) addresses.add_addresses(endpoint);
  }
  return addresses;
}

}  // namespace

std::string ConsenterMetadata(const std::vector<ConsenterConfig>& consenters) {
  ::etcdraft::ConfigMetadata metadata;
  for (const ConsenterConfig& config : consenters) {
    auto* consenter = metadata.add_consenters();
    consenter->set_host(config.host);
    consenter->set_port(static_cast<uint32_t>(config.port));
    consenter->set_client_tls_cert(config.client_tls_cert);
    consenter->set_server_tls_cert(config.server_tls_cert);
  }
  return DeterministicBytes(metadata);
}

void SetConfigValue(ConfigGroup* group, const std::string& key,
                    const google::protobuf::Message& value, const std::string& mod_policy) {
  auto& entry = (*group->mutable_values())[key];
  entry.set_mod_policy(mod_policy);
  entry.set_value(DeterministicBytes(value));
}

ConfigGroup MakeApplicationOrganization(const MemberSpec& member) {
  ConfigGroup group;
  group.set_mod_policy("Admins");
  SetRoles(&group, "Readers", member.msp_id, {MSPRole::ADMIN, MSPRole::PEER, MSPRole::CLIENT});
  SetRoles(&group, "Writers", member.msp_id, {MSPRole::ADMIN, MSPRole::CLIENT});
  SetRoles(&group, "Admins", member.msp_id, {MSPRole::ADMIN});
  SetRoles(&group, "Endorsement", member.msp_id, {MSPRole::PEER});
  SetConfigValue(&group, "MSP", member.msp);
  ::protos::AnchorPeers anchors;
  for (const HostPort& peer : member.peers) {
    auto* anchor = anchors.add_anchor_peers();
    anchor->set_host(peer.host);
    anchor->set_port(peer.port);
  }
  SetConfigValue(&group, "AnchorPeers", anchors);
  return group;
}

ConfigGroup MakeOrdererOrganization(const MemberSpec& member) {
  ConfigGroup group;
  group.set_mod_policy("Admins");
  SetRoles(&group, "Readers", member.msp_id, {MSPRole::MEMBER});
  SetRoles(&group, "Writers", member.msp_id, {MSPRole::MEMBER});
  SetRoles(&group, "Admins", member.msp_id, {MSPRole::ADMIN});
  SetConfigValue(&group, "MSP", member.msp);
  ::common::OrdererAddresses addresses;
  for (const std::string& endpoint : member.endpoints) addresses.add_addresses(endpoint);
  SetConfigValue(&group, "Endpoints", addresses);
  return group;
}

void SetBatch(const BatchSpec& batch, ConfigGroup* orderer) {
  ::orderer::BatchSize size;
  size.set_max_message_count(batch.max_message_count);
  size.set_absolute_max_bytes(batch.absolute_max_bytes);
  size.set_preferred_max_bytes(batch.preferred_max_bytes);
  SetConfigValue(orderer, "BatchSize", size);
  ::orderer::BatchTimeout timeout;
  timeout.set_timeout(absl::FormatDuration(batch.timeout));
  SetConfigValue(orderer, "BatchTimeout", timeout);
}

::common::Config MakeConfig(const ChannelSpec& spec) {
  ::common::Config config;
  ConfigGroup* root = config.mutable_channel_group();
  root->set_mod_policy("Admins");
  SetDefaultMeta(root);
  ::common::HashingAlgorithm algorithm;
  algorithm.set_name("SHA256");
  SetConfigValue(root, "HashingAlgorithm", algorithm);
  ::common::BlockDataHashingStructure structure;
  structure.set_width(std::numeric_limits<uint32_t>::max());
  SetConfigValue(root, "BlockDataHashingStructure", structure);
  SetConfigValue(root, "OrdererAddresses", AllEndpoints(spec), "/Channel/Orderer/Admins");
  SetCapability(root, "V2_0");
  (*root->mutable_groups())["Application"] = MakeApplication(spec);
  (*root->mutable_groups())["Orderer"] = MakeOrderer(spec);
  return config;
}

}  // namespace suyuan
