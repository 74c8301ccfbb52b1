#include "chaincode/contracts/trace/nonconformity/inspection.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/shim/conversion.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<Inspection> ParseInspection(absl::string_view argument,
                                           const nlohmann::json& object) {
  Fields fields(argument, object);
  Inspection out;
  out.result = fields.OneOf("result", {"passed", "failed"});
  out.method = fields.Text("method", Fields::kOptional, 256);
  out.laboratory = fields.Text("laboratory", Fields::kOptional, 256);
  out.report = fields.Text("report", Fields::kOptional, 128);
  out.evidence = fields.Hash("evidence", Fields::kOptional);
  out.event_time = fields.Time("eventTime", Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return out;
}

nlohmann::json ToJson(const Inspection& i) {
  return {{"result", i.result},
          {"method", i.method},
          {"laboratory", i.laboratory},
          {"report", i.report},
          {"evidence", i.evidence}};
}

absl::Status CheckGate(const InspectionFacts& facts, Use use) {
  if (facts.result == "failed") {
    return absl::FailedPreconditionError(
        absl::StrCat(facts.unit, " failed its last inspection: cannot ", UseName(use), " it"));
  }
  if (facts.result == "passed" || !facts.gated_uses.count(std::string(UseName(use)))) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(facts.unit, " has not passed inspection, which product ", facts.gtin,
                   " asks for: cannot ", UseName(use), " it"));
}

absl::StatusOr<Use> ParseUse(absl::string_view argument, absl::string_view name) {
  for (const Use use : {Use::kShip, Use::kUse, Use::kPack, Use::kSell}) {
    if (name == UseName(use)) return use;
  }
  return internal::ArgumentError(argument, "is not ship, use, pack or sell");
}

absl::StatusOr<std::set<std::string>> ParseUses(absl::string_view argument,
                                                const nlohmann::json& array) {
  std::set<std::string> uses;
  for (const nlohmann::json& element : array) {
    if (!element.is_string()) return internal::ArgumentError(argument, "holds what is no text");
    SUYUAN_RETURN_IF_ERROR(ParseUse(argument, element.get<std::string>()).status());
    uses.insert(element);
  }
  return uses;
}

}  // namespace suyuan
