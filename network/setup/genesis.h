// A channel's block 0.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/setup/channel_spec.h"
#include "protos/common/common.pb.h"

namespace suyuan {

// One unsigned CONFIG envelope; the tree is checked as every node will check it.
//   kInvalidArgument  the configuration is not one that nodes accept
absl::StatusOr<::common::Block> MakeGenesisBlock(const ChannelSpec& spec, absl::Time now);

}  // namespace suyuan
