#include "gateway/candidates.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace suyuan {
namespace {

bool Named(absl::Span<const std::string> organizations, const std::string& msp_id) {
  return organizations.empty() ||
         std::find(organizations.begin(), organizations.end(), msp_id) != organizations.end();
}

std::string WhyMissing(const PeerState& peer, absl::Span<const std::string> chaincodes) {
  if (peer.reach == PeerReach::kFailed) return absl::StrCat("peer cannot be reached: ", peer.why);
  if (peer.reach == PeerReach::kRefused) {
    return absl::StrCat("peer does not serve the channel: ", peer.why);
  }
  for (const std::string& name : chaincodes) {
    if (!MayRun(peer, name)) return absl::StrCat("chaincode ", name, " is not running on the peer");
  }
  return "";
}

}  // namespace

bool IsSystemChaincode(absl::string_view name) {
  return name == "_lifecycle" || name == "qscc" || name == "cscc" || name == "lscc";
}

bool MayRun(const PeerState& peer, absl::string_view chaincode) {
  return peer.chaincodes == nullptr || IsSystemChaincode(chaincode) ||
         peer.chaincodes->count(std::string(chaincode)) > 0;
}

bool Usable(const PeerState& peer) {
  return peer.reach != PeerReach::kFailed && peer.reach != PeerReach::kRefused;
}

bool OnlySilent(absl::Span<const PeerState> peers, absl::string_view chaincode) {
  return !IsSystemChaincode(chaincode) &&
         std::all_of(peers.begin(), peers.end(),
                     [](const PeerState& peer) { return peer.chaincodes == nullptr; });
}

void SortPeers(std::vector<PeerState>* peers) {
  std::stable_sort(peers->begin(), peers->end(), [](const PeerState& a, const PeerState& b) {
    if (a.own != b.own) return a.own;
    return a.height > b.height;
  });
}

std::vector<PeerState> EvaluateCandidates(absl::Span<const PeerState> peers,
                                          absl::string_view chaincode,
                                          absl::Span<const std::string> organizations) {
  std::vector<PeerState> usable, failed;
  for (const PeerState& peer : peers) {
    if (!MayRun(peer, chaincode) || !Named(organizations, peer.msp_id)) continue;
    if (Usable(peer)) usable.push_back(peer);
    if (peer.reach == PeerReach::kFailed) failed.push_back(peer);
  }
  auto& out = usable.empty() ? failed : usable;
  SortPeers(&out);
  return std::move(out);
}

std::map<std::string, std::vector<size_t>> EndorserGroups(
    absl::Span<const PeerState> peers, absl::Span<const std::string> chaincodes,
    const std::function<bool(const std::string& msp_id)>& allowed) {
  std::map<std::string, std::vector<size_t>> out;
  for (size_t i = 0; i < peers.size(); ++i) {
    const bool runs = std::all_of(chaincodes.begin(), chaincodes.end(),
                                  [&](const std::string& name) { return MayRun(peers[i], name); });
    if (Usable(peers[i]) && runs && allowed(peers[i].msp_id)) out[peers[i].msp_id].push_back(i);
  }
  return out;
}

void PreferCurrent(absl::Span<const PeerState> peers, uint64_t height,
                   std::vector<Layout>* layouts) {
  std::set<std::string> current;
  for (const PeerState& peer : peers) {
    if (Usable(peer) && (peer.height == 0 || peer.height >= height)) current.insert(peer.msp_id);
  }
  std::stable_partition(layouts->begin(), layouts->end(), [&](const Layout& layout) {
    return std::all_of(layout.begin(), layout.end(),
                       [&](const auto& need) { return current.count(need.first) > 0; });
  });
}

std::vector<NodeFailure> MissingPeers(absl::Span<const PeerState> peers,
                                      absl::Span<const std::string> chaincodes,
                                      absl::Span<const Layout> layouts) {
  std::vector<NodeFailure> out;
  for (const PeerState& peer : peers) {
    const bool asked = std::any_of(layouts.begin(), layouts.end(), [&](const Layout& layout) {
      return layout.count(peer.msp_id) > 0;
    });
    std::string why = asked ? WhyMissing(peer, chaincodes) : "";
    if (!why.empty()) out.push_back({peer.endpoint, peer.msp_id, std::move(why)});
  }
  return out;
}

}  // namespace suyuan
