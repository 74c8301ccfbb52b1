// Who did what to a unit and its ancestors, apart from any ledger.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace suyuan {

// One thing that somebody did. The signatures are those of transaction `tx_id`.
struct Act {
  std::string time;  // RFC 3339, UTC
  std::string unit;
  std::string step;    // "inspected", "held", or an event's business step
  std::string party;   // MSP id
  std::string person;  // Caller::person, where the record has it
  std::string tx_id;
  std::string detail;  // e.g. "failed: GB 4789.4"
};

// A record with authorship (caller.h).
Act ActOfRecord(const std::string& unit, const std::string& step, const nlohmann::json& record,
                const std::string& detail);

// {"unit","from","to","acts":[by time],"parties":[{"mspId","acts","steps":[...]}]}: acts within
// the window, "" open.
nlohmann::json Report(const std::string& unit, const std::string& from, const std::string& to,
                      std::vector<Act> acts);

}  // namespace suyuan
