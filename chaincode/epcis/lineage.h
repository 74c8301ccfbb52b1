// Where a unit came from and where it went, by the events that are known: a graph over units,
// lots, logistic units and assets, and walks through it.
//
// Pure: the same events give the same answer in the same order, whatever order they came in and
// wherever they are kept. An event and a copy of it count once. An event that was declared wrong,
// and its declaration, don't count; corrective events are events like any other.
//
// What leads from unit to unit:
//   transformation      inputs to outputs; events with one transformationID are one transformation
//   aggregation         child to parent, for as long as it was in there; so too association
//   lot                 a lot to its items, by the lot number in an item's master data
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/epcis/event.h"
#include "chaincode/epcis/event_facts.h"

namespace suyuan::epcis {

enum class Direction {
  kBackward,  // inputs, lots, contents, and so on to the first sources
  kForward,   // outputs, items, contents, and so on to the last
  kPath,      // the unit alone, with what it travelled in
  kAll,       // whatever is connected, whichever way
};

struct TraceNode {
  std::string id;   // UnitId()
  std::string epc;  // as the first event that names it wrote it
};

// A fact, not a step: `from` went into `to`, whichever way the trace goes.
struct TraceEdge {
  std::string from;
  std::string to;
  std::string event;   // hash of the event that says so
  std::string reason;  // "transformation", "aggregation", "association", "lot"
};

// `to` was made of `from`, or is an item of that lot; not: was put into or fitted to it.
bool IsMaking(const TraceEdge& edge);

struct TraceEvent {
  std::string hash;
  int64_t time_ms = 0;
};

struct Trace {
  std::string root;
  std::vector<TraceNode> nodes;    // in the order they were reached, the root first
  std::vector<TraceEdge> edges;    // likewise
  std::vector<TraceEvent> events;  // by time, then hash
};

// The same by number, for programs that count in hundreds of thousands.
enum class TraceReason : uint8_t { kTransformation, kAggregation, kAssociation, kLot };
// As in TraceEdge.
const char* TraceReasonText(TraceReason reason);

struct TraceGraph {
  struct Edge {
    uint32_t from = 0, to = 0;  // in `nodes`
    uint32_t event = 0;         // in `events`
    TraceReason reason = TraceReason::kTransformation;
  };
  std::vector<TraceNode> nodes;  // the root first
  std::vector<Edge> edges;
  std::vector<TraceEvent> events;
};
Trace TraceOf(TraceGraph graph);

struct LineageLimits {
  size_t max_nodes = 1'000'000;
  size_t max_edges = 2'000'000;
  size_t max_steps = 50'000'000;  // entries of lists looked at
};

// Where events are kept.
class FactsSource {
 public:
  virtual ~FactsSource() = default;
  // The events whose NamesOf() hold `name`, by time, then hash; each once, without those declared
  // wrong. The same answer whenever it is asked during one walk.
  virtual absl::StatusOr<std::vector<std::shared_ptr<const EventFacts>>> EventsOf(
      const std::string& name) = 0;
  // EventsOf() is going to be called with most of these, one by one, and not with all: a source
  // may fetch them together. No name comes twice in one walk.
  virtual absl::Status Expect(absl::Span<const absl::string_view> names) {
    return absl::OkStatus();
  }
};

// `epc` in any form. Asks `source` for the units that it comes by alone, each once. What rides
// with others in a container is no relative: from a container that the unit travelled in, the
// trace goes no further than to what held it, within the time that the unit was inside, and to
// what was made of it then.
//   kNotFound           no event knows it
//   kResourceExhausted  beyond `limits`
//   any error of `source`
absl::StatusOr<TraceGraph> WalkGraph(FactsSource& source, absl::string_view epc,
                                     Direction direction, const LineageLimits& limits = {});
absl::StatusOr<Trace> WalkLineage(FactsSource& source, absl::string_view epc, Direction direction,
                                  const LineageLimits& limits = {});

// Events in memory. Immutable once built; safe for readers of any number.
class Lineage {
 public:
  struct Entry {
    Event event;
    std::string hash;
    int64_t time_ms = 0;
  };

  // `hashes[i]` is the hash of `events[i]` (HashEvent). Events as ReadDocument() gives them.
  Lineage(std::vector<Event> events, std::vector<std::string> hashes);

  // Events that count, by time, then hash.
  const std::vector<Entry>& events() const { return entries_; }
  // nullptr: no event that counts.
  const Entry* Find(const std::string& hash) const;

  // As WalkLineage().
  absl::StatusOr<Trace> Walk(absl::string_view epc, Direction direction,
                             const LineageLimits& limits = {}) const;

 private:
  std::vector<Entry> entries_;
  std::vector<std::shared_ptr<const EventFacts>> facts_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_name_;  // looked up, never walked
  std::unordered_map<std::string, uint32_t> by_hash_;
};

}  // namespace suyuan::epcis
