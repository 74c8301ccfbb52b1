#include "network/cli/collections_file.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/policy/policy.h"

namespace suyuan {
namespace {

using Json = nlohmann::json;

template <typename T>
absl::Status Read(const Json& json, const char* field, bool (Json::*is)() const noexcept,
                  T* value) {
  const auto found = json.find(field);
  if (found == json.end()) return absl::OkStatus();
  if (!((*found).*is)()) {
    return absl::InvalidArgumentError(absl::StrCat("'", field, "' has a value of another kind"));
  }
  *value = found->get<T>();
  return absl::OkStatus();
}

absl::Status ReadEndorsementPolicy(const Json& json, ::protos::ApplicationPolicy* policy) {
  std::string signature, reference;
  SUYUAN_RETURN_IF_ERROR(Read(json, "signaturePolicy", &Json::is_string, &signature));
  SUYUAN_RETURN_IF_ERROR(Read(json, "channelConfigPolicy", &Json::is_string, &reference));
  if (!signature.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(*policy->mutable_signature_policy(), ParsePolicy(signature));
  } else {
    policy->set_channel_config_policy_reference(reference);
  }
  return absl::OkStatus();
}

absl::Status ReadCollection(const Json& json, ::protos::StaticCollectionConfig* out) {
  if (!json.is_object()) return absl::InvalidArgumentError("is not an object");
  std::string policy;
  int32_t required = 0, maximum = 0;
  uint64_t life = 0;
  bool read_only = false, write_only = false;
  SUYUAN_RETURN_IF_ERROR(Read(json, "name", &Json::is_string, out->mutable_name()));
  SUYUAN_RETURN_IF_ERROR(Read(json, "policy", &Json::is_string, &policy));
  SUYUAN_RETURN_IF_ERROR(Read(json, "requiredPeerCount", &Json::is_number_integer, &required));
  SUYUAN_RETURN_IF_ERROR(Read(json, "maxPeerCount", &Json::is_number_integer, &maximum));
  SUYUAN_RETURN_IF_ERROR(Read(json, "blockToLive", &Json::is_number_unsigned, &life));
  SUYUAN_RETURN_IF_ERROR(Read(json, "memberOnlyRead", &Json::is_boolean, &read_only));
  SUYUAN_RETURN_IF_ERROR(Read(json, "memberOnlyWrite", &Json::is_boolean, &write_only));
  SUYUAN_ASSIGN_OR_RETURN(*out->mutable_member_orgs_policy()->mutable_signature_policy(),
                          ParsePolicy(policy), "'policy'");
  out->set_required_peer_count(required);
  out->set_maximum_peer_count(maximum);
  out->set_block_to_live(life);
  out->set_member_only_read(read_only);
  out->set_member_only_write(write_only);
  const auto endorsement = json.find("endorsementPolicy");
  if (endorsement == json.end()) return absl::OkStatus();
  return Annotate(ReadEndorsementPolicy(*endorsement, out->mutable_endorsement_policy()),
                  "'endorsementPolicy'");
}

}  // namespace

absl::StatusOr<::protos::CollectionConfigPackage> ReadCollectionsFile(const std::string& path) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not a JSON list"));
  }
  ::protos::CollectionConfigPackage package;
  for (size_t i = 0; i < json.size(); ++i) {
    SUYUAN_RETURN_IF_ERROR(
        ReadCollection(json[i], package.add_config()->mutable_static_collection_config()),
        absl::StrCat(path, ": collection ", i + 1));
  }
  return package;
}

}  // namespace suyuan
