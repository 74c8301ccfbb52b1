// Recall cases, apart from any ledger.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/nonconformity/unit_graph.h"

namespace suyuan {

// What a recall begins with; what it affects is the forward closure.
struct RecallScope {
  // Lots, material lots or single things, as named.
  std::vector<std::string> units;
  // Or batches of a product by the day they were made, and by public values of their data,
  // e.g. {"line":"3"}.
  std::string product;   // GTIN-14
  std::string from, to;  // days
  std::map<std::string, std::string> where;
};
// {"units":[...]} or {"product","from","to","where"?}.
//   kInvalidArgument  names the field
absl::StatusOr<RecallScope> ParseScope(absl::string_view argument, const nlohmann::json& object);

// open -> notified -> in progress -> closed. "notify" may be repeated, as contacts turn up, and
// nothing happens to a closed case.
//   kFailedPrecondition  "recall ID is STATE: cannot ACTION it"
absl::StatusOr<std::string> NextState(const std::string& recall, const std::string& state,
                                      const std::string& action);  // notify, start, close

// Contact and unit, each contact's own: one notice a contact, with all its items, sorted.
std::map<std::string, std::vector<std::string>> GroupNotices(
    const std::vector<std::pair<std::string, std::string>>& contacts);

// How large it is. Percentages are whole, rounded down.
struct Impact {
  size_t units = 0;
  size_t lots = 0, items = 0;
  std::set<std::string> products, holders;
  size_t consumers = 0;   // contacts
  size_t sold_units = 0;  // sold, or registered by a contact
};
Impact Measure(const std::map<std::string, UnitFacts>& units,
               const std::vector<std::pair<std::string, std::string>>& contacts);
nlohmann::json ToJson(const Impact& impact);

struct Progress {
  size_t units = 0, accounted = 0;
  size_t notices = 0, sent = 0, delivered = 0, acknowledged = 0, failed = 0;
};
nlohmann::json ToJson(const Progress& progress);  // with percentages
// Of a notice: sent, delivered, acknowledged, failed; the furthest counts, failed if nothing
// else is known.
std::string FurthestStatus(const std::vector<std::string>& statuses);

}  // namespace suyuan
