#include "network/ledger/memory_state.h"

#include <utility>

namespace suyuan::ledger {
namespace {

using Values = std::map<StateName, VersionedValue>;

class MapIterator final : public StateIterator {
 public:
  MapIterator(const Values& values, std::string ns, absl::string_view start, absl::string_view end)
      : values_(values),
        ns_(std::move(ns)),
        end_(end),
        next_(values.lower_bound(StateName{ns_, "", std::string(start)})) {}

  absl::StatusOr<std::optional<KeyValue>> Next() override {
    if (next_ == values_.end()) return std::nullopt;
    const StateName& name = next_->first;
    if (name.ns != ns_ || !name.collection.empty()) return std::nullopt;
    if (!end_.empty() && name.key >= end_) return std::nullopt;
    KeyValue result{name.key, next_->second};
    ++next_;
    return result;
  }

 private:
  const Values& values_;
  const std::string ns_;
  const std::string end_;
  Values::const_iterator next_;
};

}  // namespace

void MemoryState::Apply(const UpdateBatch& updates) {
  for (const auto& [name, update] : updates.updates()) {
    if (update.is_delete) {
      values_.erase(name);
    } else {
      values_[name] = update.value;
    }
  }
}

absl::StatusOr<std::optional<VersionedValue>> MemoryState::Get(const StateName& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::unique_ptr<StateIterator>> MemoryState::Range(absl::string_view ns,
                                                                  absl::string_view start,
                                                                  absl::string_view end) const {
  return std::make_unique<MapIterator>(values_, std::string(ns), start, end);
}

}  // namespace suyuan::ledger
