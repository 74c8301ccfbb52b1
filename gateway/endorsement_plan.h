// Which peers to ask for an endorsement, and whom to ask next when one fails: pure
// choosing, no I/O. Peers are numbers given by the caller.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace suyuan {

// Distinct peers needed of each MSP id.
using Layout = std::map<std::string, int>;

// Layouts that satisfy both policies at once: an endorsement counts for each. At
// most `limit`, smallest first, without those that contain another.
std::vector<Layout> CombineLayouts(absl::Span<const Layout> a, absl::Span<const Layout> b,
                                   size_t limit);

// Layouts asking `preferred` first, then smaller before larger; equals keep their
// order (shuffle before, to spread the load).
void OrderLayouts(const std::string& preferred, std::vector<Layout>* layouts);

// Asks for the peers of one layout, replaces a failing peer by another of its
// organisation, and falls back on the next layout. Not thread-safe.
class EndorsementPlan {
 public:
  using Peer = size_t;
  // `groups`: the usable peers of each MSP id, best first; a peer is in one group.
  EndorsementPlan(std::vector<Layout> layouts, std::map<std::string, std::vector<Peer>> groups);

  // Peers to be asked now; empty when the plan waits for answers, is complete or is
  // exhausted. Each peer is handed out once.
  std::vector<Peer> Next();
  // `peer` endorsed; also for one that was asked before the plan was made.
  void Endorsed(Peer peer);
  void Failed(Peer peer);

  bool complete() const;
  // No layout can be satisfied any more.
  bool exhausted() const { return current_ >= layouts_.size(); }

 private:
  enum class State { kUnused, kAsked, kEndorsed, kFailed };
  int Count(const std::string& group, State state) const;
  bool Feasible(const Layout& layout) const;

  std::vector<Layout> layouts_;
  std::map<std::string, std::vector<Peer>> groups_;
  std::map<Peer, State> states_;
  size_t current_ = 0;
};

}  // namespace suyuan
