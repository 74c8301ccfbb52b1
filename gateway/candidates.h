// Which peers may be asked about a chaincode, in what order: pure choosing over
// what is known of the channel's peers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gateway/endorsement_plan.h"
#include "gateway/errors.h"

namespace suyuan {

class PeerClient;

enum class PeerReach {
  kConnecting,  // not heard of yet: worth trying
  kLive,        // tells its height and chaincodes
  kSilent,      // a stock peer: answers proposals, tells nothing
  kFailed,      // cannot be reached
  kRefused,     // answers, but not for this channel (has not joined, does not trust us)
};

// What is known of one peer of a channel.
struct PeerState {
  std::shared_ptr<PeerClient> client;
  std::string endpoint;
  std::string msp_id;
  bool own = false;
  PeerReach reach = PeerReach::kConnecting;
  std::string why;      // the last failure
  uint64_t height = 0;  // 0: unknown
  // Runnable chaincodes as last heard; null: unknown.
  std::shared_ptr<const std::set<std::string>> chaincodes;
};

// Present on every peer.
bool IsSystemChaincode(absl::string_view name);

// True unless the peer is known not to have `chaincode`.
bool MayRun(const PeerState& peer, absl::string_view chaincode);
bool Usable(const PeerState& peer);
// True when none of `peers` is known to have `chaincode`, which is no system chaincode.
bool OnlySilent(absl::Span<const PeerState> peers, absl::string_view chaincode);

// Own organisation first, then by falling height; equals keep their order.
void SortPeers(std::vector<PeerState>* peers);

// Usable peers with `chaincode`, of `organizations` when not empty, sorted. When
// only failed ones are left, those: they may be back.
std::vector<PeerState> EvaluateCandidates(absl::Span<const PeerState> peers,
                                          absl::string_view chaincode,
                                          absl::Span<const std::string> organizations);

// Groups for an EndorsementPlan: positions in `peers` (already sorted) of usable
// peers that have every one of `chaincodes` and whose organisation `allowed` admits.
std::map<std::string, std::vector<size_t>> EndorserGroups(
    absl::Span<const PeerState> peers, absl::Span<const std::string> chaincodes,
    const std::function<bool(const std::string& msp_id)>& allowed);

// Moves layouts with an organisation all of whose peers are known to be below `height`
// behind the others: such a peer reads older versions, and its endorsement would not
// match. Otherwise the order stays.
void PreferCurrent(absl::Span<const PeerState> peers, uint64_t height,
                   std::vector<Layout>* layouts);

// Peers of the layouts' organisations that cannot help now, and why: what an
// operator has to mend.
std::vector<NodeFailure> MissingPeers(absl::Span<const PeerState> peers,
                                      absl::Span<const std::string> chaincodes,
                                      absl::Span<const Layout> layouts);

}  // namespace suyuan
