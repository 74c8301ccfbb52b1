// Inspections and the gate they open, apart from any ledger.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/holds.h"

namespace suyuan {

struct Inspection {
  std::string result;      // "passed" or "failed"
  std::string method;      // standard or plan it follows
  std::string laboratory;  // who tested; "" the caller's organisation
  std::string report;      // number of the report
  std::string evidence;    // SHA-256 of it, hex
  std::string event_time;
};
// {"result","method"?,"laboratory"?,"report"?,"evidence"?,"eventTime"?}.
absl::StatusOr<Inspection> ParseInspection(absl::string_view argument,
                                           const nlohmann::json& object);
nlohmann::json ToJson(const Inspection& inspection);

struct InspectionFacts {
  std::string unit;
  std::string gtin;                  // of its product; "" unknown
  std::string result;                // of the last inspection; "" none
  std::set<std::string> gated_uses;  // UseName()s that need "passed"
};
//   kFailedPrecondition  the last inspection failed, or the gate asks for one
absl::Status CheckGate(const InspectionFacts& facts, Use use);

// A list of UseName()s.
absl::StatusOr<std::set<std::string>> ParseUses(absl::string_view argument,
                                                const nlohmann::json& array);
//   kInvalidArgument
absl::StatusOr<Use> ParseUse(absl::string_view argument, absl::string_view name);

}  // namespace suyuan
