#include "network/peer/chaincode/definition.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/lifecycle_state.h"

namespace suyuan {
namespace {

constexpr char kImplicitPrefix[] = "_implicit_org_";

LifecycleGet PublicState(const StateView& view) {
  return [&view](const std::string& key) -> absl::StatusOr<std::optional<std::string>> {
    SUYUAN_ASSIGN_OR_RETURN(auto value, view.Get(kLifecycleNamespace, key));
    if (!value) return std::nullopt;
    return std::move(value->value);
  };
}

}  // namespace

absl::StatusOr<std::optional<ChaincodeDefinition>> ReadDefinition(const StateView& view,
                                                                  absl::string_view name) {
  const LifecycleGet get = PublicState(view);
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata, ReadRecordMetadata(get, kNamespaces, name));
  if (!metadata || metadata->datatype() != "ChaincodeDefinition") return std::nullopt;
  SUYUAN_ASSIGN_OR_RETURN(auto definition, ReadFields(get, name, *metadata));
  return definition;
}

absl::StatusOr<std::vector<ChaincodeDefinition>> ReadDefinitions(const StateView& view) {
  const std::string prefix = MetadataKey(kNamespaces, "");
  std::string end = prefix;
  ++end.back();
  SUYUAN_ASSIGN_OR_RETURN(const auto keys, view.Range(kLifecycleNamespace, prefix, end));
  std::vector<ChaincodeDefinition> all;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, keys->Next());
    if (!entry) return all;
    SUYUAN_ASSIGN_OR_RETURN(auto definition,
                            ReadDefinition(view, absl::StripPrefix(entry->key, prefix)));
    if (definition) all.push_back(*std::move(definition));
  }
}

bool IsSystemChaincode(absl::string_view name) {
  return name == kLifecycleNamespace || name == "qscc" || name == "cscc";
}

std::optional<std::string> ImplicitCollectionOrg(absl::string_view collection) {
  if (!absl::ConsumePrefix(&collection, kImplicitPrefix) || collection.empty()) {
    return std::nullopt;
  }
  return std::string(collection);
}

}  // namespace suyuan
