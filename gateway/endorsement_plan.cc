#include "gateway/endorsement_plan.h"

#include <algorithm>
#include <utility>

namespace suyuan {
namespace {

int PeersOf(const Layout& layout) {
  int total = 0;
  for (const auto& [msp_id, count] : layout) total += count;
  return total;
}

bool Contains(const Layout& outer, const Layout& inner) {
  for (const auto& [msp_id, count] : inner) {
    auto it = outer.find(msp_id);
    if (it == outer.end() || it->second < count) return false;
  }
  return true;
}

Layout Union(const Layout& a, const Layout& b) {
  Layout out = a;
  for (const auto& [msp_id, count] : b) out[msp_id] = std::max(out[msp_id], count);
  return out;
}

}  // namespace

std::vector<Layout> CombineLayouts(absl::Span<const Layout> a, absl::Span<const Layout> b,
                                   size_t limit) {
  std::vector<Layout> all;
  for (const Layout& x : a) {
    for (const Layout& y : b) all.push_back(Union(x, y));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Layout& x, const Layout& y) { return PeersOf(x) < PeersOf(y); });
  std::vector<Layout> out;
  for (Layout& layout : all) {
    if (out.size() >= limit) break;
    const bool redundant =
        std::any_of(out.begin(), out.end(), [&](const Layout& o) { return Contains(layout, o); });
    if (!redundant) out.push_back(std::move(layout));
  }
  return out;
}

void OrderLayouts(const std::string& preferred, std::vector<Layout>* layouts) {
  std::stable_sort(layouts->begin(), layouts->end(), [&](const Layout& x, const Layout& y) {
    const bool has_x = x.count(preferred) > 0, has_y = y.count(preferred) > 0;
    if (has_x != has_y) return has_x;
    return PeersOf(x) < PeersOf(y);
  });
}

EndorsementPlan::EndorsementPlan(std::vector<Layout> layouts,
                                 std::map<std::string, std::vector<Peer>> groups)
    : layouts_(std::move(layouts)), groups_(std::move(groups)) {
  for (const auto& [msp_id, peers] : groups_) {
    for (Peer peer : peers) states_[peer] = State::kUnused;
  }
  while (!exhausted() && !Feasible(layouts_[current_])) ++current_;
}

std::vector<EndorsementPlan::Peer> EndorsementPlan::Next() {
  while (!exhausted() && !Feasible(layouts_[current_])) ++current_;
  if (exhausted()) return {};
  std::vector<Peer> out;
  for (const auto& [msp_id, needed] : layouts_[current_]) {
    int missing = needed - Count(msp_id, State::kEndorsed) - Count(msp_id, State::kAsked);
    for (Peer peer : groups_[msp_id]) {
      if (missing <= 0) break;
      if (states_[peer] != State::kUnused) continue;
      states_[peer] = State::kAsked;
      out.push_back(peer);
      --missing;
    }
  }
  return out;
}

void EndorsementPlan::Endorsed(Peer peer) { states_[peer] = State::kEndorsed; }
void EndorsementPlan::Failed(Peer peer) { states_[peer] = State::kFailed; }

bool EndorsementPlan::complete() const {
  if (exhausted()) return false;
  for (const auto& [msp_id, needed] : layouts_[current_]) {
    if (Count(msp_id, State::kEndorsed) < needed) return false;
  }
  return true;
}

int EndorsementPlan::Count(const std::string& group, State state) const {
  auto it = groups_.find(group);
  if (it == groups_.end()) return 0;
  return static_cast<int>(std::count_if(it->second.begin(), it->second.end(),
                                        [&](Peer peer) { return states_.at(peer) == state; }));
}

bool EndorsementPlan::Feasible(const Layout& layout) const {
  for (const auto& [msp_id, needed] : layout) {
    auto it = groups_.find(msp_id);
    const int size = it == groups_.end() ? 0 : static_cast<int>(it->second.size());
    if (size - Count(msp_id, State::kFailed) < needed) return false;
  }
  return true;
}

}  // namespace suyuan
