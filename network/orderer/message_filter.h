// What an orderer asks of a message before it orders it: a list of one-rule checks, in
// Fabric's order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/common.pb.h"

namespace suyuan {

// An answer to a Broadcast envelope.
struct BroadcastVerdict {
  ::common::Status status = ::common::SUCCESS;
  std::string info;
  bool ok() const { return status == ::common::SUCCESS; }
};

struct FilterInput {
  const ParsedEnvelope& message;
  const ChannelConfig& config;  // has an orderer group
  absl::Time now;
};

// Immutable, thread-safe.
class MessageFilter {
 public:
  virtual ~MessageFilter() = default;
  virtual BroadcastVerdict Check(const FilterInput& input) const = 0;
};

using MessageFilters = std::vector<std::unique_ptr<const MessageFilter>>;

// Maintenance mode (503), empty (400), size (400), expiry (400), Writers (403).
MessageFilters StandardFilters();
// The same for a CONFIG_UPDATE, which maintenance mode lets through.
MessageFilters ConfigUpdateFilters();

// The first refusal, or SUCCESS.
BroadcastVerdict RunFilters(const MessageFilters& filters, const FilterInput& input);

}  // namespace suyuan
