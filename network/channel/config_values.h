// The values of the tree: parsed and checked, group by group.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/channel/channel_config.h"

namespace suyuan::channel_internal {

struct ChannelValues {
  std::vector<std::string> orderer_addresses;
  std::map<std::string, std::set<std::string>> capabilities;  // "channel", "application", "orderer"
  bool has_orderer = false;
  OrdererConfig orderer;
  bool has_application = false;
  ApplicationConfig application;
  std::shared_ptr<const MspManager> msps;
};

// Of a tree that Flatten() accepted.
//   kInvalidArgument  names the path and the field
absl::StatusOr<ChannelValues> ParseValues(const ::common::ConfigGroup& root);

// Go's spelling of a duration, positive: "2s", "200ms", "1m30s".
absl::StatusOr<absl::Duration> ParseGoDuration(const std::string& text);

}  // namespace suyuan::channel_internal
