// How a config update is judged and applied.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "network/channel/channel_config.h"

namespace suyuan::channel_internal {

// The tree after `update_envelope`; sequence one higher. Not yet checked as a
// configuration of its own.
//   as ChannelConfig::ProposeUpdate()
absl::StatusOr<::common::Config> ApplyUpdate(const ChannelConfig& current,
                                             absl::string_view update_envelope);

}  // namespace suyuan::channel_internal
