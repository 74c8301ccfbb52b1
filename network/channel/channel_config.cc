#include "network/channel/channel_config.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/channel/acl_defaults.h"
#include "network/channel/config_values.h"
#include "network/channel/config_walk.h"
#include "network/channel/consenters.h"
#include "network/channel/policy_tree.h"
#include "network/channel/update_rules.h"
#include "network/common/status_macros.h"
#include "network/protoutil/channel_name.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using channel_internal::ChannelValues;
using channel_internal::PolicyMap;

absl::Status CheckChannelId(absl::string_view id) {
  if (IsChannelName(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "channel id '", id.substr(0, kMaxChannelName),
      "' must start with a lower-case letter and hold those, digits, '.' and '-' only"));
}

// Fabric does not let an organisation become another one, nor the ordering change
// its kind outside of maintenance.
absl::Status CheckTransition(const ChannelConfig& from, const ChannelConfig& to) {
  const auto check_members = [](const auto& before, const auto& after, absl::string_view path) {
    for (const auto& [name, organization] : after) {
      auto it = before.find(name);
      if (it == before.end() || it->second.msp_id == organization.msp_id) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(path, "/", name, "/MSP: the MSP id changes from ", it->second.msp_id, " to ",
                       organization.msp_id));
    }
    return absl::OkStatus();
  };
  if (from.application() != nullptr && to.application() != nullptr) {
    SUYUAN_RETURN_IF_ERROR(check_members(from.application()->organizations,
                                         to.application()->organizations, "/Channel/Application"));
  }
  if (from.orderer() == nullptr) return absl::OkStatus();
  if (to.orderer() == nullptr) {
    return absl::InvalidArgumentError("/Channel/Orderer: must not be removed");
  }
  SUYUAN_RETURN_IF_ERROR(check_members(from.orderer()->organizations, to.orderer()->organizations,
                                       "/Channel/Orderer"));
  if (from.orderer()->consensus_type != to.orderer()->consensus_type &&
      !from.orderer()->maintenance) {
    return absl::InvalidArgumentError(
        "/Channel/Orderer/ConsensusType: type changes outside of maintenance");
  }
  if (from.orderer()->consenters.empty() || to.orderer()->consenters.empty()) {
    return absl::OkStatus();
  }
  return Annotate(
      channel_internal::CheckConsenterChange(from.orderer()->consenters, to.orderer()->consenters),
      "/Channel/Orderer/ConsensusType");
}

class ChannelConfigImpl : public ChannelConfig {
 public:
  ChannelConfigImpl(absl::string_view channel_id, ::common::Config config, ChannelValues values,
                    PolicyMap policies)
      : channel_id_(channel_id),
        config_(std::move(config)),
        values_(std::move(values)),
        policies_(std::move(policies)) {}

  const std::string& channel_id() const override { return channel_id_; }
  uint64_t sequence() const override { return config_.sequence(); }
  const ::common::Config& proto() const override { return config_; }
  const std::shared_ptr<const MspManager>& msps() const override { return values_.msps; }
  const OrdererConfig* orderer() const override {
    return values_.has_orderer ? &values_.orderer : nullptr;
  }
  const ApplicationConfig* application() const override {
    return values_.has_application ? &values_.application : nullptr;
  }
  const std::vector<std::string>& orderer_addresses() const override {
    return values_.orderer_addresses;
  }

  PolicyPtr GetPolicy(absl::string_view path) const override {
    auto it = policies_.find(path);
    if (it != policies_.end()) return it->second;
    return MakeRejectPolicy(absl::StrCat("policy ", path, " is not defined"));
  }

  bool HasPolicy(absl::string_view path) const override {
    return policies_.find(path) != policies_.end();
  }

  PolicyPtr GetAclPolicy(absl::string_view resource) const override {
    auto it = values_.application.acls.find(std::string(resource));
    if (it != values_.application.acls.end()) {
      const std::string& reference = it->second;
      return GetPolicy(absl::StartsWith(reference, "/")
                           ? reference
                           : absl::StrCat("/Channel/Application/", reference));
    }
    const absl::string_view path = channel_internal::DefaultAclPolicy(resource);
    if (!path.empty()) return GetPolicy(path);
    return MakeRejectPolicy(absl::StrCat("no policy for resource '", resource, "'"));
  }

  bool HasCapability(absl::string_view group, absl::string_view name) const override {
    auto it = values_.capabilities.find(std::string(group));
    return it != values_.capabilities.end() && it->second.count(std::string(name)) > 0;
  }

  absl::StatusOr<::common::Config> ProposeUpdate(
      absl::string_view config_update_envelope) const override {
    SUYUAN_ASSIGN_OR_RETURN(auto next, Next(config_update_envelope));
    return next->proto();
  }

  absl::StatusOr<ChannelConfigPtr> ValidateConfigEnvelope(
      const ::common::ConfigEnvelope& envelope) const override {
    if (!envelope.has_last_update()) {
      return absl::InvalidArgumentError("ConfigEnvelope.last_update is missing");
    }
    SUYUAN_ASSIGN_OR_RETURN(const ParsedEnvelope update, ParseEnvelope(envelope.last_update()),
                            "ConfigEnvelope.last_update");
    if (update.channel_header.type() != ::common::CONFIG_UPDATE) {
      return absl::InvalidArgumentError("ConfigEnvelope.last_update: not a CONFIG_UPDATE");
    }
    SUYUAN_ASSIGN_OR_RETURN(auto next, Next(update.payload.data()));
    if (next->sequence() != envelope.config().sequence() ||
        !channel_internal::SameTree(next->proto().channel_group(),
                                    envelope.config().channel_group())) {
      return absl::InvalidArgumentError(
          "ConfigEnvelope.config: not what its last_update gives from the version in force");
    }
    return next;
  }

 private:
  absl::StatusOr<ChannelConfigPtr> Next(absl::string_view config_update_envelope) const {
    SUYUAN_ASSIGN_OR_RETURN(const auto config,
                            channel_internal::ApplyUpdate(*this, config_update_envelope));
    SUYUAN_ASSIGN_OR_RETURN(auto next, Create(channel_id_, config));
    SUYUAN_RETURN_IF_ERROR(CheckTransition(*this, *next));
    return next;
  }

  const std::string channel_id_;
  const ::common::Config config_;
  const ChannelValues values_;
  const PolicyMap policies_;
};

}  // namespace

std::string ConsenterAddress(const ConsenterConfig& consenter) {
  return absl::StrCat(consenter.host, ":", consenter.port);
}

absl::StatusOr<ChannelConfigPtr> ChannelConfig::Create(absl::string_view channel_id,
                                                       const ::common::Config& config) {
  SUYUAN_RETURN_IF_ERROR(CheckChannelId(channel_id));
  if (!config.has_channel_group()) return absl::InvalidArgumentError("/Channel: is missing");
  SUYUAN_RETURN_IF_ERROR(channel_internal::Flatten(config.channel_group()));
  SUYUAN_ASSIGN_OR_RETURN(ChannelValues values,
                          channel_internal::ParseValues(config.channel_group()));
  SUYUAN_ASSIGN_OR_RETURN(PolicyMap policies,
                          channel_internal::CompilePolicies(config.channel_group(), values.msps));
  return ChannelConfigPtr(std::make_shared<ChannelConfigImpl>(channel_id, config, std::move(values),
                                                              std::move(policies)));
}

absl::StatusOr<ChannelConfigPtr> ChannelConfig::FromBlock(const ::common::Block& block) {
  if (block.data().data_size() != 1) {
    return absl::InvalidArgumentError("not a config block: it must hold exactly one envelope");
  }
  SUYUAN_ASSIGN_OR_RETURN(const ParsedEnvelope envelope, ParseEnvelope(block.data().data(0)));
  if (envelope.channel_header.type() != ::common::CONFIG) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a config block: its header type is ", envelope.channel_header.type()));
  }
  SUYUAN_ASSIGN_OR_RETURN(
      const auto config_envelope,
      ParseProto<::common::ConfigEnvelope>(envelope.payload.data(), "ConfigEnvelope"));
  if (!config_envelope.has_config()) {
    return absl::InvalidArgumentError("ConfigEnvelope.config is missing");
  }
  return Create(envelope.channel_header.channel_id(), config_envelope.config());
}

}  // namespace suyuan
