#include "chaincode/contracts/trace/antidiversion/holding.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/index_ranges.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/conversion.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kCodes[] = "holder";
constexpr char kLot[] = "lot-holder";
constexpr size_t kMaxNamed = 100;
constexpr int kMaxNesting = 20;

std::string UnitKey(absl::string_view unit) { return absl::StrCat("unit-holder/", unit); }

absl::StatusOr<CodeRange> ParseRange(const nlohmann::json& json) {
  Fields fields("codes", json);
  CodeRange range;
  constexpr int64_t kNone = -1, kMax = int64_t{1} << 40;
  range.batch = fields.Id("batch");
  const int64_t from = fields.Integer("from", 0, kMax, kNone);
  const int64_t to = fields.Integer("to", 0, kMax, kNone);
  if (from == kNone) fields.Mistake("from", "is missing");
  if (to == kNone) fields.Mistake("to", "is missing");
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  range.from = static_cast<uint64_t>(from);
  range.to = static_cast<uint64_t>(to);
  return range;
}

bool Overlap(const CodeRange& a, const CodeRange& b) {
  return a.batch == b.batch && a.from <= b.to && b.from <= a.to;
}

absl::StatusOr<std::optional<Holding>> FindUnitHolding(ChaincodeStub& stub,
                                                       const std::string& unit) {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, UnitKey(unit)));
  if (!record) return std::optional<Holding>();
  SUYUAN_ASSIGN_OR_RETURN(Holding holding, HoldingFromJson(*record));
  return std::optional<Holding>(std::move(holding));
}

// The dealer that was sent of the lot, or who passed on what the others have: some of it may still
// be there. nullopt when they have it from different hands, or are too many.
absl::StatusOr<std::optional<Holding>> FindLotHolding(ChaincodeStub& stub, const std::string& lot) {
  SUYUAN_ASSIGN_OR_RETURN(const auto records, ListRecords(stub, kLot, {lot}, kMaxNamed));
  if (records.size() == kMaxNamed) return std::optional<Holding>();
  std::vector<Holding> holdings;
  for (const auto& record : records) {
    SUYUAN_ASSIGN_OR_RETURN(holdings.emplace_back(), HoldingFromJson(record));
  }
  for (const Holding& one : holdings) {
    const bool first = std::all_of(holdings.begin(), holdings.end(), [&one](const Holding& other) {
      return std::any_of(other.way.begin(), other.way.end(),
                         [&one](const Hop& hop) { return hop.dealer == one.dealer; });
    });
    if (first) return std::optional<Holding>(one);
  }
  return std::optional<Holding>();
}

// A holding that follows another one goes on where that stood.
Holding Follow(const std::optional<Holding>& before, Holding next) {
  if (before) {
    next.issuer = before->issuer;
    next.product = before->product;
    next.way = before->way;
  }
  next.way.push_back({next.dealer, next.shipment});
  return next;
}

absl::Status NotInHand(absl::string_view what, const std::string& parent) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, " are not all in one shipment to dealer ", parent));
}

}  // namespace

nlohmann::json WayToJson(const std::vector<Hop>& way) {
  nlohmann::json json = nlohmann::json::array();
  for (const Hop& hop : way) {
    json.push_back({{"dealer", hop.dealer}, {"shipment", hop.shipment}});
  }
  return json;
}

std::vector<Hop> WayFromJson(const nlohmann::json& json) {
  std::vector<Hop> way;
  for (const auto& hop : json) way.push_back({hop.at("dealer"), hop.at("shipment")});
  return way;
}

void to_json(nlohmann::json& json, const Holding& holding) {
  json = {{"issuer", holding.issuer},        {"product", holding.product},
          {"dealer", holding.dealer},        {"owner", holding.owner},
          {"shipment", holding.shipment},    {"shippedAt", holding.shipped_at},
          {"edition", holding.edition},      {"regions", holding.area.regions},
          {"borders", holding.area.borders}, {"way", WayToJson(holding.way)}};
}

absl::StatusOr<Holding> HoldingFromJson(const nlohmann::json& json) {
  try {
    Holding holding{json.at("issuer"),
                    json.at("product"),
                    json.at("dealer"),
                    json.at("owner"),
                    json.at("shipment"),
                    json.at("shippedAt"),
                    json.at("edition"),
                    {},
                    {}};
    holding.area.regions = json.at("regions").get<std::vector<std::string>>();
    holding.area.borders = json.at("borders").get<std::vector<std::string>>();
    holding.way = WayFromJson(json.at("way"));
    return holding;
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("a holding is malformed: ", e.what()));
  }
}

absl::StatusOr<Goods> ParseGoods(absl::string_view argument, const nlohmann::json& object) {
  Goods goods;
  Fields fields(argument, object);
  const nlohmann::json codes = fields.Any("codes");
  const std::vector<std::string> units = fields.Texts("units", kMaxNamed, Fields::kOptional);
  if (!codes.is_null() && (!codes.is_array() || codes.size() > kMaxNamed)) {
    fields.Mistake("codes", absl::StrCat("is not a list of up to ", kMaxNamed, " ranges"));
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  for (const nlohmann::json& element : codes) {
    SUYUAN_ASSIGN_OR_RETURN(const CodeRange range, ParseRange(element));
    for (const CodeRange& other : goods.codes) {
      if (!Overlap(range, other)) continue;
      return internal::ArgumentError(
          argument, absl::StrCat("field codes names indexes of batch ", range.batch, " twice"));
    }
    goods.codes.push_back(range);
  }
  std::set<std::string> seen;
  for (const std::string& text : units) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
    if (!seen.insert(unit).second) {
      return internal::ArgumentError(argument, absl::StrCat("field units names ", unit, " twice"));
    }
    goods.units.push_back(unit);
  }
  const size_t named = goods.codes.size() + goods.units.size();
  if (named >= 1 && named <= kMaxNamed) return goods;
  return internal::ArgumentError(
      argument, absl::StrCat("does not name 1 to ", kMaxNamed, " code ranges and units"));
}

nlohmann::json ToJson(const Goods& goods) {
  nlohmann::json codes = nlohmann::json::array();
  for (const CodeRange& range : goods.codes) {
    codes.push_back({{"batch", range.batch}, {"from", range.from}, {"to", range.to}});
  }
  return {{"codes", std::move(codes)}, {"units", goods.units}};
}

absl::StatusOr<std::optional<HeldRange>> HolderOfCode(ChaincodeStub& stub, const std::string& batch,
                                                      uint64_t index) {
  SUYUAN_ASSIGN_OR_RETURN(const auto range, RangeOver(stub, kCodes, batch, index));
  if (!range) return std::optional<HeldRange>();
  SUYUAN_ASSIGN_OR_RETURN(Holding holding, HoldingFromJson(range->record));
  HeldRange held{{batch, range->from, range->to}, std::move(holding)};
  return std::optional<HeldRange>(std::move(held));
}

absl::StatusOr<std::optional<Holding>> HolderOfUnit(ChaincodeStub& stub, const std::string& unit) {
  std::string at = unit;
  for (int depth = 0; !at.empty() && depth < kMaxNesting; ++depth) {
    SUYUAN_ASSIGN_OR_RETURN(auto own, FindUnitHolding(stub, at));
    if (own) return own;
    SUYUAN_ASSIGN_OR_RETURN(const auto known, FindUnit(stub, at));
    const std::string lot = !known ? "" : known->kind == Unit::Kind::kLot ? at : known->lot;
    if (!lot.empty()) {
      SUYUAN_ASSIGN_OR_RETURN(auto of_lot, FindLotHolding(stub, lot));
      if (of_lot) return of_lot;
    }
    at = known ? known->inside : "";
  }
  return std::optional<Holding>();
}

absl::StatusOr<std::vector<std::string>> WithContents(ChaincodeStub& stub, const std::string& unit,
                                                      size_t limit) {
  const auto too_many = [&] {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", limit, " units are in ", unit, ": ship its parts"));
  };
  if (limit == 0) return too_many();
  std::vector<std::string> out{unit};
  std::set<std::string> seen{unit};
  for (size_t next = 0; next < out.size(); ++next) {
    SUYUAN_ASSIGN_OR_RETURN(const auto known, FindUnit(stub, out[next]));
    if (!known && next == 0) {
      return absl::NotFoundError(absl::StrCat(unit, " does not exist: no event has made it"));
    }
    if (!known) continue;
    for (const auto& [inside, amount] : known->contents) {
      if (!seen.insert(inside).second) continue;
      if (out.size() == limit) return too_many();
      out.push_back(inside);
    }
  }
  return out;
}

absl::StatusOr<Holding> TakeCodes(ChaincodeStub& stub, const CodeRange& range,
                                  const std::string& parent, Holding next) {
  SUYUAN_ASSIGN_OR_RETURN(auto found, RangeFrom(stub, kCodes, range.batch, range.from));
  const bool shipped = found && found->from <= range.to;
  if (shipped && parent.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("indexes ", found->from, " to ", found->to,
                                                      " were shipped to dealer ",
                                                      found->record.value("dealer", "")));
  }
  std::optional<Holding> before;
  if (!parent.empty()) {
    const std::string what = absl::StrCat("indexes ", range.from, " to ", range.to);
    if (!shipped || found->from > range.from || found->to < range.to) {
      return NotInHand(what, parent);
    }
    SUYUAN_ASSIGN_OR_RETURN(before, HoldingFromJson(found->record));
    if (before->dealer != parent) return NotInHand(what, parent);
  }
  Holding holding = Follow(before, std::move(next));
  nlohmann::json record = holding;
  record["batch"] = range.batch;
  const IndexRange inner{range.from, range.to, std::move(record)};
  SUYUAN_RETURN_IF_ERROR(before ? ReplacePart(stub, kCodes, range.batch, *found, inner)
                                : PutRange(stub, kCodes, range.batch, inner));
  return holding;
}

absl::StatusOr<Holding> TakeUnit(ChaincodeStub& stub, const std::string& unit,
                                 const std::string& parent, Holding next) {
  SUYUAN_ASSIGN_OR_RETURN(const auto known, FindUnit(stub, unit));
  if (known && known->kind == Unit::Kind::kLot) {
    // Only that he was sent of it: how much of a lot is where, the events say.
    std::optional<Holding> before;
    if (!parent.empty()) {
      SUYUAN_ASSIGN_OR_RETURN(const std::string key, stub.CreateCompositeKey(kLot, {unit, parent}));
      SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, key));
      if (!record) return NotInHand(unit, parent);
      SUYUAN_ASSIGN_OR_RETURN(before, HoldingFromJson(*record));
    }
    Holding holding = Follow(before, std::move(next));
    SUYUAN_RETURN_IF_ERROR(Append(stub, kLot, {unit, holding.dealer}, holding));
    return holding;
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto before, FindUnitHolding(stub, unit));
  if (parent.empty() && before) {
    return absl::FailedPreconditionError(
        absl::StrCat(unit, " was shipped to dealer ", before->dealer));
  }
  if (!parent.empty() && (!before || before->dealer != parent)) return NotInHand(unit, parent);
  Holding holding = Follow(before, std::move(next));
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, UnitKey(unit), holding));
  return holding;
}

}  // namespace suyuan
