#include "network/channel/channel_config.h"

namespace suyuan {
namespace {

using ::common::ConfigGroup;
using ::common::ConfigPolicy;
using ::common::ConfigValue;

bool Same(const ConfigValue& a, const ConfigValue& b) {
  return a.value() == b.value() && a.mod_policy() == b.mod_policy();
}

bool Same(const ConfigPolicy& a, const ConfigPolicy& b) {
  return a.policy().type() == b.policy().type() && a.policy().value() == b.policy().value() &&
         a.mod_policy() == b.mod_policy();
}

// A new group: everything in it is new, so at version 0.
ConfigGroup Fresh(ConfigGroup group) {
  group.set_version(0);
  for (auto& [name, value] : *group.mutable_values()) value.set_version(0);
  for (auto& [name, policy] : *group.mutable_policies()) policy.set_version(0);
  for (auto& [name, child] : *group.mutable_groups()) child = Fresh(std::move(child));
  return group;
}

// What one group's comparison found.
struct Difference {
  ConfigGroup read, write;  // changed elements alone
  ConfigGroup same;         // unchanged members, versions only
  bool members_changed = false;
  bool content_changed = false;
};

template <typename Map>
void CompareLeaves(const Map& original, const Map& updated, Map* write, Map* same, Difference* d) {
  for (const auto& [name, old] : original) {
    auto it = updated.find(name);
    if (it == updated.end()) {
      d->members_changed = true;
    } else if (Same(old, it->second)) {
      (*same)[name].set_version(old.version());
    } else {
      d->content_changed = true;
      auto& changed = (*write)[name] = it->second;
      changed.set_version(old.version() + 1);
    }
  }
  for (const auto& [name, added] : updated) {
    if (original.find(name) != original.end()) continue;
    d->members_changed = true;
    ((*write)[name] = added).set_version(0);
  }
}

bool Compare(const ConfigGroup& original, const ConfigGroup& updated, ConfigGroup* read,
             ConfigGroup* write);

void CompareGroups(const ConfigGroup& original, const ConfigGroup& updated, Difference* d) {
  for (const auto& [name, old] : original.groups()) {
    auto it = updated.groups().find(name);
    ConfigGroup read, write;
    if (it == updated.groups().end()) {
      d->members_changed = true;
    } else if (Compare(old, it->second, &read, &write)) {
      d->content_changed = true;
      (*d->read.mutable_groups())[name] = std::move(read);
      (*d->write.mutable_groups())[name] = std::move(write);
    } else {
      (*d->same.mutable_groups())[name].set_version(old.version());
    }
  }
  for (const auto& [name, added] : updated.groups()) {
    if (original.groups().count(name) > 0) continue;
    d->members_changed = true;
    (*d->write.mutable_groups())[name] = Fresh(added);
  }
}

// A group whose membership changes lists all its members, in both sets.
void AddSame(const ConfigGroup& same, ConfigGroup* out) {
  for (const auto& [name, value] : same.values()) (*out->mutable_values())[name] = value;
  for (const auto& [name, policy] : same.policies()) (*out->mutable_policies())[name] = policy;
  for (const auto& [name, group] : same.groups()) (*out->mutable_groups())[name] = group;
}

// False when nothing differs.
bool Compare(const ConfigGroup& original, const ConfigGroup& updated, ConfigGroup* read,
             ConfigGroup* write) {
  Difference d;
  d.members_changed = original.mod_policy() != updated.mod_policy();
  CompareLeaves(original.values(), updated.values(), d.write.mutable_values(),
                d.same.mutable_values(), &d);
  CompareLeaves(original.policies(), updated.policies(), d.write.mutable_policies(),
                d.same.mutable_policies(), &d);
  CompareGroups(original, updated, &d);
  d.read.set_version(original.version());
  d.write.set_version(original.version());
  if (d.members_changed) {
    AddSame(d.same, &d.read);
    AddSame(d.same, &d.write);
    d.write.set_version(original.version() + 1);
    d.write.set_mod_policy(updated.mod_policy());
  }
  *read = std::move(d.read);
  *write = std::move(d.write);
  return d.members_changed || d.content_changed;
}

}  // namespace

absl::StatusOr<::common::ConfigUpdate> ComputeConfigUpdate(absl::string_view channel_id,
                                                           const ::common::Config& original,
                                                           const ::common::Config& updated) {
  ::common::ConfigUpdate update;
  if (!Compare(original.channel_group(), updated.channel_group(), update.mutable_read_set(),
               update.mutable_write_set())) {
    return absl::InvalidArgumentError("the configurations do not differ");
  }
  update.set_channel_id(std::string(channel_id));
  return update;
}

}  // namespace suyuan
