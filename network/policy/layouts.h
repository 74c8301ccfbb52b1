// Which endorsers would satisfy a policy: sets of MSP ids with counts, combined
// rule by rule with a bound, so that "50 of 100" costs no more than "2 of 3".
#pragma once

#include <map>
#include <string>
#include <vector>

namespace suyuan::policy_internal {

using Layout = std::map<std::string, int>;  // MSP id -> distinct peers needed

// How two requirements on one organisation add up: the leaves of a signature policy
// consume identities, the sub-policies of an implicit meta policy do not.
enum class Combine { kSum, kMax };

// Minimal sets (none contains another), smallest first, at most `limit`.
std::vector<Layout> Minimal(std::vector<Layout> layouts, size_t limit);

// The layouts that satisfy `n` of the rules, each rule given by its own layouts.
std::vector<Layout> ChooseN(int n, const std::vector<std::vector<Layout>>& rules, Combine combine);

}  // namespace suyuan::policy_internal
