// EPCIS 2.0 events: captured, asked for, traced (contract Events). Threads, copies and errors as
// registration.h says. Identifiers (EPC) in any form: URN, Digital Link, element string of a key.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sdk/trace/calls.h"

namespace suyuan::sdk::trace {

enum class OnError {
  kRollback,  // all events of the document or none
  kProceed,   // all that may be
};

struct CaptureOptions {
  OnError on_error = OnError::kRollback;
  bool strict = false;  // units that no event on this ledger has made are refused
  // The ledger keeps the events alone, not the document that they came in.
  bool keep_document_off_ledger = false;
};

struct CapturedEvent {
  std::string path;    // in the document
  std::string hash;    // CBV 2.0 event hash; "" refused before it had one
  std::string result;  // stored, duplicate, declared, refused, rolledBack
  std::string reason;  // of a refusal: "path of the field: rule"
};

struct Capture {
  bool success = false;  // nothing was refused
  std::vector<CapturedEvent> events;
  uint64_t stored = 0, declared = 0, duplicate = 0, refused = 0;
};

struct TraceNode {
  std::string id;   // canonical
  std::string epc;  // as its first event wrote it
};
// `from` went into `to`, whichever way the trace goes.
struct TraceEdge {
  std::string from, to;
  std::string event;   // hash
  std::string reason;  // transformation, aggregation, association, lot
};
struct TraceEvent {
  std::string hash;
  std::string time;            // RFC 3339, when it happened
  std::string transaction_id;  // that recorded it
};
// The same on every peer.
struct Trace {
  std::string root;
  std::vector<TraceNode> nodes;  // in the order they were reached, the root first
  std::vector<TraceEdge> edges;
  std::vector<TraceEvent> events;  // by time, then hash
};

// Who holds a unit, by the outermost thing that it is in.
struct Custody {
  std::string unit;
  std::string holder;               // MSP id; "" sold, or a lot, of which several may have some
  bool sent = false;                // under way
  std::string to;                   // MSP id; "" whoever receives it
  std::vector<std::string> within;  // what it is in, from the innermost outwards
  std::string stolen;    // hash of the event that says so; "" it is not, as far as is known here
  std::string reporter;  // MSP id of who reported it stolen
};

// All optional; those given must all be met.
struct EventFilters {
  std::string epc, biz_step, disposition, read_point, biz_location, author, type, lot_number;
  std::string from, before;  // RFC 3339, of the event's time
  uint32_t limit = 100;      // of a page: 1 to 1000
};

struct FoundEvent {
  std::string hash;
  std::string transaction_id;
  std::string record_time;  // RFC 3339, as the transaction claims
  std::string author;       // MSP id
  std::string event_json;   // one JSON-LD object
  bool wrong = false;       // was declared so later
};
struct EventPage {
  std::vector<FoundEvent> events;  // by time
  std::string bookmark;            // of the next page; "" that was all
};

class Events {
 public:
  explicit Events(CallsPtr calls) : calls_(std::move(calls)) {}

  // `document`: EPCIS 2.0 JSON-LD or XML, at most 2 MiB and 1000 events. Refused events are an
  // answer, not an error; a document that cannot be read is one.
  absl::StatusOr<RecordedResult<Capture>> CaptureDocument(const std::string& document,
                                                          const CaptureOptions& options = {}) const;

  // Contents, inputs, lots and so on down to the first sources.
  absl::StatusOr<Trace> Backward(const std::string& epc) const;
  // Outputs, items and so on to the last.
  absl::StatusOr<Trace> Forward(const std::string& epc) const;
  // The unit alone, with what it travelled in.
  absl::StatusOr<Trace> Path(const std::string& epc) const;
  // Whatever is connected, whichever way.
  absl::StatusOr<Trace> All(const std::string& epc) const;

  absl::StatusOr<Custody> GetCustody(const std::string& epc) const;
  // `bookmark` of the page before, or "".
  absl::StatusOr<EventPage> Find(const EventFilters& filters,
                                 const std::string& bookmark = "") const;

  // A party's identifier (GLN) is one's own organisation: what is shipped to it can be received by
  // that organisation alone.
  absl::StatusOr<Recorded> ClaimParty(const std::string& party) const;

 private:
  absl::StatusOr<Trace> Walk(const char* direction, const std::string& epc) const;

  CallsPtr calls_;
};

}  // namespace suyuan::sdk::trace
