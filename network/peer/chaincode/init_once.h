// Definitions that ask for an initialising call before any other.
#pragma once

#include "absl/status/status.h"
#include "network/peer/chaincode/definition.h"

namespace suyuan {

// Whether a call may run now; an initialising call is recorded under a key of the
// chaincode's namespace that holds the version it was made for.
//   kFailedPrecondition  it may not; the message tells why
absl::Status CheckInitOnce(const ChaincodeDefinition& definition, bool is_init,
                           Simulator& simulator);

}  // namespace suyuan
