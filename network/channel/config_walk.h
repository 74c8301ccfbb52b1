// The configuration tree as a flat, sorted list of elements by path, as updates
// are judged: "/Channel/Application" (group), "/Channel/Application#Capabilities"
// (value), "/Channel/Application:Writers" (policy).
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "protos/common/configtx.pb.h"

namespace suyuan::channel_internal {

struct Element {
  const ::common::ConfigGroup* group = nullptr;  // one of the three
  const ::common::ConfigValue* value = nullptr;
  const ::common::ConfigPolicy* policy = nullptr;
  std::string group_path;  // of the group itself, or of the one that holds it

  uint64_t version() const;
  const std::string& mod_policy() const;
  // For messages: "/Channel/Application/Writers (policy)".
  std::string Text() const;
  std::string name;
};

// By kind and path; parents before children. Points into the tree.
using Elements = std::map<std::string, Element>;

//   kInvalidArgument  deeper than 16 levels, more than 100,000 elements, or a name
//                     that is empty or holds other than letters, digits, '.', '_', '-'
absl::StatusOr<Elements> Flatten(const ::common::ConfigGroup& root);

// Same keys, versions, mod_policies and bytes; the order of maps does not count.
bool SameTree(const ::common::ConfigGroup& a, const ::common::ConfigGroup& b);

}  // namespace suyuan::channel_internal
