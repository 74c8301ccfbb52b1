// What a configuration update would do and who has signed it, for those who are asked
// to sign.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/channel/channel_config.h"

namespace suyuan {

struct UpdateReview {
  ChannelConfigPtr result;           // as it would be in force
  std::vector<std::string> signers;  // whose signatures verify: "OneMSP CN=admin,OU=admin"
  std::vector<std::string> missing;  // each element that they are not enough for, and why
};

// `config_update_envelope`: ConfigUpdateEnvelope bytes, judged against `config`.
//   kInvalidArgument  as ChannelConfig::ProposeUpdate()
absl::StatusOr<UpdateReview> ReviewUpdate(const ChannelConfig& config,
                                          absl::string_view config_update_envelope);

}  // namespace suyuan
