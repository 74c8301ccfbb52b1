// The orderers of a cluster as ConsensusType's metadata lists them
// (etcdraft.ConfigMetadata of wire-compatible Fabric; used for type "etcd" too).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/channel/channel_config.h"

namespace suyuan::channel_internal {

//   kInvalidArgument  names the consenter and its field: malformed; none, or more than
//                     25; a host or port that cannot be; a certificate that does not
//                     parse; an address or certificate that two of them share
absl::StatusOr<std::vector<ConsenterConfig>> ParseConsenters(absl::string_view metadata);

// One orderer at a time: added, removed, or replaced (also by itself with a renewed
// certificate).
//   kInvalidArgument  more than that
absl::Status CheckConsenterChange(const std::vector<ConsenterConfig>& before,
                                  const std::vector<ConsenterConfig>& after);

}  // namespace suyuan::channel_internal
