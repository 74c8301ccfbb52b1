#include "network/ledger/merged_range.h"

#include <utility>

#include "network/common/status_macros.h"

namespace suyuan::ledger {
namespace {

class MergingIterator final : public StateIterator {
 public:
  MergingIterator(std::unique_ptr<StateIterator> committed, const UpdateBatch::Map& updates,
                  std::string ns, absl::string_view start, std::string end)
      : committed_(std::move(committed)),
        updates_(updates),
        ns_(std::move(ns)),
        end_(std::move(end)),
        update_(updates.lower_bound(StateName{ns_, "", std::string(start)})) {}

  absl::StatusOr<std::optional<KeyValue>> Next() override {
    while (true) {
      SUYUAN_RETURN_IF_ERROR(FillOld());
      const bool has_new = UpdateInRange();
      if (!has_new) return std::exchange(old_, std::nullopt);
      const std::string& key = update_->first.key;
      if (old_ && old_->key < key) return std::exchange(old_, std::nullopt);
      if (old_ && old_->key == key) old_.reset();  // replaced or deleted
      const Update& update = update_->second;
      ++update_;
      if (!update.is_delete) return KeyValue{key, update.value};
    }
  }

 private:
  absl::Status FillOld() {
    if (old_ || old_ended_) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(old_, committed_->Next());
    old_ended_ = !old_;
    return absl::OkStatus();
  }

  bool UpdateInRange() const {
    return update_ != updates_.end() && update_->first.ns == ns_ &&
           update_->first.collection.empty() && (end_.empty() || update_->first.key < end_);
  }

  const std::unique_ptr<StateIterator> committed_;
  const UpdateBatch::Map& updates_;
  const std::string ns_;
  const std::string end_;
  UpdateBatch::Map::const_iterator update_;
  std::optional<KeyValue> old_;
  bool old_ended_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StateIterator>> MergedRange(
    const StateSource& committed, const UpdateBatch& updates, absl::string_view ns,
    absl::string_view start, absl::string_view end, bool include_end) {
  std::string stop(end);
  if (include_end && !stop.empty()) stop.push_back('\0');  // the key right behind it
  SUYUAN_ASSIGN_OR_RETURN(auto old, committed.Range(ns, start, stop));
  return std::make_unique<MergingIterator>(std::move(old), updates.updates(), std::string(ns),
                                           start, std::move(stop));
}

}  // namespace suyuan::ledger
