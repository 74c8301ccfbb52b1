// The policies of a configuration tree by absolute path.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "network/policy/policy.h"
#include "protos/common/configtx.pb.h"

namespace suyuan::channel_internal {

using PolicyMap = std::map<std::string, PolicyPtr, std::less<>>;

//   kInvalidArgument  names the path
absl::StatusOr<PolicyMap> CompilePolicies(const ::common::ConfigGroup& root,
                                          const std::shared_ptr<const MspManager>& msps);

}  // namespace suyuan::channel_internal
