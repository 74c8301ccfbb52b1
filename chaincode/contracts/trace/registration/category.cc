#include "chaincode/contracts/trace/registration/category.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

// A subtree that is moved may reach below kMaxCategoryDepth; its products still resolve.
constexpr size_t kMaxPath = 256;

absl::Status NeedActive(const Category& category) {
  if (category.status == "active") return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("category ", category.id, " is ", category.status));
}

// What `id` was merged into, through all mergers.
absl::StatusOr<Category> Resolve(const CategoryLookup& lookup, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(Category category, lookup(id));
  for (size_t i = 0; category.status == "merged"; ++i) {
    if (i == kMaxCategoryDepth) {
      return absl::FailedPreconditionError(absl::StrCat("category ", id, " was merged too often"));
    }
    SUYUAN_ASSIGN_OR_RETURN(category, lookup(category.merged_into));
  }
  return category;
}

std::string ParentOn(const Category& category, absl::string_view day) {
  std::string parent = category.parents.front().id;
  for (const Category::Parent& p : category.parents) {
    if (p.from <= day) parent = p.id;
  }
  return parent;
}

// `parent` may have `id` below it.
absl::Status CheckParent(const CategoryLookup& lookup, const std::string& id,
                         const std::string& parent, const std::string& day) {
  if (parent.empty()) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const Category above, lookup(parent));
  SUYUAN_RETURN_IF_ERROR(NeedActive(above));
  SUYUAN_ASSIGN_OR_RETURN(const auto path, CategoryPath(lookup, parent, day));
  for (const Category& node : path) {
    if (node.id != id) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("category ", parent, " lies below category ", id));
  }
  if (path.size() < kMaxCategoryDepth) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("category ", id, " would lie deeper than ", kMaxCategoryDepth, " levels"));
}

}  // namespace

void to_json(nlohmann::json& json, const Category& c) {
  nlohmann::json parents = nlohmann::json::array(), bindings = nlohmann::json::array();
  for (const auto& p : c.parents) parents.push_back({{"from", p.from}, {"parent", p.id}});
  for (const auto& b : c.bindings) {
    bindings.push_back({{"from", b.from}, {"until", b.until}, {"reason", b.reason}});
  }
  json = {{"category", c.id},     {"name", c.name},     {"status", c.status},
          {"parent", c.parent()}, {"parents", parents}, {"mergedInto", c.merged_into},
          {"reason", c.reason},   {"papers", c.papers}, {"bindings", bindings}};
}

absl::StatusOr<Category> CategoryFromJson(const nlohmann::json& json) {
  try {
    Category c;
    c.id = json.at("category");
    c.name = json.at("name");
    c.status = json.at("status");
    c.merged_into = json.at("mergedInto");
    c.reason = json.at("reason");
    c.papers = json.at("papers").get<std::vector<std::string>>();
    for (const auto& p : json.at("parents")) c.parents.push_back({p.at("from"), p.at("parent")});
    for (const auto& b : json.at("bindings")) {
      c.bindings.push_back({b.at("from"), b.at("until"), b.at("reason")});
    }
    if (c.parents.empty()) return absl::InternalError("not a category: no parent");
    return c;
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a category: ", e.what()));
  }
}

absl::StatusOr<std::vector<Category>> CategoryPath(const CategoryLookup& lookup,
                                                   const std::string& id, absl::string_view day) {
  std::vector<Category> path;
  std::string next = id;
  while (!next.empty()) {
    if (path.size() == kMaxPath) {
      return absl::FailedPreconditionError(
          absl::StrCat("category ", id, " lies deeper than ", kMaxPath, " levels"));
    }
    SUYUAN_ASSIGN_OR_RETURN(path.emplace_back(), Resolve(lookup, next));
    next = ParentOn(path.back(), day);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<Category> MoveCategory(const CategoryLookup& lookup, Category category,
                                      const std::string& parent, const std::string& day) {
  SUYUAN_RETURN_IF_ERROR(NeedActive(category));
  if (day < category.parents.back().from) {
    return absl::FailedPreconditionError(absl::StrCat(
        "category ", category.id, " was moved on the later day ", category.parents.back().from));
  }
  SUYUAN_RETURN_IF_ERROR(CheckParent(lookup, category.id, parent, day));
  if (category.parents.back().from == day && category.parents.size() > 1) {
    category.parents.back().id = parent;
  } else {
    category.parents.push_back({day, parent});
  }
  return category;
}

absl::StatusOr<Category> MergeCategory(const CategoryLookup& lookup, Category category,
                                       const std::string& into, const std::string& reason,
                                       const std::string& day) {
  SUYUAN_RETURN_IF_ERROR(NeedActive(category));
  SUYUAN_RETURN_IF_ERROR(CheckParent(lookup, category.id, into, day));
  category.status = "merged";
  category.merged_into = into;
  category.reason = reason;
  return category;
}

absl::StatusOr<Category> RetireCategory(Category category, const std::string& reason) {
  SUYUAN_RETURN_IF_ERROR(NeedActive(category));
  category.status = "retired";
  category.reason = reason;
  return category;
}

nlohmann::json BoundOn(const std::vector<Category>& path, absl::string_view day) {
  for (const Category& category : path) {
    for (const Category::Binding& b : category.bindings) {
      if (day < b.from || (!b.until.empty() && b.until < day)) continue;
      return {{"bound", true},
              {"category", category.id},
              {"from", b.from},
              {"until", b.until},
              {"reason", b.reason}};
    }
  }
  return {{"bound", false}};
}

}  // namespace suyuan
