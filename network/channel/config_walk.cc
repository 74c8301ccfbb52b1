#include "network/channel/config_walk.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan::channel_internal {
namespace {

using ::common::ConfigGroup;

constexpr int kMaxDepth = 16;
constexpr size_t kMaxElements = 100'000;
constexpr size_t kMaxName = 249;

bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= kMaxName && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

class Walk {
 public:
  absl::Status Group(const ConfigGroup& group, const std::string& path, int depth) {
    if (depth > kMaxDepth) return Error(path, "nested too deep");
    SUYUAN_RETURN_IF_ERROR(Add(path, {.group = &group, .group_path = path}));
    for (const auto& [name, value] : group.values()) {
      SUYUAN_RETURN_IF_ERROR(CheckName(path, name));
      SUYUAN_RETURN_IF_ERROR(
          Add(path + "#" + name, {.value = &value, .group_path = path, .name = name}));
    }
    for (const auto& [name, policy] : group.policies()) {
      SUYUAN_RETURN_IF_ERROR(CheckName(path, name));
      SUYUAN_RETURN_IF_ERROR(
          Add(path + ":" + name, {.policy = &policy, .group_path = path, .name = name}));
    }
    for (const auto& [name, child] : group.groups()) {
      SUYUAN_RETURN_IF_ERROR(CheckName(path, name));
      SUYUAN_RETURN_IF_ERROR(Group(child, path + "/" + name, depth + 1));
    }
    return absl::OkStatus();
  }

  Elements Take() { return std::move(elements_); }

 private:
  static absl::Status Error(const std::string& path, absl::string_view reason) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", reason));
  }

  static absl::Status CheckName(const std::string& path, const std::string& name) {
    return IsName(name) ? absl::OkStatus() : Error(path, "holds an element with a malformed name");
  }

  absl::Status Add(const std::string& key, Element element) {
    if (elements_.size() >= kMaxElements) return Error("/Channel", "more than 100,000 elements");
    elements_.emplace(key, std::move(element));
    return absl::OkStatus();
  }

  Elements elements_;
};

}  // namespace

uint64_t Element::version() const {
  if (group != nullptr) return group->version();
  return value != nullptr ? value->version() : policy->version();
}

const std::string& Element::mod_policy() const {
  if (group != nullptr) return group->mod_policy();
  return value != nullptr ? value->mod_policy() : policy->mod_policy();
}

std::string Element::Text() const {
  if (group != nullptr) return group_path;
  return absl::StrCat(group_path, "/", name, value != nullptr ? " (value)" : " (policy)");
}

absl::StatusOr<Elements> Flatten(const ConfigGroup& root) {
  Walk walk;
  SUYUAN_RETURN_IF_ERROR(walk.Group(root, "/Channel", 0));
  return walk.Take();
}

bool SameTree(const ConfigGroup& a, const ConfigGroup& b) {
  if (a.version() != b.version() || a.mod_policy() != b.mod_policy() ||
      a.groups_size() != b.groups_size() || a.values_size() != b.values_size() ||
      a.policies_size() != b.policies_size()) {
    return false;
  }
  for (const auto& [name, value] : a.values()) {
    auto it = b.values().find(name);
    if (it == b.values().end() || it->second.version() != value.version() ||
        it->second.mod_policy() != value.mod_policy() || it->second.value() != value.value()) {
      return false;
    }
  }
  for (const auto& [name, policy] : a.policies()) {
    auto it = b.policies().find(name);
    if (it == b.policies().end() || it->second.version() != policy.version() ||
        it->second.mod_policy() != policy.mod_policy() ||
        it->second.has_policy() != policy.has_policy() ||
        it->second.policy().type() != policy.policy().type() ||
        it->second.policy().value() != policy.policy().value()) {
      return false;
    }
  }
  return std::all_of(a.groups().begin(), a.groups().end(), [&](const auto& child) {
    auto it = b.groups().find(child.first);
    return it != b.groups().end() && SameTree(child.second, it->second);
  });
}

}  // namespace suyuan::channel_internal
