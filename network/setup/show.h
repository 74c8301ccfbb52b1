// What files of this room hold, as JSON for people and scripts.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/channel/channel_config.h"

namespace suyuan {

// A certificate, certificate request (PEM) or msp.MSPConfig. Of a private key, its
// algorithm alone.
//   kInvalidArgument  none of these
absl::StatusOr<std::string> ShowCrypto(absl::string_view bytes);

// Organisations, orderer settings, capabilities, policies by path.
std::string ShowChannel(const ChannelConfig& config);

// One line for each element that differs: "+ path", "- path" or "~ path". Empty when
// the trees are the same.
std::string DiffChannels(const ChannelConfig& before, const ChannelConfig& after);

}  // namespace suyuan
