#include "network/channel/config_values.h"

#include "absl/strings/str_cat.h"
#include "network/channel/consenters.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/configuration.pb.h"
#include "protos/orderer/configuration.pb.h"
#include "protos/peer/configuration.pb.h"

namespace suyuan::channel_internal {
namespace {

using ::common::ConfigGroup;

absl::Status Error(absl::string_view path, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", reason));
}

// The value `key` as a message, in `*out`; leaves it alone when absent.
template <typename Message>
absl::StatusOr<bool> Read(const ConfigGroup& group, const std::string& path, const char* key,
                          Message* out) {
  auto it = group.values().find(key);
  if (it == group.values().end()) return false;
  if (!out->ParseFromString(it->second.value())) {
    return Error(absl::StrCat(path, "/", key), "malformed value");
  }
  return true;
}

template <typename Message>
absl::Status Require(const ConfigGroup& group, const std::string& path, const char* key,
                     Message* out) {
  SUYUAN_ASSIGN_OR_RETURN(const bool found, Read(group, path, key, out));
  return found ? absl::OkStatus() : Error(absl::StrCat(path, "/", key), "is missing");
}

const std::set<std::string>& KnownCapabilities(const std::string& group) {
  static const auto* known = new std::map<std::string, std::set<std::string>>{
      {"channel", {"V1_1", "V1_3", "V1_4_2", "V1_4_3", "V2_0"}},
      {"orderer", {"V1_1", "V1_4_2", "V2_0"}},
      {"application", {"V1_1", "V1_2", "V1_3", "V1_4_2", "V2_0", "V2_5"}}};
  return known->at(group);
}

class ValuesParser {
 public:
  absl::StatusOr<ChannelValues> Parse(const ConfigGroup& root) {
    SUYUAN_RETURN_IF_ERROR(ParseChannel(root));
    for (const auto& [name, group] : root.groups()) {
      if (name == "Orderer") {
        SUYUAN_RETURN_IF_ERROR(ParseOrderer(group));
      } else if (name == "Application") {
        SUYUAN_RETURN_IF_ERROR(ParseApplication(group));
      } else if (name != "Consortiums") {
        return Error("/Channel/" + name, "is not a group that a channel has");
      }
    }
    std::vector<std::shared_ptr<const Msp>> msps;
    for (const auto& [id, msp] : msps_) msps.push_back(msp.second);
    SUYUAN_ASSIGN_OR_RETURN(values_.msps, MspManager::Create(std::move(msps)));
    return std::move(values_);
  }

 private:
  absl::Status ParseChannel(const ConfigGroup& root) {
    ::common::HashingAlgorithm algorithm;
    SUYUAN_RETURN_IF_ERROR(Require(root, "/Channel", "HashingAlgorithm", &algorithm));
    if (algorithm.name() != "SHA256" && algorithm.name() != "SHA3_256") {
      return Error("/Channel/HashingAlgorithm",
                   absl::StrCat("unknown algorithm '", algorithm.name(), "'"));
    }
    ::common::BlockDataHashingStructure structure;
    SUYUAN_RETURN_IF_ERROR(Require(root, "/Channel", "BlockDataHashingStructure", &structure));
    if (structure.width() != 0xffffffffu) {
      return Error("/Channel/BlockDataHashingStructure", "width must be 4294967295");
    }
    ::common::OrdererAddresses addresses;
    SUYUAN_RETURN_IF_ERROR(Read(root, "/Channel", "OrdererAddresses", &addresses));
    values_.orderer_addresses.assign(addresses.addresses().begin(), addresses.addresses().end());
    return ParseCapabilities(root, "/Channel", "channel");
  }

  absl::Status ParseCapabilities(const ConfigGroup& group, const std::string& path,
                                 const std::string& kind) {
    ::common::Capabilities capabilities;
    SUYUAN_RETURN_IF_ERROR(Read(group, path, "Capabilities", &capabilities));
    for (const auto& [name, unused] : capabilities.capabilities()) {
      if (KnownCapabilities(kind).count(name) == 0) {
        return Error(path + "/Capabilities",
                     absl::StrCat("requires '", name, "', which this version does not know"));
      }
      values_.capabilities[kind].insert(name);
    }
    return absl::OkStatus();
  }

  absl::Status ParseOrderer(const ConfigGroup& group) {
    const std::string path = "/Channel/Orderer";
    values_.has_orderer = true;
    OrdererConfig& orderer = values_.orderer;
    SUYUAN_RETURN_IF_ERROR(ParseCapabilities(group, path, "orderer"));
    ::orderer::ConsensusType type;
    SUYUAN_RETURN_IF_ERROR(Require(group, path, "ConsensusType", &type));
    if (type.type().empty()) return Error(path + "/ConsensusType", "type is empty");
    orderer.consensus_type = type.type();
    orderer.consensus_metadata = type.metadata();
    if (type.type() == "etcd") {
      SUYUAN_ASSIGN_OR_RETURN(orderer.consenters, ParseConsenters(type.metadata()),
                              path + "/ConsensusType");
    }
    orderer.maintenance = type.state() == ::orderer::ConsensusType::STATE_MAINTENANCE;
    SUYUAN_RETURN_IF_ERROR(ParseBatch(group, path));
    for (const auto& [name, child] : group.groups()) {
      const std::string child_path = absl::StrCat(path, "/", name);
      SUYUAN_ASSIGN_OR_RETURN(OrganizationConfig organization,
                              ParseOrganization(child, child_path, name));
      ::common::OrdererAddresses endpoints;
      SUYUAN_RETURN_IF_ERROR(Read(child, child_path, "Endpoints", &endpoints));
      organization.orderer_endpoints.assign(endpoints.addresses().begin(),
                                            endpoints.addresses().end());
      orderer.organizations.emplace(name, std::move(organization));
    }
    return absl::OkStatus();
  }

  absl::Status ParseBatch(const ConfigGroup& group, const std::string& path) {
    OrdererConfig& orderer = values_.orderer;
    ::orderer::BatchSize size;
    SUYUAN_RETURN_IF_ERROR(Require(group, path, "BatchSize", &size));
    const std::string size_path = path + "/BatchSize";
    if (size.max_message_count() == 0) return Error(size_path, "max_message_count is 0");
    if (size.absolute_max_bytes() == 0) return Error(size_path, "absolute_max_bytes is 0");
    if (size.preferred_max_bytes() == 0) return Error(size_path, "preferred_max_bytes is 0");
    if (size.preferred_max_bytes() > size.absolute_max_bytes()) {
      return Error(size_path, "preferred_max_bytes is greater than absolute_max_bytes");
    }
    orderer.max_message_count = size.max_message_count();
    orderer.absolute_max_bytes = size.absolute_max_bytes();
    orderer.preferred_max_bytes = size.preferred_max_bytes();
    ::orderer::BatchTimeout timeout;
    SUYUAN_RETURN_IF_ERROR(Require(group, path, "BatchTimeout", &timeout));
    SUYUAN_ASSIGN_OR_RETURN(orderer.batch_timeout, ParseGoDuration(timeout.timeout()),
                            path + "/BatchTimeout");
    return absl::OkStatus();
  }

  absl::Status ParseApplication(const ConfigGroup& group) {
    const std::string path = "/Channel/Application";
    values_.has_application = true;
    SUYUAN_RETURN_IF_ERROR(ParseCapabilities(group, path, "application"));
    ::protos::ACLs acls;
    SUYUAN_RETURN_IF_ERROR(Read(group, path, "ACLs", &acls));
    for (const auto& [resource, acl] : acls.acls()) {
      if (acl.policy_ref().empty()) {
        return Error(path + "/ACLs", absl::StrCat("resource '", resource, "' has no policy"));
      }
      values_.application.acls[resource] = acl.policy_ref();
    }
    for (const auto& [name, child] : group.groups()) {
      const std::string child_path = absl::StrCat(path, "/", name);
      SUYUAN_ASSIGN_OR_RETURN(OrganizationConfig organization,
                              ParseOrganization(child, child_path, name));
      SUYUAN_RETURN_IF_ERROR(ParseAnchors(child, child_path, &organization));
      values_.application.organizations.emplace(name, std::move(organization));
    }
    return absl::OkStatus();
  }

  static absl::Status ParseAnchors(const ConfigGroup& group, const std::string& path,
                                   OrganizationConfig* organization) {
    ::protos::AnchorPeers anchors;
    SUYUAN_RETURN_IF_ERROR(Read(group, path, "AnchorPeers", &anchors));
    for (const auto& anchor : anchors.anchor_peers()) {
      if (anchor.host().empty() || anchor.port() < 1 || anchor.port() > 65535) {
        return Error(path + "/AnchorPeers", "an address without host or port");
      }
      organization->anchor_peers.push_back({anchor.host(), anchor.port()});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<OrganizationConfig> ParseOrganization(const ConfigGroup& group,
                                                       const std::string& path,
                                                       const std::string& name) {
    if (group.groups_size() > 0) return Error(path, "an organization has no groups of its own");
    ::msp::MSPConfig config;
    SUYUAN_RETURN_IF_ERROR(Require(group, path, "MSP", &config));
    SUYUAN_ASSIGN_OR_RETURN(auto msp, Msp::Create(config), path + "/MSP");
    OrganizationConfig organization;
    organization.name = name;
    organization.msp_id = msp->id();
    SUYUAN_RETURN_IF_ERROR(KeepMsp(path, group.values().at("MSP").value(), std::move(msp)));
    return organization;
  }

  // An organisation that orders and endorses appears twice, with the same MSP.
  absl::Status KeepMsp(const std::string& path, const std::string& bytes,
                       std::shared_ptr<const Msp> msp) {
    const std::string id = msp->id();
    auto [it, added] = msps_.emplace(id, std::make_pair(bytes, std::move(msp)));
    if (added || it->second.first == bytes) return absl::OkStatus();
    return Error(path + "/MSP", absl::StrCat("another organization defines ", id, " differently"));
  }

  ChannelValues values_;
  std::map<std::string, std::pair<std::string, std::shared_ptr<const Msp>>> msps_;
};

}  // namespace

absl::StatusOr<ChannelValues> ParseValues(const ConfigGroup& root) {
  return ValuesParser().Parse(root);
}

absl::StatusOr<absl::Duration> ParseGoDuration(const std::string& text) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not a positive duration"));
  }
  return duration;
}

}  // namespace suyuan::channel_internal
