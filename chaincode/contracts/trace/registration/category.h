// The tree of product categories, apart from any ledger.
//
// A product keeps the category it was registered under: moving, merging or retiring a node
// changes no product.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

struct Category {
  struct Parent {
    std::string from;  // day
    std::string id;    // "" a root
  };
  // From `from` through `until` its products must be traced.
  struct Binding {
    std::string from, until;  // days; `until` "" open
    std::string reason;       // the rule, e.g. a catalogue's name and edition
  };

  std::string id, name;
  std::string status;               // active, merged, retired
  std::string merged_into;          // when merged
  std::string reason;               // of the last change
  std::vector<Parent> parents;      // oldest first; never empty
  std::vector<std::string> papers;  // kinds that a product needs from its registrant
  std::vector<Binding> bindings;    // of the mandatory-trace catalogue
  const std::string& parent() const { return parents.back().id; }
};

void to_json(nlohmann::json& json, const Category& category);
absl::StatusOr<Category> CategoryFromJson(const nlohmann::json& json);

// Where categories are looked up; kNotFound names the id.
using CategoryLookup = std::function<absl::StatusOr<Category>(const std::string&)>;

// Levels in which categories are made and to which they are moved.
inline constexpr size_t kMaxCategoryDepth = 16;

// From the root to `id`, as the tree was on `day`; merged categories stand for what they were
// merged into.
//   kFailedPrecondition  deeper than 256 levels
absl::StatusOr<std::vector<Category>> CategoryPath(const CategoryLookup& lookup,
                                                   const std::string& id, absl::string_view day);

// The category under `parent` from `day` on.
//   kFailedPrecondition  it is not active, nor is `parent`; `parent` lies below it; too deep;
//                        moved on a later day already
absl::StatusOr<Category> MoveCategory(const CategoryLookup& lookup, Category category,
                                      const std::string& parent, const std::string& day);
//   kFailedPrecondition  either is not active, `into` is itself or below it
absl::StatusOr<Category> MergeCategory(const CategoryLookup& lookup, Category category,
                                       const std::string& into, const std::string& reason,
                                       const std::string& day);
//   kFailedPrecondition  it is not active
absl::StatusOr<Category> RetireCategory(Category category, const std::string& reason);

// The binding of the first category on the path that has one in force on `day`: {"bound",
// "category","from","until","reason"}.
nlohmann::json BoundOn(const std::vector<Category>& path, absl::string_view day);

}  // namespace suyuan
