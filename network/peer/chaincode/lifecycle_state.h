// How _lifecycle lays out a record in state, one key per field (Fabric's layout):
//
//   NAMESPACE/metadata/NAME       lifecycle.StateMetadata: datatype and field names
//   NAMESPACE/fields/NAME/FIELD   lifecycle.StateData
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/peer/chaincode/definition.h"
#include "protos/peer/lifecycle/db.pb.h"

namespace suyuan {

inline constexpr char kNamespaces[] = "namespaces";
inline constexpr char kChaincodeSources[] = "chaincode-sources";

std::string MetadataKey(absl::string_view space, absl::string_view name);
std::string FieldKey(absl::string_view space, absl::string_view name, absl::string_view field);

// A record, its fields serialised (StateData) in the record's own order.
struct LifecycleRecord {
  std::string datatype;
  std::vector<std::pair<std::string, std::string>> fields;

  // Serialised StateMetadata.
  std::string MetadataBytes() const;
};

// What an organisation approves: the definition without its sequence.
LifecycleRecord ParametersRecord(const ChaincodeDefinition& definition);
// What a channel commits.
LifecycleRecord DefinitionRecord(const ChaincodeDefinition& definition);
// Which package an organisation runs; the id may be empty.
LifecycleRecord LocalPackageRecord(absl::string_view package_id);

// "NAME#SEQUENCE": the name of an approval.
std::string ApprovalName(absl::string_view name, int64_t sequence);

// Reads a key; nullopt when absent.
using LifecycleGet =
    std::function<absl::StatusOr<std::optional<std::string>>(const std::string& key)>;

// A store of records: public state, or an organisation's private collection.
struct LifecycleState {
  LifecycleGet get;
  std::function<absl::Status(const std::string& key, const std::string& value)> put;
  std::function<absl::Status(const std::string& key)> del;
};

// nullopt when there is no such record.  kDataLoss  malformed
absl::StatusOr<std::optional<::lifecycle::StateMetadata>> ReadRecordMetadata(
    const LifecycleGet& get, absl::string_view space, absl::string_view name);
// Writes what differs from the record that is there, as Fabric does: unchanged
// fields are not rewritten, fields no longer part of it are deleted.
absl::Status WriteRecord(const LifecycleState& state, absl::string_view space,
                         absl::string_view name, const LifecycleRecord& record);

// The fields that `metadata` names.  kDataLoss  malformed
absl::StatusOr<ChaincodeDefinition> ReadFields(const LifecycleGet& get, absl::string_view name,
                                               const ::lifecycle::StateMetadata& metadata);
// 0 when not defined.
absl::StatusOr<int64_t> ReadSequence(const LifecycleGet& get, absl::string_view name);
// The package an organisation approved, from its private collection; nullopt when
// it said nothing, empty when it said "unavailable".
absl::StatusOr<std::optional<std::string>> ReadPackageId(const LifecycleGet& get,
                                                         absl::string_view approval_name);

// The package that organisation `msp_id` approved for a definition, as far as this
// peer holds that organisation's private data; nullopt when it is not known here.
absl::StatusOr<std::optional<std::string>> ReadApprovedPackage(
    const StateView& view, absl::string_view msp_id, const ChaincodeDefinition& definition);

// Empty plugins and policy become Fabric's defaults: escc, vscc, the channel's
// Endorsement policy.
void SetDefinitionDefaults(ChaincodeDefinition& definition);

// Name of an organisation's implicit collection.
std::string ImplicitCollectionName(absl::string_view msp_id);

}  // namespace suyuan
