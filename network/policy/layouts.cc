#include "network/policy/layouts.h"

#include <algorithm>

namespace suyuan::policy_internal {
namespace {

// Alternatives kept at each step; what is dropped is larger than what is kept.
constexpr size_t kKept = 64;

int Peers(const Layout& layout) {
  int total = 0;
  for (const auto& [msp, count] : layout) total += count;
  return total;
}

bool Contains(const Layout& big, const Layout& small) {
  return std::all_of(small.begin(), small.end(), [&](const auto& need) {
    auto it = big.find(need.first);
    return it != big.end() && it->second >= need.second;
  });
}

Layout Join(const Layout& a, const Layout& b, Combine combine) {
  Layout out = a;
  for (const auto& [msp, count] : b) {
    int& mine = out[msp];
    mine = combine == Combine::kSum ? mine + count : std::max(mine, count);
  }
  return out;
}

}  // namespace

std::vector<Layout> Minimal(std::vector<Layout> layouts, size_t limit) {
  std::sort(layouts.begin(), layouts.end(), [](const Layout& a, const Layout& b) {
    const int peers_a = Peers(a), peers_b = Peers(b);
    return peers_a != peers_b ? peers_a < peers_b : a < b;
  });
  std::vector<Layout> out;
  for (Layout& layout : layouts) {
    if (out.size() == limit) break;
    const bool covered = std::any_of(out.begin(), out.end(),
                                     [&](const Layout& known) { return Contains(layout, known); });
    if (!covered) out.push_back(std::move(layout));
  }
  return out;
}

std::vector<Layout> ChooseN(int n, const std::vector<std::vector<Layout>>& rules, Combine combine) {
  if (n < 0 || static_cast<size_t>(n) > rules.size()) return {};
  // by_count[c]: ways to satisfy c of the rules looked at so far.
  std::vector<std::vector<Layout>> by_count(n + 1);
  by_count[0] = {Layout()};
  for (const auto& rule : rules) {
    for (int c = n - 1; c >= 0; --c) {
      if (by_count[c].empty() || rule.empty()) continue;
      for (const Layout& chosen : by_count[c]) {
        for (const Layout& more : rule) by_count[c + 1].push_back(Join(chosen, more, combine));
      }
      by_count[c + 1] = Minimal(std::move(by_count[c + 1]), kKept);
    }
  }
  return by_count[n];
}

}  // namespace suyuan::policy_internal
