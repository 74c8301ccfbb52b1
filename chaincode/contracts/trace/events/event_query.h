// Events by what they say.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct EventQuery {
  std::string epc;                            // a unit, in any form
  std::vector<IndexEntry> entries;            // all of these
  std::optional<int64_t> from_ms, before_ms;  // of the event's time
  size_t limit = 100;
};

// {"epc","bizStep","disposition","readPoint","bizLocation","author","type","lotNumber": texts;
//  "from","before": times; "limit": 1 to 1000}, all optional. Terms of CBV in any form.
//   kInvalidArgument  "filters: FIELD: rule"; unknown fields are refused
absl::StatusOr<EventQuery> ParseEventQuery(const nlohmann::json& filters);

struct EventPage {
  struct Found {
    std::string record;  // its text
    bool wrong = false;  // was declared so
  };
  std::vector<Found> events;  // by time, then hash
  std::string bookmark;       // where to go on; empty: that was all
};
// Looks at no more than 5000 index entries, so that a page may hold less than asked for, with a
// bookmark. For evaluation, not for transactions that write.
absl::StatusOr<EventPage> FindEvents(ChaincodeStub& stub, const EventQuery& query,
                                     const std::string& bookmark);

}  // namespace suyuan
