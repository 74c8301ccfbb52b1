// The nodes that a channel's blocks may be fetched from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/deliver/deliver_client.h"
#include "network/msp/msp.h"

namespace suyuan {

struct BlockNode {
  DeliverNode kind = DeliverNode::kOrderer;
  std::string endpoint;  // "host:port"
  std::string tls_roots_pem;
};

// The Endpoints of the orderer organisations, or the channel-wide addresses when there
// are none; then those of `further` ("host:port") that are not among them, believed with the
// TLS roots of any orderer organisation.
std::vector<BlockNode> OrdererNodesOf(const ChannelConfig& config,
                                      const std::vector<std::string>& further = {});

// Peers of the fetching peer's own organisation.
struct NeighbourOptions {
  std::string msp_id;              // empty: none
  std::vector<std::string> peers;  // "host:port", whatever the channel says
  std::string tls_roots_pem;       // for `peers`
};
// `options.peers`, then the anchor peers that `config` names for the organisation.
std::vector<BlockNode> NeighboursOf(const ChannelConfig& config, const NeighbourOptions& options);

// Nodes whose blocks did not verify, each left alone for a while that doubles, from
// `first` to ten minutes. Not thread-safe.
class DistrustedNodes {
 public:
  explicit DistrustedNodes(absl::Duration first) : first_(first) {}

  // Returns for how long.
  absl::Duration Add(const std::string& endpoint, absl::Time now);
  bool Holds(const std::string& endpoint, absl::Time now) const;
  // It sent a block that verifies.
  void Clear(const std::string& endpoint) { entries_.erase(endpoint); }

 private:
  struct Entry {
    absl::Time until;
    absl::Duration last = absl::ZeroDuration();
  };
  const absl::Duration first_;
  std::map<std::string, Entry> entries_;
};

}  // namespace suyuan
