// What a definition must look like before anything is written.
#pragma once

#include "absl/status/status.h"
#include "network/msp/msp.h"
#include "network/peer/chaincode/definition.h"

namespace suyuan {

// Names, version and collections.
//   kInvalidArgument  names the field
absl::Status CheckDefinitionInput(const ChaincodeDefinition& definition,
                                  const std::shared_ptr<const MspManager>& msps);

// Collections may be added; those that are committed stay, with their block_to_live.
//   kInvalidArgument  names the collection
absl::Status CheckCollectionsKept(const ChaincodeDefinition& committed,
                                  const ChaincodeDefinition& proposed);

}  // namespace suyuan
