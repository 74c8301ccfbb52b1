#include "network/channel/acl_defaults.h"

#include <algorithm>
#include <iterator>

namespace suyuan::channel_internal {
namespace {

constexpr char kReaders[] = "/Channel/Application/Readers";
constexpr char kWriters[] = "/Channel/Application/Writers";

// Fabric's names and defaults.
constexpr struct {
  absl::string_view resource;
  const char* policy;
} kDefaults[] = {
    {"peer/Propose", kWriters},
    {"peer/ChaincodeToChaincode", kWriters},
    {"event/Block", kReaders},
    {"event/FilteredBlock", kReaders},
    {"gateway/CommitStatus", kReaders},
    {"gateway/ChaincodeEvents", kReaders},
    {"qscc/GetChainInfo", kReaders},
    {"qscc/GetBlockByNumber", kReaders},
    {"qscc/GetBlockByHash", kReaders},
    {"qscc/GetTransactionByID", kReaders},
    {"qscc/GetBlockByTxID", kReaders},
    {"cscc/GetConfigBlock", kReaders},
    {"cscc/GetChannelConfig", kReaders},
    {"_lifecycle/CommitChaincodeDefinition", kWriters},
    {"_lifecycle/QueryChaincodeDefinition", kWriters},
    {"_lifecycle/QueryChaincodeDefinitions", kWriters},
    {"_lifecycle/CheckCommitReadiness", kWriters},
};

}  // namespace

absl::string_view DefaultAclPolicy(absl::string_view resource) {
  const auto* it = std::find_if(std::begin(kDefaults), std::end(kDefaults),
                                [&](const auto& entry) { return entry.resource == resource; });
  return it == std::end(kDefaults) ? "" : it->policy;
}

}  // namespace suyuan::channel_internal
