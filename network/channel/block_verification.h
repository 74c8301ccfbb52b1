// Is a block what the orderers of a channel signed?
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/channel/channel_config.h"
#include "protos/common/common.pb.h"

namespace suyuan {

// Checks that `block` follows (`number`, `previous_hash`) and is signed as `config` asks;
// returns whose signatures are good, each identity once. Block 0 is not signed: never give
// it.
//   kInvalidArgument   number, hash or metadata; names which
//   kPermissionDenied  the signatures do not satisfy the policy
absl::StatusOr<std::vector<IdentityPtr>> VerifyBlock(const ChannelConfig& config,
                                                     const ::common::Block& block, uint64_t number,
                                                     absl::string_view previous_hash);
// The signatures alone.
absl::StatusOr<std::vector<IdentityPtr>> VerifySignatures(const ChannelConfig& config,
                                                          const ::common::Block& block);

}  // namespace suyuan
