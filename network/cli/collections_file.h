// Private data collections in the JSON form of Fabric's tools: a list of objects
// with name, policy, requiredPeerCount, maxPeerCount, blockToLive, memberOnlyRead,
// memberOnlyWrite, endorsementPolicy {signaturePolicy | channelConfigPolicy}.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "protos/peer/collection.pb.h"

namespace suyuan {

//   kInvalidArgument  names the collection and the field
absl::StatusOr<::protos::CollectionConfigPackage> ReadCollectionsFile(const std::string& path);

}  // namespace suyuan
