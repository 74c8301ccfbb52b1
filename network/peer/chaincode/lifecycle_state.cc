#include "network/peer/chaincode/lifecycle_state.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/lifecycle/chaincode_definition.pb.h"
#include "protos/peer/policy.pb.h"

namespace suyuan {
namespace {

constexpr char kSequence[] = "Sequence";
constexpr char kEndorsementInfo[] = "EndorsementInfo";
constexpr char kValidationInfo[] = "ValidationInfo";
constexpr char kCollections[] = "Collections";
constexpr char kPackageId[] = "PackageID";

std::string BytesField(std::string bytes) {
  ::lifecycle::StateData data;
  data.set_bytes(std::move(bytes));
  return DeterministicBytes(data);
}

std::string EndorsementInfo(const ChaincodeDefinition& d) {
  ::lifecycle::ChaincodeEndorsementInfo info;
  info.set_version(d.version);
  info.set_init_required(d.init_required);
  info.set_endorsement_plugin(d.endorsement_plugin);
  return BytesField(DeterministicBytes(info));
}

std::string ValidationInfo(const ChaincodeDefinition& d) {
  ::lifecycle::ChaincodeValidationInfo info;
  info.set_validation_plugin(d.validation_plugin);
  info.set_validation_parameter(d.validation_parameter);
  return BytesField(DeterministicBytes(info));
}

absl::Status Damaged(absl::string_view key, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("_lifecycle state '", key, "': ", why));
}

absl::StatusOr<std::optional<::lifecycle::StateData>> ReadField(const LifecycleGet& get,
                                                                const std::string& key) {
  SUYUAN_ASSIGN_OR_RETURN(const auto bytes, get(key));
  if (!bytes) return std::nullopt;
  ::lifecycle::StateData data;
  if (!data.ParseFromString(*bytes)) return Damaged(key, "malformed StateData");
  return data;
}

template <typename Message>
absl::StatusOr<Message> ReadMessageField(const LifecycleGet& get, absl::string_view name,
                                         absl::string_view field) {
  const std::string key = FieldKey(kNamespaces, name, field);
  SUYUAN_ASSIGN_OR_RETURN(const auto data, ReadField(get, key));
  Message message;
  if (data && !message.ParseFromString(data->bytes())) return Damaged(key, "malformed content");
  return message;
}

}  // namespace

std::string MetadataKey(absl::string_view space, absl::string_view name) {
  return absl::StrCat(space, "/metadata/", name);
}

std::string FieldKey(absl::string_view space, absl::string_view name, absl::string_view field) {
  return absl::StrCat(space, "/fields/", name, "/", field);
}

std::string SequenceKey(absl::string_view name) { return FieldKey(kNamespaces, name, kSequence); }

std::string ApprovalName(absl::string_view name, int64_t sequence) {
  return absl::StrCat(name, "#", sequence);
}

std::string ImplicitCollectionName(absl::string_view msp_id) {
  return absl::StrCat("_implicit_org_", msp_id);
}

std::string LifecycleRecord::MetadataBytes() const {
  ::lifecycle::StateMetadata metadata;
  metadata.set_datatype(datatype);
  for (const auto& [field, value] : fields) metadata.add_fields(field);
  return DeterministicBytes(metadata);
}

LifecycleRecord ParametersRecord(const ChaincodeDefinition& d) {
  return {"ChaincodeParameters",
          {{kEndorsementInfo, EndorsementInfo(d)},
           {kValidationInfo, ValidationInfo(d)},
           {kCollections, BytesField(d.collections)}}};
}

LifecycleRecord DefinitionRecord(const ChaincodeDefinition& d) {
  LifecycleRecord record = ParametersRecord(d);
  record.datatype = "ChaincodeDefinition";
  ::lifecycle::StateData sequence;
  sequence.set_int64(d.sequence);
  record.fields.insert(record.fields.begin(), {kSequence, DeterministicBytes(sequence)});
  return record;
}

LifecycleRecord LocalPackageRecord(absl::string_view package_id) {
  ::lifecycle::StateData id;
  id.set_string(std::string(package_id));
  return {"ChaincodeLocalPackage", {{kPackageId, DeterministicBytes(id)}}};
}

absl::StatusOr<std::optional<::lifecycle::StateMetadata>> ReadRecordMetadata(
    const LifecycleGet& get, absl::string_view space, absl::string_view name) {
  const std::string key = MetadataKey(space, name);
  SUYUAN_ASSIGN_OR_RETURN(const auto bytes, get(key));
  if (!bytes) return std::nullopt;
  ::lifecycle::StateMetadata metadata;
  if (!metadata.ParseFromString(*bytes)) return Damaged(key, "malformed StateMetadata");
  return metadata;
}

absl::Status WriteRecord(const LifecycleState& state, absl::string_view space,
                         absl::string_view name, const LifecycleRecord& record) {
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata, ReadRecordMetadata(state.get, space, name));
  std::map<std::string, std::optional<std::string>> existing;
  if (metadata) {
    for (const std::string& field : metadata->fields()) {
      const std::string key = FieldKey(space, name, field);
      SUYUAN_ASSIGN_OR_RETURN(existing[key], state.get(key));
    }
  }
  for (const auto& [field, value] : record.fields) {
    const std::string key = FieldKey(space, name, field);
    const auto known = existing.find(key);
    if (known == existing.end() || known->second != value) {
      SUYUAN_RETURN_IF_ERROR(state.put(key, value));
    }
    if (known != existing.end()) existing.erase(known);
  }
  const std::string metadata_bytes = record.MetadataBytes();
  if (!metadata || DeterministicBytes(*metadata) != metadata_bytes) {
    SUYUAN_RETURN_IF_ERROR(state.put(MetadataKey(space, name), metadata_bytes));
  }
  for (const auto& [key, value] : existing) SUYUAN_RETURN_IF_ERROR(state.del(key));
  return absl::OkStatus();
}

absl::StatusOr<ChaincodeDefinition> ReadFields(const LifecycleGet& get, absl::string_view name,
                                               const ::lifecycle::StateMetadata& metadata) {
  ChaincodeDefinition d;
  d.name = std::string(name);
  for (const std::string& field : metadata.fields()) {
    if (field == kSequence) {
      SUYUAN_ASSIGN_OR_RETURN(d.sequence, ReadSequence(get, name));
    } else if (field == kEndorsementInfo) {
      SUYUAN_ASSIGN_OR_RETURN(
          auto info, (ReadMessageField<::lifecycle::ChaincodeEndorsementInfo>(get, name, field)));
      d.version = info.version();
      d.init_required = info.init_required();
      d.endorsement_plugin = info.endorsement_plugin();
    } else if (field == kValidationInfo) {
      SUYUAN_ASSIGN_OR_RETURN(
          auto info, (ReadMessageField<::lifecycle::ChaincodeValidationInfo>(get, name, field)));
      d.validation_plugin = info.validation_plugin();
      d.validation_parameter = info.validation_parameter();
    } else if (field == kCollections) {
      SUYUAN_ASSIGN_OR_RETURN(const auto data, ReadField(get, FieldKey(kNamespaces, name, field)));
      if (data) d.collections = data->bytes();
    }
  }
  return d;
}

absl::StatusOr<int64_t> ReadSequence(const LifecycleGet& get, absl::string_view name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto data, ReadField(get, SequenceKey(name)));
  return data ? data->int64() : 0;
}

absl::StatusOr<std::optional<std::string>> ReadPackageId(const LifecycleGet& get,
                                                         absl::string_view approval_name) {
  SUYUAN_ASSIGN_OR_RETURN(const auto data,
                          ReadField(get, FieldKey(kChaincodeSources, approval_name, kPackageId)));
  if (!data) return std::nullopt;
  return data->string();
}

absl::StatusOr<std::optional<std::string>> ReadApprovedPackage(
    const StateView& view, absl::string_view msp_id, const ChaincodeDefinition& definition) {
  const std::string collection = ImplicitCollectionName(msp_id);
  const LifecycleGet get =
      [&](const std::string& key) -> absl::StatusOr<std::optional<std::string>> {
    auto value = view.GetPrivate(kLifecycleNamespace, collection, key);
    if (absl::IsNotFound(value.status())) return std::nullopt;
    if (!value.ok()) return value.status();
    if (!*value) return std::nullopt;
    return std::move((*value)->value);
  };
  return ReadPackageId(get, ApprovalName(definition.name, definition.sequence));
}

void SetDefinitionDefaults(ChaincodeDefinition& d) {
  if (d.endorsement_plugin.empty()) d.endorsement_plugin = "escc";
  if (d.validation_plugin.empty()) d.validation_plugin = "vscc";
  if (d.validation_parameter.empty()) {
    ::protos::ApplicationPolicy policy;
    policy.set_channel_config_policy_reference("/Channel/Application/Endorsement");
    d.validation_parameter = DeterministicBytes(policy);
  }
}

}  // namespace suyuan
