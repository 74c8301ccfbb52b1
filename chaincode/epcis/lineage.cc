#include "chaincode/epcis/lineage.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

using NodeId = uint32_t;
using EventId = uint32_t;

constexpr int64_t kEver = std::numeric_limits<int64_t>::min();
constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
constexpr EventId kNoEvent = std::numeric_limits<EventId>::max();

struct Window {
  int64_t begin = kEver;
  int64_t end = kForever;

  bool Overlaps(const Window& other) const { return begin <= other.end && other.begin <= end; }
  Window And(const Window& other) const {
    return {std::max(begin, other.begin), std::min(end, other.end)};
  }
  bool Holds(int64_t time) const { return begin <= time && time <= end; }
};

// A child's time in a parent.
struct Stay {
  NodeId child = 0, parent = 0;
  Window window;
  EventId added = 0, removed = kNoEvent;
  bool association = false;
};

// Inputs and outputs that belong together: one event, or all of one transformationID.
struct Transformation {
  std::vector<std::pair<NodeId, EventId>> inputs, outputs;
};

struct LotLink {
  NodeId lot = 0, item = 0;
  EventId event = 0;
};

// What is known of one unit: places in the graph's lists.
struct Unit {
  std::string id, epc;
  std::vector<EventId> mentions;           // as an object of the event
  std::vector<uint32_t> made_by, used_by;  // transformations
  std::vector<uint32_t> inside, contents;  // stays as child, as parent
  std::vector<uint32_t> lots, items;       // lot links as item, as lot
};

const Element* LotNumber(const Event& event) {
  for (const Element& element : event.ilmd) {
    if (element.space == kMasterDataNamespace && element.name == "lotNumber") return &element;
  }
  return nullptr;
}

}  // namespace

struct Lineage::Graph {
  std::unordered_map<std::string, NodeId> ids;  // looked up, never walked
  std::vector<Unit> units;
  std::vector<Transformation> transformations;
  std::vector<Stay> stays;
  std::vector<LotLink> lot_links;
};

namespace {

// Lists of an event are sets: sorted, so that the graph does not depend on how it was written.
class GraphBuilder {
 public:
  explicit GraphBuilder(const std::vector<Lineage::Entry>& entries) : entries_(entries) {}

  template <typename G>
  void Build(G* graph) {
    for (EventId i = 0; i < entries_.size(); ++i) AddEvent(i);
    for (uint32_t i = 0; i < stays_.size(); ++i) {
      units_[stays_[i].child].inside.push_back(i);
      units_[stays_[i].parent].contents.push_back(i);
    }
    graph->ids = std::move(ids_);
    graph->units = std::move(units_);
    graph->transformations = std::move(transformations_);
    graph->stays = std::move(stays_);
    graph->lot_links = std::move(lot_links_);
  }

 private:
  struct Open {
    uint32_t stay = 0;
    std::string quantity;
  };
  // Parent and relation, to what is in it now.
  using OpenStays = std::map<NodeId, Open>;

  NodeId Intern(const std::string& epc) {
    const auto known = raw_.find(epc);
    if (known != raw_.end()) return known->second;
    const std::string id = UnitId(epc);
    const auto [place, fresh] = ids_.emplace(id, static_cast<NodeId>(units_.size()));
    if (fresh) {
      units_.emplace_back();
      units_.back().id = id;
      units_.back().epc = epc;
    }
    raw_.emplace(epc, place->second);
    return place->second;
  }

  // Units of an event's lists by id, with the quantity where one is stated.
  std::vector<std::pair<NodeId, std::string>> Intern(const std::vector<std::string>& epcs,
                                                     const std::vector<Quantity>& quantities) {
    std::map<std::pair<std::string, std::string>, std::string> sorted;  // id and epc, quantity
    for (const std::string& epc : epcs) sorted.emplace(std::make_pair(UnitId(epc), epc), "");
    for (const Quantity& one : quantities) {
      const auto decimal = CanonicalDecimal(one.quantity);
      sorted.emplace(std::make_pair(UnitId(one.epc_class), one.epc_class),
                     decimal.ok() ? *decimal : "");
    }
    std::vector<std::pair<NodeId, std::string>> out;
    for (const auto& [names, quantity] : sorted) {
      const NodeId id = Intern(names.second);
      if (out.empty() || out.back().first != id) out.emplace_back(id, quantity);
    }
    return out;
  }

  void Mention(NodeId node, EventId event) { units_[node].mentions.push_back(event); }

  void AddEvent(EventId i) {
    const Event& event = entries_[i].event;
    switch (event.type) {
      case EventType::kObject:
      case EventType::kTransaction:
        return AddObjects(i, event);
      case EventType::kTransformation:
        return AddTransformation(i, event);
      case EventType::kAggregation:
      case EventType::kAssociation:
        return AddPacking(i, event);
    }
  }

  void AddObjects(EventId i, const Event& event) {
    for (const auto& [node, quantity] : Intern(event.epcs, event.quantities)) Mention(node, i);
    if (!event.parent_id.empty()) Mention(Intern(event.parent_id), i);
    AddLotLinks(i, event, event.epcs);
  }

  void AddLotLinks(EventId i, const Event& event, const std::vector<std::string>& items) {
    const Element* number = LotNumber(event);
    if (number == nullptr) return;
    for (const auto& [item, quantity] : Intern(items, {})) {
      const std::string lot = LotOf(units_[item].id, number->text);
      if (lot.empty()) continue;
      const auto link = static_cast<uint32_t>(lot_links_.size());
      lot_links_.push_back({Intern(lot), item, i});
      units_[lot_links_.back().lot].items.push_back(link);
      units_[item].lots.push_back(link);
    }
  }

  void AddTransformation(EventId i, const Event& event) {
    uint32_t at = static_cast<uint32_t>(transformations_.size());
    if (!event.transformation_id.empty()) {
      at = by_transformation_id_.emplace(UnitId(event.transformation_id), at).first->second;
    }
    if (at == transformations_.size()) transformations_.emplace_back();
    for (const auto& [node, quantity] : Intern(event.input_epcs, event.input_quantities)) {
      transformations_[at].inputs.emplace_back(node, i);
      if (units_[node].used_by.empty() || units_[node].used_by.back() != at) {
        units_[node].used_by.push_back(at);
      }
    }
    for (const auto& [node, quantity] : Intern(event.output_epcs, event.output_quantities)) {
      transformations_[at].outputs.emplace_back(node, i);
      if (units_[node].made_by.empty() || units_[node].made_by.back() != at) {
        units_[node].made_by.push_back(at);
      }
    }
    AddLotLinks(i, event, event.output_epcs);
  }

  void AddPacking(EventId i, const Event& event) {
    const auto children = Intern(event.child_epcs, event.child_quantities);
    if (event.parent_id.empty()) {
      for (const auto& [child, quantity] : children) Mention(child, i);
      return;
    }
    const NodeId parent = Intern(event.parent_id);
    const bool association = event.type == EventType::kAssociation;
    OpenStays& open = open_[{parent, association}];
    bool known = false;
    if (event.action != "DELETE") {
      for (const auto& [child, quantity] : children) {
        Put(i, parent, child, association, quantity, &open);
        known = true;
      }
    } else if (children.empty()) {  // all there is
      known = !open.empty();
      for (const auto& [child, stay] : open) Close(stay.stay, i);
      open.clear();
    } else {
      for (const auto& [child, quantity] : children) {
        known |= Take(i, child, quantity, &open);
      }
    }
    if (known) return;
    // Says nothing of who is where, but is still an event of these.
    Mention(parent, i);
    for (const auto& [child, quantity] : children) Mention(child, i);
  }

  void Put(EventId i, NodeId parent, NodeId child, bool association, const std::string& quantity,
           OpenStays* open) {
    const auto [place, fresh] =
        open->emplace(child, Open{static_cast<uint32_t>(stays_.size()), quantity});
    if (!fresh) {
      // Seen again, or more of a lot.
      place->second.quantity = quantity;
      Mention(child, i);
      return;
    }
    Stay stay{child, parent, {entries_[i].time_ms, kForever}, i, kNoEvent, association};
    stays_.push_back(stay);
  }

  // Part of a lot that is taken out leaves the rest inside.
  bool Take(EventId i, NodeId child, const std::string& quantity, OpenStays* open) {
    const auto place = open->find(child);
    if (place == open->end()) return false;
    if (quantity.empty() || quantity == place->second.quantity) {
      Close(place->second.stay, i);
      open->erase(place);
    } else {
      Mention(child, i);
    }
    return true;
  }

  void Close(uint32_t stay, EventId i) {
    stays_[stay].window.end = entries_[i].time_ms;
    stays_[stay].removed = i;
  }

  const std::vector<Lineage::Entry>& entries_;
  std::unordered_map<std::string, NodeId> ids_, raw_;
  std::vector<Unit> units_;
  std::vector<Transformation> transformations_;
  std::map<std::string, uint32_t> by_transformation_id_;
  std::vector<Stay> stays_;
  std::vector<LotLink> lot_links_;
  std::map<std::pair<NodeId, bool>, OpenStays> open_;
};

// A breadth-first walk. A unit is visited as itself, with all its relatives, or as the carrier
// of one for some time.
template <typename G>
class Walker {
 public:
  Walker(const G& graph, const std::vector<Lineage::Entry>& entries, Direction direction,
         const LineageLimits& limits)
      : graph_(graph), entries_(entries), direction_(direction), limits_(limits) {}

  absl::StatusOr<Trace> Walk(NodeId root) {
    Visit(root, false, {});
    while (!queue_.empty()) {
      const State state = queue_.front();
      queue_.pop_front();
      if (state.carrier) {
        FollowCarrier(state);
      } else {
        FollowUnit(state);
      }
      if (trace_.nodes.size() > limits_.max_nodes || visited_.size() > 2 * limits_.max_nodes) {
        return absl::ResourceExhaustedError(
            absl::StrCat("trace of more than ", limits_.max_nodes, " units"));
      }
      if (steps_ > limits_.max_steps) {
        return absl::ResourceExhaustedError(
            absl::StrCat("trace of more than ", limits_.max_steps, " steps"));
      }
      if (trace_.edges.size() > limits_.max_edges) {
        return absl::ResourceExhaustedError(
            absl::StrCat("trace of more than ", limits_.max_edges, " edges"));
      }
    }
    trace_.root = graph_.units[root].id;
    trace_.events.assign(events_.begin(), events_.end());
    return std::move(trace_);
  }

 private:
  struct State {
    NodeId node = 0;
    bool carrier = false;
    Window window;
  };

  bool Backward() const { return direction_ == Direction::kBackward || All(); }
  bool Forward() const { return direction_ == Direction::kForward || All(); }
  bool All() const { return direction_ == Direction::kAll; }
  bool Path() const { return direction_ == Direction::kPath; }

  void Visit(NodeId node, bool carrier, Window window) {
    // Only what holds something differs by the time of the visit.
    if (!carrier && graph_.units[node].contents.empty()) window = {};
    // As itself and for ever: nothing is left to add.
    if (visited_.count({node, false, kEver, kForever}) > 0) return;
    if (!visited_.emplace(node, carrier, window.begin, window.end).second) return;
    if (nodes_.insert(node).second) {
      trace_.nodes.push_back({graph_.units[node].id, graph_.units[node].epc});
    }
    queue_.push_back({node, carrier, window});
  }

  void Edge(NodeId from, NodeId to, EventId event, const char* reason) {
    events_.insert(event);
    if (!edges_.emplace(from, to, event, reason[0]).second) return;
    trace_.edges.push_back(
        {graph_.units[from].id, graph_.units[to].id, entries_[event].hash, reason});
  }

  void StayEdge(const Stay& stay) {
    Edge(stay.child, stay.parent, stay.added, stay.association ? "association" : "aggregation");
    if (stay.removed != kNoEvent) events_.insert(stay.removed);
  }

  void FollowUnit(const State& state) {
    const Unit& unit = graph_.units[state.node];
    events_.insert(unit.mentions.begin(), unit.mentions.end());
    steps_ += unit.mentions.size() + unit.contents.size() + unit.inside.size();
    if (Backward()) {
      for (const uint32_t at : unit.made_by) FollowInputs(state.node, at);
      for (const uint32_t at : unit.lots) FollowLot(graph_.lot_links[at], true);
    }
    if (Forward()) {
      for (const uint32_t at : unit.used_by) FollowOutputs(state.node, at, {});
      for (const uint32_t at : unit.items) FollowLot(graph_.lot_links[at], false);
    }
    for (const uint32_t at : unit.contents) FollowContent(graph_.stays[at], state.window);
    for (const uint32_t at : unit.inside) FollowUp(graph_.stays[at], {});
  }

  // A carrier's own events, what carried it, and what was made of it, while the unit was inside.
  void FollowCarrier(const State& state) {
    const Unit& unit = graph_.units[state.node];
    steps_ += unit.mentions.size() + unit.used_by.size() + unit.inside.size();
    for (const EventId event : unit.mentions) {
      if (state.window.Holds(entries_[event].time_ms)) events_.insert(event);
    }
    if (Forward()) {
      for (const uint32_t at : unit.used_by) FollowOutputs(state.node, at, state.window);
    }
    for (const uint32_t at : unit.inside) FollowUp(graph_.stays[at], state.window);
  }

  void FollowInputs(NodeId output, uint32_t at) {
    const Transformation& transformation = graph_.transformations[at];
    steps_ += transformation.inputs.size() + transformation.outputs.size();
    const EventId made = EventOf(transformation.outputs, output);
    for (const auto& [node, event] : transformation.inputs) {
      Edge(node, output, made, "transformation");
      events_.insert(event);
      const int64_t time = entries_[event].time_ms;
      Visit(node, false, {time, time});
    }
    // A transformation whose inputs are not known yet.
    for (const auto& [node, event] : transformation.outputs) {
      if (node == output) events_.insert(event);
    }
  }

  void FollowOutputs(NodeId input, uint32_t at, const Window& window) {
    const Transformation& transformation = graph_.transformations[at];
    steps_ += transformation.inputs.size() + transformation.outputs.size();
    bool within = false;
    for (const auto& [node, event] : transformation.inputs) {
      if (node != input || !window.Holds(entries_[event].time_ms)) continue;
      within = true;
      events_.insert(event);
    }
    if (!within) return;
    for (const auto& [node, event] : transformation.outputs) {
      Edge(input, node, event, "transformation");
      Visit(node, false, {});
    }
  }

  // The event that made `node`, the first of several.
  static EventId EventOf(const std::vector<std::pair<NodeId, EventId>>& outputs, NodeId node) {
    for (const auto& [output, event] : outputs) {
      if (output == node) return event;
    }
    return kNoEvent;  // not reached: made_by names transformations with this output
  }

  void FollowLot(const LotLink& link, bool to_lot) {
    Edge(link.lot, link.item, link.event, "lot");
    Visit(to_lot ? link.lot : link.item, false, {});
  }

  void FollowContent(const Stay& stay, const Window& window) {
    if (Path() || !stay.window.Overlaps(window)) return;
    StayEdge(stay);
    Visit(stay.child, false, stay.window.And(window));
  }

  void FollowUp(const Stay& stay, const Window& window) {
    if (!stay.window.Overlaps(window)) return;
    StayEdge(stay);
    Visit(stay.parent, !All(), All() ? Window() : stay.window.And(window));
  }

  const G& graph_;
  const std::vector<Lineage::Entry>& entries_;
  const Direction direction_;
  const LineageLimits limits_;
  Trace trace_;
  std::deque<State> queue_;
  size_t steps_ = 0;
  std::set<std::tuple<NodeId, bool, int64_t, int64_t>> visited_;
  std::set<NodeId> nodes_;
  std::set<std::tuple<NodeId, NodeId, EventId, char>> edges_;
  std::set<EventId> events_;
};

}  // namespace

Lineage::Lineage(std::vector<Event> events, std::vector<std::string> hashes) {
  std::set<std::string> declared_wrong, seen;
  for (size_t i = 0; i < events.size(); ++i) {
    if (!events[i].error.declaration_time.empty()) declared_wrong.insert(hashes[i]);
  }
  for (size_t i = 0; i < events.size(); ++i) {
    if (declared_wrong.count(hashes[i]) > 0 || !seen.insert(hashes[i]).second) continue;
    const auto time = ParseTime(events[i].event_time);
    entries_.push_back({std::move(events[i]), std::move(hashes[i]), time.ok() ? *time : 0});
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.time_ms, a.hash) < std::tie(b.time_ms, b.hash);
  });
  auto graph = std::make_unique<Graph>();
  GraphBuilder(entries_).Build(graph.get());
  graph_ = std::move(graph);
}

Lineage::~Lineage() = default;

absl::StatusOr<Trace> Lineage::Walk(absl::string_view epc, Direction direction,
                                    const LineageLimits& limits) const {
  const std::string id = UnitId(epc);
  const auto root = graph_->ids.find(id);
  if (root == graph_->ids.end()) {
    return absl::NotFoundError(absl::StrCat(id, ": no event knows it"));
  }
  return Walker<Graph>(*graph_, entries_, direction, limits).Walk(root->second);
}

}  // namespace suyuan::epcis
