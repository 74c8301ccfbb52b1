#include "chaincode/contracts/trace/nonconformity/unit_graph.h"

#include <deque>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Step = absl::StatusOr<std::vector<std::string>> (UnitGraph::*)(const std::string&);

absl::StatusOr<std::vector<std::string>> Closure(UnitGraph& graph, Step step,
                                                 const std::vector<std::string>& seeds,
                                                 size_t limit) {
  std::set<std::string> seen(seeds.begin(), seeds.end());
  std::deque<std::string> todo(seen.begin(), seen.end());
  while (!todo.empty()) {
    if (seen.size() > limit) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", limit, " units are reached"));
    }
    SUYUAN_ASSIGN_OR_RETURN(std::vector<std::string> found, (graph.*step)(todo.front()));
    todo.pop_front();
    for (std::string& unit : found) {
      const auto [it, is_new] = seen.insert(std::move(unit));
      if (is_new) todo.push_back(*it);
    }
  }
  return std::vector<std::string>(seen.begin(), seen.end());
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ForwardClosure(UnitGraph& graph,
                                                        const std::vector<std::string>& seeds,
                                                        size_t limit) {
  return Closure(graph, &UnitGraph::Next, seeds, limit);
}

absl::StatusOr<std::vector<std::string>> BackwardClosure(UnitGraph& graph,
                                                         const std::vector<std::string>& seeds,
                                                         size_t limit) {
  return Closure(graph, &UnitGraph::Previous, seeds, limit);
}

}  // namespace suyuan
