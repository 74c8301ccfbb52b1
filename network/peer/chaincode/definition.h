// Chaincode definitions in the world state: namespace "_lifecycle", Fabric's layout
// (namespaces/metadata/NAME, namespaces/fields/NAME/FIELD).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/simulator.h"

namespace suyuan {

inline constexpr char kLifecycleNamespace[] = "_lifecycle";

struct ChaincodeDefinition {
  std::string name;
  int64_t sequence = 0;
  std::string version;
  std::string endorsement_plugin;    // "escc"
  std::string validation_plugin;     // "vscc"
  std::string validation_parameter;  // protos.ApplicationPolicy
  std::string collections;           // protos.CollectionConfigPackage; may be empty
  bool init_required = false;
};

// The state key whose version every transaction of the chaincode reads:
// "namespaces/fields/NAME/Sequence".
std::string SequenceKey(absl::string_view name);

// nullopt when not defined.
//   kDataLoss  the stored fields do not parse
absl::StatusOr<std::optional<ChaincodeDefinition>> ReadDefinition(const StateView& view,
                                                                  absl::string_view name);
// All of them, sorted by name.
absl::StatusOr<std::vector<ChaincodeDefinition>> ReadDefinitions(const StateView& view);

// True for names handled by the peer itself: _lifecycle, qscc, cscc.
bool IsSystemChaincode(absl::string_view name);

// "_implicit_org_MSPID" -> MSP id; nullopt for other collections.
std::optional<std::string> ImplicitCollectionOrg(absl::string_view collection);

}  // namespace suyuan
