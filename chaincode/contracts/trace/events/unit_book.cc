#include "chaincode/contracts/trace/events/unit_book.h"

#include <utility>

#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<const Unit*> UnitBook::Find(const std::string& id) {
  auto known = units_.find(id);
  if (known == units_.end()) {
    SUYUAN_ASSIGN_OR_RETURN(auto unit, world_.FindUnit(id));
    known = units_.emplace(id, std::move(unit)).first;
  }
  return known->second ? &*known->second : nullptr;
}

absl::StatusOr<Unit*> UnitBook::Edit(const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(const Unit* unit, Find(id));
  if (unit == nullptr) return nullptr;
  before_.emplace(id, *unit);
  return &*units_[id];
}

Unit* UnitBook::Add(Unit unit) {
  const std::string id = unit.id;
  before_.emplace(id, std::nullopt);
  return &*(units_[id] = std::move(unit));
}

void UnitBook::Begin() {
  for (const auto& [id, unit] : before_) changed_.insert(id);
  before_.clear();
}

void UnitBook::Undo() {
  for (auto& [id, unit] : before_) units_[id] = std::move(unit);
  before_.clear();
}

std::vector<UnitChange> UnitBook::Changes() const {
  std::vector<UnitChange> changes;
  for (const auto& [id, before] : before_) changes.push_back({before, *units_.at(id)});
  return changes;
}

std::map<std::string, Unit> UnitBook::Changed() const {
  std::map<std::string, Unit> out;
  for (const std::string& id : changed_) out.emplace(id, *units_.at(id));
  for (const auto& [id, unit] : before_) out.emplace(id, *units_.at(id));
  return out;
}

}  // namespace suyuan
