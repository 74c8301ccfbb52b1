#include "chaincode/contracts/trace/lineage.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxLots = 1000;
constexpr int64_t kMaxQuantity = 1'000'000'000'000'000;  // sums of 1000 fit in 64 bits

absl::Status Wrong(absl::string_view argument, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat("argument '", argument, "': ", reason));
}

absl::StatusOr<std::string> Text(absl::string_view argument, const nlohmann::json& object,
                                 const char* field) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string()) {
    return Wrong(argument, absl::StrCat("field ", field, " is missing or not a text"));
  }
  return found->get<std::string>();
}

absl::StatusOr<int64_t> Quantity(absl::string_view argument, const nlohmann::json& value) {
  if (!value.is_number_integer() || value < 0 || value > kMaxQuantity) {
    return Wrong(argument, absl::StrCat("a quantity is not an integer from 0 to ", kMaxQuantity));
  }
  return value.get<int64_t>();
}

absl::StatusOr<std::map<std::string, int64_t>> ByUnit(absl::string_view argument,
                                                      const nlohmann::json& object) {
  if (!object.is_object()) return Wrong(argument, "quantities by unit are not an object");
  std::map<std::string, int64_t> out;
  for (const auto& [unit, value] : object.items()) {
    SUYUAN_RETURN_IF_ERROR(CheckId(argument, unit));
    SUYUAN_ASSIGN_OR_RETURN(out[unit], Quantity(argument, value));
  }
  return out;
}

absl::StatusOr<LotUse> ParseInput(const nlohmann::json& json) {
  LotUse use;
  if (!json.is_object()) return Wrong("inputs", "an element is not an object");
  SUYUAN_ASSIGN_OR_RETURN(use.lot, Text("inputs", json, "lot"));
  SUYUAN_RETURN_IF_ERROR(CheckId("inputs", use.lot));
  SUYUAN_ASSIGN_OR_RETURN(use.quantity,
                          Quantity("inputs", json.value("quantity", nlohmann::json())));
  if (use.quantity == 0) return Wrong("inputs", "a quantity is 0");
  return use;
}

absl::StatusOr<LotOutput> ParseOutput(const nlohmann::json& json) {
  LotOutput out;
  if (!json.is_object()) return Wrong("outputs", "an element is not an object");
  SUYUAN_ASSIGN_OR_RETURN(out.lot.id, Text("outputs", json, "lot"));
  SUYUAN_RETURN_IF_ERROR(CheckId("outputs", out.lot.id));
  SUYUAN_ASSIGN_OR_RETURN(out.lot.unit, Text("outputs", json, "unit"));
  SUYUAN_RETURN_IF_ERROR(CheckId("outputs", out.lot.unit));
  SUYUAN_ASSIGN_OR_RETURN(out.lot.quantity,
                          Quantity("outputs", json.value("quantity", nlohmann::json())));
  if (out.lot.quantity == 0) return Wrong("outputs", "a quantity is 0");
  out.lot.remaining = out.lot.quantity;
  if (json.contains("name")) {
    SUYUAN_ASSIGN_OR_RETURN(out.lot.name, Text("outputs", json, "name"));
  }
  if (json.contains("product")) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, Text("outputs", json, "product"));
    SUYUAN_ASSIGN_OR_RETURN(out.lot.product, gs1::Gtin14(gtin), "argument 'outputs'");
  }
  if (json.contains("uses")) {
    SUYUAN_ASSIGN_OR_RETURN(out.uses, ByUnit("outputs", json["uses"]));
  } else {
    out.uses[out.lot.unit] = out.lot.quantity;
  }
  return out;
}

}  // namespace

void to_json(nlohmann::json& json, const Lot& lot) {
  json = {{"lot", lot.id},      {"product", lot.product},     {"name", lot.name},
          {"unit", lot.unit},   {"quantity", lot.quantity},   {"remaining", lot.remaining},
          {"owner", lot.owner}, {"inTransit", lot.in_transit}};
}

absl::StatusOr<Lot> LotFromJson(const nlohmann::json& json) {
  try {
    return Lot{json.at("lot"),      json.at("product"),   json.at("name"),  json.at("unit"),
               json.at("quantity"), json.at("remaining"), json.at("owner"), json.at("inTransit")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a lot: ", e.what()));
  }
}

absl::StatusOr<Transformation> ParseTransformation(const nlohmann::json& inputs,
                                                   const nlohmann::json& outputs,
                                                   const nlohmann::json& loss) {
  if (inputs.empty() || inputs.size() > kMaxLots) return Wrong("inputs", "not 1 to 1000 lots");
  if (outputs.empty() || outputs.size() > kMaxLots) return Wrong("outputs", "not 1 to 1000 lots");
  Transformation t;
  std::set<std::string> seen;
  for (const auto& json : inputs) {
    SUYUAN_ASSIGN_OR_RETURN(t.inputs.emplace_back(), ParseInput(json));
    if (!seen.insert(t.inputs.back().lot).second) {
      return Wrong("inputs", absl::StrCat("lot ", t.inputs.back().lot, " is named twice"));
    }
  }
  for (const auto& json : outputs) {
    SUYUAN_ASSIGN_OR_RETURN(t.outputs.emplace_back(), ParseOutput(json));
    if (!seen.insert(t.outputs.back().lot.id).second) {
      return Wrong("outputs", absl::StrCat("lot ", t.outputs.back().lot.id, " is named twice"));
    }
  }
  SUYUAN_ASSIGN_OR_RETURN(t.loss, ByUnit("loss", loss));
  return t;
}

absl::Status Consume(Lot* lot, int64_t quantity, const std::string& actor) {
  if (lot->owner != actor) {
    return absl::PermissionDeniedError(
        absl::StrCat("lot ", lot->id, " is held by ", lot->owner, ", not by ", actor));
  }
  if (!lot->in_transit.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("lot ", lot->id, " is under way to ", lot->in_transit));
  }
  if (quantity > lot->remaining) {
    return absl::FailedPreconditionError(absl::StrCat("lot ", lot->id, " has ", lot->remaining, " ",
                                                      lot->unit, " left, not ", quantity));
  }
  lot->remaining -= quantity;
  return absl::OkStatus();
}

absl::Status CheckBalance(const Transformation& t,
                          const std::map<std::string, std::string>& units) {
  struct Sums {
    int64_t in = 0, used = 0, lost = 0;
  };
  std::map<std::string, Sums> sums;
  for (const LotUse& input : t.inputs) sums[units.at(input.lot)].in += input.quantity;
  for (const LotOutput& output : t.outputs) {
    for (const auto& [unit, quantity] : output.uses) sums[unit].used += quantity;
  }
  for (const auto& [unit, quantity] : t.loss) sums[unit].lost += quantity;
  for (const auto& [unit, sum] : sums) {
    if (sum.in != sum.used + sum.lost) {
      return absl::InvalidArgumentError(
          absl::StrCat("quantities in ", unit, " do not balance: inputs ", sum.in, ", outputs ",
                       sum.used, ", declared loss ", sum.lost));
    }
  }
  return absl::OkStatus();
}

}  // namespace suyuan
