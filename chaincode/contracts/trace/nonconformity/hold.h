// Holds on units and what becomes of them, apart from any ledger.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/holds.h"

namespace suyuan {

// A hold as it lies on one unit. What it has come to, and so the uses it allows:
//   held        none of the four uses
//   rework      used (as input of a transformation) alone
//   return      shipped alone
//   scrap       none, for good
//   release     all
//   downgrade   all, under a new grade
struct UnitHold {
  std::string hold;      // its id
  std::string unit;      // UnitName()
  std::string state;     // as above
  std::string reason;    // of the hold
  std::string by;        // MSP id
  bool ordered = false;  // by a supervisor
  std::string grade;     // of a downgrade
};

void to_json(nlohmann::json& json, const UnitHold& hold);
//   kInternal  not a hold
absl::StatusOr<UnitHold> UnitHoldFromJson(const nlohmann::json& json);

struct Disposition {
  std::string state;
  std::string reason;
  std::string evidence;  // SHA-256 in hex; "" none
  std::string grade;     // of a downgrade
  std::string event_time;
};
// {"disposition","reason","evidence"?,"grade"?,"eventTime"?}.
//   kInvalidArgument  names the field
absl::StatusOr<Disposition> ParseDisposition(absl::string_view argument,
                                             const nlohmann::json& object);

// The hold as it is afterwards. A supervisor's order is a supervisor's to end; another hold
// the organisation's that placed it, by a client with role quality, or a supervisor's.
//   kPermissionDenied    not the caller's to decide
//   kFailedPrecondition  released, downgraded or scrapped already
absl::StatusOr<UnitHold> Dispose(UnitHold hold, const Disposition& disposition,
                                 const Caller& caller, bool supervisor);

// Ok unless the hold forbids `use`.
absl::Status CheckUse(const UnitHold& hold, Use use);

}  // namespace suyuan
