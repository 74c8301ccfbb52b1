// Changes of a running channel's configuration, as files that pass from
// administrator to administrator until enough have signed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/msp/identity.h"
#include "network/setup/config_change.h"

namespace suyuan {

// An update file: ConfigUpdateEnvelope bytes without signatures, of all of `changes`.
//   kInvalidArgument  nothing would change, or the result is no valid configuration
//   others            as the changes say
absl::StatusOr<std::string> MakeConfigUpdate(const ChannelConfig& current,
                                             const std::vector<ConfigChange>& changes);

// `update_file` with one more ConfigSignature.
absl::StatusOr<std::string> AddConfigSignature(absl::string_view update_file,
                                               const SigningIdentity& signer);

// The CONFIG_UPDATE envelope for an orderer's Broadcast.
absl::StatusOr<std::string> MakeUpdateEnvelope(absl::string_view update_file,
                                               const SigningIdentity& submitter, absl::Time now);

}  // namespace suyuan
