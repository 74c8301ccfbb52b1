#include "network/deliver/block_nodes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {

constexpr absl::Duration kLongestDistrust = absl::Minutes(10);

std::string TlsRoots(const ChannelConfig& config, absl::string_view msp_id) {
  const Msp* msp = config.msps()->Find(msp_id);
  return msp == nullptr ? "" : TlsRootsPem(*msp);
}

}  // namespace

std::vector<BlockNode> OrdererNodesOf(const ChannelConfig& config,
                                      const std::vector<std::string>& further) {
  std::vector<BlockNode> nodes;
  if (config.orderer() == nullptr) return nodes;
  std::string all_roots;
  for (const auto& [name, organization] : config.orderer()->organizations) {
    const std::string roots = TlsRoots(config, organization.msp_id);
    for (const std::string& endpoint : organization.orderer_endpoints) {
      nodes.push_back({DeliverNode::kOrderer, endpoint, roots});
    }
    all_roots += roots;
  }
  if (nodes.empty()) {
    for (const std::string& endpoint : config.orderer_addresses()) {
      nodes.push_back({DeliverNode::kOrderer, endpoint, all_roots});
    }
  }
  for (const std::string& endpoint : further) {
    const bool known = std::any_of(nodes.begin(), nodes.end(),
                                   [&](const auto& node) { return node.endpoint == endpoint; });
    if (!known) nodes.push_back({DeliverNode::kOrderer, endpoint, all_roots});
  }
  return nodes;
}

std::vector<BlockNode> NeighboursOf(const ChannelConfig& config, const NeighbourOptions& options) {
  std::vector<BlockNode> nodes;
  const auto add = [&](const std::string& endpoint, const std::string& roots) {
    const bool known = std::any_of(nodes.begin(), nodes.end(),
                                   [&](const auto& node) { return node.endpoint == endpoint; });
    if (known) return;
    nodes.push_back({DeliverNode::kPeer, endpoint, roots});
  };
  if (options.msp_id.empty()) return nodes;
  for (const std::string& peer : options.peers) add(peer, options.tls_roots_pem);
  if (config.application() == nullptr) return nodes;
  const std::string roots = TlsRoots(config, options.msp_id);
  for (const auto& [name, organization] : config.application()->organizations) {
    if (organization.msp_id != options.msp_id) continue;
    for (const HostPort& peer : organization.anchor_peers) {
      add(absl::StrCat(peer.host, ":", peer.port), roots);
    }
  }
  return nodes;
}

absl::Duration DistrustedNodes::Add(const std::string& endpoint, absl::Time now) {
  Entry& entry = entries_[endpoint];
  entry.last = std::max(first_, std::min(entry.last * 2, kLongestDistrust));
  entry.until = now + entry.last;
  return entry.last;
}

bool DistrustedNodes::Holds(const std::string& endpoint, absl::Time now) const {
  auto it = entries_.find(endpoint);
  return it != entries_.end() && now < it->second.until;
}

}  // namespace suyuan
