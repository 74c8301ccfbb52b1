// How units come from one another, as recalls and reports of responsibility walk it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

struct UnitFacts {
  std::string product;            // GTIN-14; "" unknown
  std::set<std::string> holders;  // MSP ids: who has it (of a lot, some of it), or will receive it
  bool sold = false;              // it, or some of the lot, left the ledger's organisations
};

// Units by UnitName() (../holds.h). What was made of what, which lot an item is of, what is in a
// container that is itself meant; what merely travelled together is not related.
class UnitGraph {
 public:
  virtual ~UnitGraph() = default;
  // What was made of it, one step; in any order, repetitions are fine.
  virtual absl::StatusOr<std::vector<std::string>> Next(const std::string& unit) = 0;
  // What it was made of.
  virtual absl::StatusOr<std::vector<std::string>> Previous(const std::string& unit) = 0;
  virtual absl::StatusOr<UnitFacts> Facts(const std::string& unit) = 0;
};

// `seeds` and everything made of them, sorted. What was made beside them of the same material
// (siblings) stays out.
//   kResourceExhausted  more than `limit`
absl::StatusOr<std::vector<std::string>> ForwardClosure(UnitGraph& graph,
                                                        const std::vector<std::string>& seeds,
                                                        size_t limit);
// The same against the edges.
absl::StatusOr<std::vector<std::string>> BackwardClosure(UnitGraph& graph,
                                                         const std::vector<std::string>& seeds,
                                                         size_t limit);

}  // namespace suyuan
