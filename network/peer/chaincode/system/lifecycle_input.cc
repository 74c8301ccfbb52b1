#include "network/peer/chaincode/system/lifecycle_input.h"

#include <regex>
#include <set>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/policy/policy.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/collection.pb.h"

namespace suyuan {
namespace {

constexpr size_t kMaxNameLength = 256;

bool Matches(const std::string& text, const std::regex& pattern) {
  return text.size() <= kMaxNameLength && std::regex_match(text, pattern);
}

absl::Status Refuse(const std::string& collection, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("collection-name: ", collection, " -- ", why));
}

absl::Status CheckCollection(const ::protos::StaticCollectionConfig& c,
                             const std::shared_ptr<const MspManager>& msps) {
  static const std::regex kName("[A-Za-z0-9-]+[A-Za-z0-9_-]*");
  if (!Matches(c.name(), kName)) {
    return absl::InvalidArgumentError(absl::StrCat("invalid collection name '", c.name(), "'"));
  }
  if (c.required_peer_count() < 0)
    return Refuse(c.name(), "requiredPeerCount cannot be less than zero");
  if (c.maximum_peer_count() < c.required_peer_count()) {
    return Refuse(c.name(), "maximum peer count cannot be less than the required peer count");
  }
  if (!c.member_orgs_policy().has_signature_policy()) {
    return Refuse(c.name(), "collection member policy is not set");
  }
  SUYUAN_RETURN_IF_ERROR(MakeSignaturePolicy(c.member_orgs_policy().signature_policy(), msps),
                         absl::StrCat("collection-name: ", c.name(), " -- member_orgs_policy"));
  if (c.endorsement_policy().has_signature_policy()) {
    SUYUAN_RETURN_IF_ERROR(MakeSignaturePolicy(c.endorsement_policy().signature_policy(), msps),
                           absl::StrCat("collection-name: ", c.name(), " -- endorsement_policy"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDefinitionInput(const ChaincodeDefinition& d,
                                  const std::shared_ptr<const MspManager>& msps) {
  static const std::regex kName("[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*");
  static const std::regex kVersion("[A-Za-z0-9_.+-]+");
  if (!Matches(d.name, kName)) {
    return absl::InvalidArgumentError(
        absl::StrCat("invalid chaincode name '", d.name,
                     "'. Names can only consist of alphanumerics, '_', and '-' and can only "
                     "begin with alphanumerics"));
  }
  if (IsSystemChaincode(d.name) || d.name == "lscc" || d.name == "escc" || d.name == "vscc") {
    return absl::InvalidArgumentError(
        absl::StrCat("chaincode name '", d.name, "' is the name of a system chaincode"));
  }
  if (!Matches(d.version, kVersion)) {
    return absl::InvalidArgumentError(
        absl::StrCat("invalid chaincode version '", d.version,
                     "'. Versions can only consist of alphanumerics, '_', '-', '+', and '.'"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto collections, ParseProto<::protos::CollectionConfigPackage>(
                                                      d.collections, "collections"));
  std::set<std::string> names;
  for (const auto& config : collections.config()) {
    if (!config.has_static_collection_config()) {
      return absl::InvalidArgumentError("unknown collection configuration type");
    }
    const auto& c = config.static_collection_config();
    SUYUAN_RETURN_IF_ERROR(CheckCollection(c, msps));
    if (!names.insert(c.name()).second) {
      return Refuse(c.name(), "found duplicate in collection configuration");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCollectionsKept(const ChaincodeDefinition& committed,
                                  const ChaincodeDefinition& proposed) {
  SUYUAN_ASSIGN_OR_RETURN(const auto before, ParseProto<::protos::CollectionConfigPackage>(
                                                 committed.collections, "committed collections"));
  SUYUAN_ASSIGN_OR_RETURN(const auto after, ParseProto<::protos::CollectionConfigPackage>(
                                                proposed.collections, "collections"));
  std::map<std::string, uint64_t> proposed_life;
  for (const auto& config : after.config()) {
    const auto& c = config.static_collection_config();
    proposed_life[c.name()] = c.block_to_live();
  }
  for (const auto& config : before.config()) {
    const auto& c = config.static_collection_config();
    const auto found = proposed_life.find(c.name());
    if (found == proposed_life.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "existing collection [", c.name(), "] missing in the proposed collection configuration"));
    }
    if (found->second != c.block_to_live()) {
      return absl::InvalidArgumentError(absl::StrCat("the BlockToLive in an existing collection [",
                                                     c.name(), "] modified. Existing value [",
                                                     c.block_to_live(), "]"));
    }
  }
  return absl::OkStatus();
}

}  // namespace suyuan
