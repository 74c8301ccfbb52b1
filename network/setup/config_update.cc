#include "network/setup/config_update.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/msp/signed_envelope.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/config_tree.h"

namespace suyuan {
namespace {

using ::common::ConfigGroup;

ConfigGroup* Child(ConfigGroup* group, const std::string& name) {
  auto it = group->mutable_groups()->find(name);
  return it == group->mutable_groups()->end() ? nullptr : &it->second;
}

absl::Status AddTo(ConfigGroup* root, const std::string& parent, const std::string& name,
                   ConfigGroup added) {
  ConfigGroup* group = Child(root, parent);
  if (group == nullptr) {
    return absl::NotFoundError(absl::StrCat("the channel has no group ", parent));
  }
  if (Child(group, name) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("/Channel/", parent, "/", name, " exists"));
  }
  (*group->mutable_groups())[name] = std::move(added);
  return absl::OkStatus();
}

// An organisation that is both application and orderer has its MSP in both groups.
absl::Status SetMsp(ConfigGroup* root, const MemberSpec& member) {
  bool found = false;
  for (const char* parent : {"Application", "Orderer"}) {
    ConfigGroup* group = Child(root, parent);
    ConfigGroup* organization = group == nullptr ? nullptr : Child(group, member.name);
    if (organization == nullptr) continue;
    (*organization->mutable_values())["MSP"].set_value(DeterministicBytes(member.msp));
    found = true;
  }
  if (found) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("the channel has no organization ", member.name));
}

absl::Status Apply(const UpdateSpec::Organization& organization, ConfigGroup* root) {
  const MemberSpec& member = organization.member;
  switch (organization.change) {
    case OrganizationChange::kAddApplication:
      return AddTo(root, "Application", member.name, MakeApplicationOrganization(member));
    case OrganizationChange::kAddOrderer:
      return AddTo(root, "Orderer", member.name, MakeOrdererOrganization(member));
    case OrganizationChange::kSetMsp:
      return SetMsp(root, member);
  }
  return absl::InternalError("unknown change");
}

// Values that stay the same are not touched: what differs only in bytes would need
// signatures for nothing.
absl::Status ApplyBatch(const ChannelConfig& current, const UpdateSpec& spec, ConfigGroup* root) {
  const bool size = spec.max_message_count != 0 || spec.preferred_max_bytes != 0;
  const bool timeout = spec.batch_timeout != absl::ZeroDuration();
  if (!size && !timeout) return absl::OkStatus();
  ConfigGroup* orderer = Child(root, "Orderer");
  if (orderer == nullptr) return absl::NotFoundError("the channel has no group Orderer");
  BatchSpec batch{current.orderer()->max_message_count, current.orderer()->absolute_max_bytes,
                  current.orderer()->preferred_max_bytes, current.orderer()->batch_timeout};
  if (spec.max_message_count != 0) batch.max_message_count = spec.max_message_count;
  if (spec.preferred_max_bytes != 0) batch.preferred_max_bytes = spec.preferred_max_bytes;
  if (timeout) batch.timeout = spec.batch_timeout;
  ConfigGroup changed;
  SetBatch(batch, &changed);
  auto& values = *orderer->mutable_values();
  if (size) values["BatchSize"].set_value(changed.values().at("BatchSize").value());
  if (timeout) values["BatchTimeout"].set_value(changed.values().at("BatchTimeout").value());
  return absl::OkStatus();
}

absl::StatusOr<::common::ConfigUpdateEnvelope> ParseUpdateFile(absl::string_view bytes) {
  return ParseProto<::common::ConfigUpdateEnvelope>(bytes, "ConfigUpdateEnvelope");
}

}  // namespace

absl::StatusOr<std::string> MakeConfigUpdate(const ChannelConfig& current, const UpdateSpec& spec) {
  ::common::Config updated = current.proto();
  ConfigGroup* root = updated.mutable_channel_group();
  for (const auto& organization : spec.organizations) {
    SUYUAN_RETURN_IF_ERROR(Apply(organization, root));
  }
  SUYUAN_RETURN_IF_ERROR(ApplyBatch(current, spec, root));
  SUYUAN_RETURN_IF_ERROR(ChannelConfig::Create(current.channel_id(), updated));
  SUYUAN_ASSIGN_OR_RETURN(const auto update,
                          ComputeConfigUpdate(current.channel_id(), current.proto(), updated));
  ::common::ConfigUpdateEnvelope envelope;
  envelope.set_config_update(DeterministicBytes(update));
  return DeterministicBytes(envelope);
}

absl::StatusOr<std::string> AddConfigSignature(absl::string_view update_file,
                                               const SigningIdentity& signer) {
  SUYUAN_ASSIGN_OR_RETURN(auto envelope, ParseUpdateFile(update_file));
  auto* signature = envelope.add_signatures();
  signature->set_signature_header(DeterministicBytes(MakeSignatureHeader(signer)));
  SUYUAN_ASSIGN_OR_RETURN(*signature->mutable_signature(),
                          signer.Sign({signature->signature_header(), envelope.config_update()}));
  return DeterministicBytes(envelope);
}

absl::StatusOr<std::string> MakeUpdateEnvelope(absl::string_view update_file,
                                               const SigningIdentity& submitter, absl::Time now) {
  SUYUAN_ASSIGN_OR_RETURN(const auto update_envelope, ParseUpdateFile(update_file));
  SUYUAN_ASSIGN_OR_RETURN(const auto update, ParseProto<::common::ConfigUpdate>(
                                                 update_envelope.config_update(), "ConfigUpdate"));
  SUYUAN_ASSIGN_OR_RETURN(const auto envelope,
                          MakeSignedEnvelope(submitter, ::common::CONFIG_UPDATE,
                                             update.channel_id(), update_file, now));
  return DeterministicBytes(envelope);
}

}  // namespace suyuan
