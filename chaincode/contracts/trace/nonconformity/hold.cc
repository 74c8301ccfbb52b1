#include "chaincode/contracts/trace/nonconformity/hold.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

const std::vector<std::string>& Dispositions() {
  static const auto& kAll =
      *new std::vector<std::string>{"release", "rework", "downgrade", "return", "scrap"};
  return kAll;
}

bool IsFinal(absl::string_view state) {
  return state == "release" || state == "downgrade" || state == "scrap";
}

bool Allows(absl::string_view state, Use use) {
  if (state == "release" || state == "downgrade") return true;
  if (state == "rework") return use == Use::kUse;
  if (state == "return") return use == Use::kShip;
  return false;
}

}  // namespace

void to_json(nlohmann::json& json, const UnitHold& h) {
  json = {{"hold", h.hold},     {"unit", h.unit}, {"state", h.state},
          {"reason", h.reason}, {"by", h.by},     {"ordered", h.ordered}};
  if (!h.grade.empty()) json["grade"] = h.grade;
}

absl::StatusOr<UnitHold> UnitHoldFromJson(const nlohmann::json& json) {
  try {
    return UnitHold{json.at("hold"), json.at("unit"),    json.at("state"),       json.at("reason"),
                    json.at("by"),   json.at("ordered"), json.value("grade", "")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a hold: ", e.what()));
  }
}

absl::StatusOr<Disposition> ParseDisposition(absl::string_view argument,
                                             const nlohmann::json& object) {
  Fields fields(argument, object);
  Disposition out;
  out.state = fields.OneOf("disposition", Dispositions());
  out.reason = fields.Text("reason");
  out.evidence = fields.Hash("evidence", Fields::kOptional);
  out.grade =
      fields.Text("grade", out.state == "downgrade" ? Fields::kRequired : Fields::kOptional, 64);
  if (!out.grade.empty() && out.state != "downgrade") {
    fields.Mistake("grade", "belongs to a downgrade alone");
  }
  out.event_time = fields.Time("eventTime", Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return out;
}

absl::StatusOr<UnitHold> Dispose(UnitHold hold, const Disposition& disposition,
                                 const Caller& caller, bool supervisor) {
  if (!supervisor) {
    if (hold.ordered) {
      return absl::PermissionDeniedError(
          absl::StrCat("hold ", hold.hold, " was ordered by a supervisor, who alone may end it"));
    }
    if (caller.msp_id != hold.by) {
      return absl::PermissionDeniedError(
          absl::StrCat("hold ", hold.hold, " was placed by ", hold.by, ", not by ", caller.msp_id));
    }
    SUYUAN_RETURN_IF_ERROR(NeedRole(caller, kQuality, "decide what becomes of a held unit"));
  }
  if (IsFinal(hold.state)) {
    return absl::FailedPreconditionError(
        absl::StrCat("hold ", hold.hold, " of ", hold.unit, " has ended: ", hold.state));
  }
  hold.state = disposition.state;
  hold.grade = disposition.grade;
  return hold;
}

absl::Status CheckUse(const UnitHold& hold, Use use) {
  if (Allows(hold.state, use)) return absl::OkStatus();
  constexpr std::array<std::pair<const char*, const char*>, 4> kStates = {
      {{"held", "held"},
       {"rework", "to be reworked"},
       {"return", "to be returned"},
       {"scrap", "to be scrapped"}}};
  for (const auto& [state, words] : kStates) {
    if (hold.state != state) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(hold.unit, " is ", words, ": ", hold.reason, " (hold ", hold.hold, ")"));
  }
  return absl::InternalError(absl::StrCat("hold ", hold.hold, " has no state ", hold.state));
}

}  // namespace suyuan
