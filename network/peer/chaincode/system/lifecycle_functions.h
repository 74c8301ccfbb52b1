// The agreement on a definition, over records in public state and in the
// organisations' private collections. Reads and writes exactly what Fabric does, so
// that endorsements match.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/peer/chaincode/lifecycle_state.h"

namespace suyuan {

// An organisation's approvals as others see them: SHA-256 of a key's value.
struct OrganizationHashes {
  std::string msp_id;
  LifecycleGet get_hash;
};

struct Readiness {
  std::map<std::string, bool> approvals;                       // by MSP id
  std::map<std::string, std::vector<std::string>> mismatches;  // what differs, by MSP id
};

// Records an organisation's approval. `definition` gets its defaults. An earlier approval
// whose private data is lost (`own_state` says kNotFound) is replaced.
//   kFailedPrecondition  the sequence does not follow, or nothing would change
absl::Status Approve(ChaincodeDefinition& definition, const std::string& package_id,
                     const LifecycleState& public_state, const LifecycleState& own_state);

// Who has approved exactly this definition.
//   kFailedPrecondition  the sequence is not the next one
absl::StatusOr<Readiness> CheckReadiness(ChaincodeDefinition& definition,
                                         const LifecycleState& public_state,
                                         const std::vector<OrganizationHashes>& organizations);

// Writes the definition. Whether enough organisations approved is for the channel's
// policy to say; organisation `own` must have.
absl::Status Commit(ChaincodeDefinition& definition, const std::string& own,
                    const LifecycleState& public_state,
                    const std::vector<OrganizationHashes>& organizations);

// Who approved the definition, whatever the current sequence.
absl::StatusOr<Readiness> QueryApprovals(const ChaincodeDefinition& definition,
                                         const std::vector<OrganizationHashes>& organizations);

}  // namespace suyuan
