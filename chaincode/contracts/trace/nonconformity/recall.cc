#include "chaincode/contracts/trace/nonconformity/recall.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxSeeds = 1000;
constexpr size_t kMaxConditions = 20;

size_t Percent(size_t part, size_t whole) { return whole == 0 ? 0 : part * 100 / whole; }

bool IsItem(const std::string& unit) {
  const auto id = gs1::ParseIdentifier(unit);
  return id.ok() && gs1::LevelOf(*id) == gs1::Level::kInstance;
}

}  // namespace

absl::StatusOr<RecallScope> ParseScope(absl::string_view argument, const nlohmann::json& object) {
  Fields fields(argument, object);
  RecallScope scope;
  const bool by_units = object.is_object() && object.contains("units");
  if (by_units) {
    for (const std::string& text : fields.Texts("units", kMaxSeeds)) {
      auto unit = UnitName(text);
      if (!unit.ok() || IsProductClass(text)) {
        fields.Mistake("units", absl::StrCat("holds ", text, ", which is no lot or single thing"));
        continue;
      }
      scope.units.push_back(*std::move(unit));
    }
  } else {
    const auto gtin = gs1::Gtin14(fields.Text("product"));
    if (!gtin.ok()) fields.Mistake("product", gtin.status().message());
    scope.product = gtin.value_or("");
    scope.from = fields.Day("from");
    scope.to = fields.Day("to");
    if (scope.to < scope.from) fields.Mistake("to", "is before from");
    const nlohmann::json where = fields.Any("where");
    if (!where.is_null() && (!where.is_object() || where.size() > kMaxConditions)) {
      fields.Mistake("where", "is not an object of texts by field");
    } else {
      for (const auto& [name, value] : where.items()) {
        if (!value.is_string()) {
          fields.Mistake("where", "is not an object of texts by field");
          break;
        }
        scope.where[name] = value;
      }
    }
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return scope;
}

absl::StatusOr<std::string> NextState(const std::string& recall, const std::string& state,
                                      const std::string& action) {
  if (action == "notify" && state != "closed") return state == "open" ? "notified" : state;
  if (action == "start" && state == "notified") return "in progress";
  if (action == "close" && state == "in progress") return "closed";
  return absl::FailedPreconditionError(
      absl::StrCat("recall ", recall, " is ", state, ": cannot ", action, " it"));
}

std::map<std::string, std::vector<std::string>> GroupNotices(
    const std::vector<std::pair<std::string, std::string>>& contacts) {
  std::map<std::string, std::set<std::string>> sets;
  for (const auto& [contact, unit] : contacts) sets[contact].insert(unit);
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& [contact, units] : sets) out[contact].assign(units.begin(), units.end());
  return out;
}

Impact Measure(const std::map<std::string, UnitFacts>& units,
               const std::vector<std::pair<std::string, std::string>>& contacts) {
  Impact impact;
  impact.units = units.size();
  std::set<std::string> people, sold;
  for (const auto& [unit, facts] : units) {
    ++(IsItem(unit) ? impact.items : impact.lots);
    if (!facts.product.empty()) impact.products.insert(facts.product);
    impact.holders.insert(facts.holders.begin(), facts.holders.end());
    if (facts.sold) sold.insert(unit);
  }
  for (const auto& [contact, unit] : contacts) {
    people.insert(contact);
    sold.insert(unit);
  }
  impact.consumers = people.size();
  impact.sold_units = sold.size();
  return impact;
}

nlohmann::json ToJson(const Impact& i) {
  return {{"units", i.units},          {"lots", i.lots},
          {"items", i.items},          {"products", i.products},
          {"holders", i.holders},      {"consumers", i.consumers},
          {"soldUnits", i.sold_units}, {"soldPercent", Percent(i.sold_units, i.units)}};
}

nlohmann::json ToJson(const Progress& p) {
  return {{"units", p.units},
          {"accounted", p.accounted},
          {"accountedPercent", Percent(p.accounted, p.units)},
          {"notices", p.notices},
          {"sent", p.sent},
          {"delivered", p.delivered},
          {"acknowledged", p.acknowledged},
          {"failed", p.failed},
          {"deliveredPercent", Percent(p.delivered, p.notices)},
          {"acknowledgedPercent", Percent(p.acknowledged, p.notices)}};
}

std::string FurthestStatus(const std::vector<std::string>& statuses) {
  constexpr std::array<const char*, 4> kOrder = {"acknowledged", "delivered", "sent", "failed"};
  for (const char* status : kOrder) {
    if (std::find(statuses.begin(), statuses.end(), status) != statuses.end()) return status;
  }
  return "pending";
}

}  // namespace suyuan
