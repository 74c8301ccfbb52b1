#include "chaincode/epcis/lineage.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/identifier.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

using NodeId = uint32_t;
using Facts = std::shared_ptr<const EventFacts>;

constexpr int64_t kEver = std::numeric_limits<int64_t>::min();
constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

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
  Facts added, removed;  // removed may be null
  bool association = false;
};

// Inputs and outputs that belong together: one event, or all of one transformationID.
struct Transformation {
  std::vector<std::pair<NodeId, Facts>> inputs, outputs;
};

struct LotLink {
  NodeId lot = 0, item = 0;
  Facts event;
};

// What the events of one unit say of it; read when the walk comes there.
struct Unit {
  std::string id, epc;
  bool read = false, loaded = false, packing_known = false;
  std::vector<Facts> events;                     // all that name it, once `read`
  std::vector<Facts> mentions;                   // as an object of the event
  std::vector<std::string> made_by, used_by;     // transformations
  std::vector<Stay> contents;                    // as parent
  std::map<NodeId, std::vector<Facts>> unmoved;  // as parent: events that change no stay, by child
  std::vector<Stay> inside;                      // as child
  std::vector<LotLink> lots, items;              // as item, as lot
};

// Units by number, filled from a source as they are asked for.
class Graph {
 public:
  explicit Graph(FactsSource* source) : source_(*source) {}

  absl::StatusOr<NodeId> Root(const std::string& id) {
    const NodeId root = Intern(id);
    SUYUAN_RETURN_IF_ERROR(Read(root));
    if (!units_[root].events.empty()) return root;
    return absl::NotFoundError(absl::StrCat(id, ": no event knows it"));
  }
  // Valid until the graph ends.
  Unit& unit(NodeId node) { return units_[node]; }

  absl::Status Load(NodeId node) {
    if (units_[node].loaded) return absl::OkStatus();
    units_[node].loaded = true;
    SUYUAN_RETURN_IF_ERROR(Read(node));
    std::vector<NodeId> parents;
    for (const Facts& event : units_[node].events) AddEvent(node, event, &parents);
    SUYUAN_RETURN_IF_ERROR(LoadPacking(node));
    for (const NodeId parent : parents) SUYUAN_RETURN_IF_ERROR(AddParent(node, parent));
    // Those of several parents in the order of the events.
    std::sort(units_[node].inside.begin(), units_[node].inside.end(),
              [](const Stay& a, const Stay& b) {
                return std::tie(a.added->time_ms, a.added->hash, a.association) <
                       std::tie(b.added->time_ms, b.added->hash, b.association);
              });
    return absl::OkStatus();
  }

  absl::StatusOr<const Transformation*> GetTransformation(const std::string& name) {
    const auto known = transformations_.find(name);
    if (known != transformations_.end()) return &known->second;
    SUYUAN_ASSIGN_OR_RETURN(const auto events, source_.EventsOf(name));
    Transformation& made = transformations_[name];
    for (const Facts& event : events) AddTo(event, &made);
    return &made;
  }

 private:
  NodeId Intern(const std::string& id) {
    const auto [place, fresh] = ids_.emplace(id, static_cast<NodeId>(units_.size()));
    if (fresh) {
      units_.emplace_back();
      units_.back().id = id;
      units_.back().epc = id;
    }
    return place->second;
  }

  absl::Status Read(NodeId node) {
    Unit& unit = units_[node];
    if (unit.read) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(unit.events, source_.EventsOf(unit.id));
    unit.read = true;
    for (const Facts& event : unit.events) {
      const FactsMember* member = Find(*event, unit.id);
      if (member == nullptr) continue;
      unit.epc = member->epc;
      break;
    }
    return absl::OkStatus();
  }

  static const FactsMember* FindIn(const std::vector<FactsMember>& list, const std::string& id) {
    const auto found = std::lower_bound(
        list.begin(), list.end(), id,
        [](const FactsMember& member, const std::string& key) { return member.id < key; });
    return found != list.end() && found->id == id ? &*found : nullptr;
  }
  static const FactsMember* Find(const EventFacts& facts, const std::string& id) {
    if (facts.parent.id == id) return &facts.parent;
    for (const auto* list : {&facts.members, &facts.inputs, &facts.outputs}) {
      if (const FactsMember* member = FindIn(*list, id)) return member;
    }
    return nullptr;
  }

  static void Once(const std::string& name, std::vector<std::string>* names) {
    if (std::find(names->rbegin(), names->rend(), name) == names->rend()) names->push_back(name);
  }

  void AddEvent(NodeId node, const Facts& event, std::vector<NodeId>* parents) {
    const std::string id = units_[node].id;
    switch (event->type) {
      case EventType::kObject:
      case EventType::kTransaction:
        if (Find(*event, id) != nullptr) units_[node].mentions.push_back(event);
        break;
      case EventType::kTransformation:
        AddTransformation(node, event);
        break;
      case EventType::kAggregation:
      case EventType::kAssociation:
        AddChild(node, event, parents);
        break;
    }
    for (const FactsLot& link : event->lots) {
      if (link.lot != id && link.item != id) continue;
      const LotLink made{Intern(link.lot), Intern(link.item), event};
      (link.lot == id ? units_[node].items : units_[node].lots).push_back(made);
    }
  }

  void AddTransformation(NodeId node, const Facts& event) {
    const std::string id = units_[node].id;
    std::string name;
    if (event->transformation_id.empty()) {
      name = absl::StrCat("event ", event->hash);
      if (transformations_.count(name) == 0) AddTo(event, &transformations_[name]);
    } else {
      name = TransformationName(event->transformation_id);
    }
    if (FindIn(event->inputs, id) != nullptr) Once(name, &units_[node].used_by);
    if (FindIn(event->outputs, id) != nullptr) Once(name, &units_[node].made_by);
  }

  void AddTo(const Facts& event, Transformation* transformation) {
    for (const FactsMember& one : event->inputs) {
      transformation->inputs.emplace_back(Intern(one.id), event);
    }
    for (const FactsMember& one : event->outputs) {
      transformation->outputs.emplace_back(Intern(one.id), event);
    }
  }

  void AddChild(NodeId node, const Facts& event, std::vector<NodeId>* parents) {
    const bool child = FindIn(event->members, units_[node].id) != nullptr;
    if (event->parent.id.empty()) {
      if (child) units_[node].mentions.push_back(event);
      return;
    }
    if (!child) return;
    const NodeId parent = Intern(event->parent.id);
    if (std::find(parents->begin(), parents->end(), parent) == parents->end()) {
      parents->push_back(parent);
    }
  }

  absl::Status AddParent(NodeId node, NodeId parent) {
    SUYUAN_RETURN_IF_ERROR(LoadPacking(parent));
    for (const Stay& stay : units_[parent].contents) {
      if (stay.child == node) units_[node].inside.push_back(stay);
    }
    const auto unmoved = units_[parent].unmoved.find(node);
    if (unmoved != units_[parent].unmoved.end()) {
      auto& mentions = units_[node].mentions;
      mentions.insert(mentions.end(), unmoved->second.begin(), unmoved->second.end());
    }
    return absl::OkStatus();
  }

  struct Open {
    size_t stay = 0;
    std::string quantity;
  };
  using OpenStays = std::map<NodeId, Open>;

  // What was in `parent`, from when to when: by all of its packing events, in their order.
  absl::Status LoadPacking(NodeId parent) {
    if (units_[parent].packing_known) return absl::OkStatus();
    units_[parent].packing_known = true;
    SUYUAN_RETURN_IF_ERROR(Read(parent));
    OpenStays aggregated, associated;
    for (const Facts& event : units_[parent].events) {
      const bool association = event->type == EventType::kAssociation;
      if ((!association && event->type != EventType::kAggregation) ||
          event->parent.id != units_[parent].id) {
        continue;
      }
      Pack(parent, event, association ? &associated : &aggregated);
    }
    return absl::OkStatus();
  }

  void Pack(NodeId parent, const Facts& event, OpenStays* open) {
    bool known = false;
    if (!event->removes) {
      for (const FactsMember& child : event->members) {
        Put(parent, Intern(child.id), child.quantity, event, open);
        known = true;
      }
    } else if (event->members.empty()) {  // all there is
      known = !open->empty();
      for (const auto& [child, stay] : *open) Close(parent, stay.stay, event);
      open->clear();
    } else {
      for (const FactsMember& child : event->members) {
        known |= Take(parent, Intern(child.id), child.quantity, event, open);
      }
    }
    if (known) return;
    // Says nothing of who is where, but is still an event of these.
    units_[parent].mentions.push_back(event);
    for (const FactsMember& child : event->members) {
      units_[parent].unmoved[Intern(child.id)].push_back(event);
    }
  }

  void Put(NodeId parent, NodeId child, const std::string& quantity, const Facts& event,
           OpenStays* open) {
    std::vector<Stay>& contents = units_[parent].contents;
    const auto [place, fresh] = open->emplace(child, Open{contents.size(), quantity});
    if (!fresh) {
      // Seen again, or more of a lot.
      place->second.quantity = quantity;
      units_[parent].unmoved[child].push_back(event);
      return;
    }
    contents.push_back({child,
                        parent,
                        {event->time_ms, kForever},
                        event,
                        nullptr,
                        event->type == EventType::kAssociation});
  }

  // Part of a lot that is taken out leaves the rest inside.
  bool Take(NodeId parent, NodeId child, const std::string& quantity, const Facts& event,
            OpenStays* open) {
    const auto place = open->find(child);
    if (place == open->end()) return false;
    if (quantity.empty() || quantity == place->second.quantity) {
      Close(parent, place->second.stay, event);
      open->erase(place);
    } else {
      units_[parent].unmoved[child].push_back(event);
    }
    return true;
  }

  void Close(NodeId parent, size_t stay, const Facts& event) {
    units_[parent].contents[stay].window.end = event->time_ms;
    units_[parent].contents[stay].removed = event;
  }

  FactsSource& source_;
  std::unordered_map<std::string, NodeId> ids_;  // looked up, never walked
  std::deque<Unit> units_;                       // a deque: units stay where they are
  std::unordered_map<std::string, Transformation> transformations_;
};

// A breadth-first walk. A unit is visited as itself, with all its relatives, or as the carrier
// of one for some time.
class Walker {
 public:
  Walker(FactsSource* source, Direction direction, const LineageLimits& limits)
      : graph_(source), direction_(direction), limits_(limits) {}

  absl::StatusOr<Trace> Walk(const std::string& id) {
    SUYUAN_ASSIGN_OR_RETURN(const NodeId root, graph_.Root(id));
    SUYUAN_RETURN_IF_ERROR(Visit(root, false, {}));
    while (!queue_.empty()) {
      const State state = queue_.front();
      queue_.pop_front();
      SUYUAN_RETURN_IF_ERROR(state.carrier ? FollowCarrier(state) : FollowUnit(state));
      SUYUAN_RETURN_IF_ERROR(CheckLimits());
    }
    trace_.root = id;
    // Names are known once a unit was read; that is after it was reached.
    for (const NodeId node : order_) {
      trace_.nodes.push_back({graph_.unit(node).id, graph_.unit(node).epc});
    }
    for (const auto& [time, hash] : events_) trace_.events.push_back({hash, time});
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

  absl::Status CheckLimits() const {
    const auto beyond = [](size_t limit, const char* what) {
      return absl::ResourceExhaustedError(absl::StrCat("trace of more than ", limit, " ", what));
    };
    if (order_.size() > limits_.max_nodes || visited_.size() > 2 * limits_.max_nodes) {
      return beyond(limits_.max_nodes, "units");
    }
    if (steps_ > limits_.max_steps) return beyond(limits_.max_steps, "steps");
    if (trace_.edges.size() > limits_.max_edges) return beyond(limits_.max_edges, "edges");
    return absl::OkStatus();
  }

  absl::Status Visit(NodeId node, bool carrier, Window window) {
    // As itself and for ever: nothing is left to add.
    if (visited_.count({node, false, kEver, kForever}) > 0) return absl::OkStatus();
    // A walk is refused before it reads what it may not answer with.
    SUYUAN_RETURN_IF_ERROR(CheckLimits());
    SUYUAN_RETURN_IF_ERROR(graph_.Load(node));
    // Only what holds something differs by the time of the visit.
    if (!carrier && graph_.unit(node).contents.empty()) window = {};
    if (!visited_.emplace(node, carrier, window.begin, window.end).second) return absl::OkStatus();
    if (nodes_.insert(node).second) order_.push_back(node);
    queue_.push_back({node, carrier, window});
    return absl::OkStatus();
  }

  void Note(const Facts& event) { events_.emplace(event->time_ms, event->hash); }

  void Edge(NodeId from, NodeId to, const Facts& event, const char* reason) {
    Note(event);
    if (!edges_.emplace(from, to, event->hash, reason).second) return;
    trace_.edges.push_back({graph_.unit(from).id, graph_.unit(to).id, event->hash, reason});
  }

  void StayEdge(const Stay& stay) {
    Edge(stay.child, stay.parent, stay.added, stay.association ? "association" : "aggregation");
    if (stay.removed != nullptr) Note(stay.removed);
  }

  absl::Status FollowUnit(const State& state) {
    const Unit& unit = graph_.unit(state.node);
    for (const Facts& event : unit.mentions) Note(event);
    steps_ += unit.mentions.size() + unit.contents.size() + unit.inside.size();
    if (Backward()) {
      for (const auto& at : unit.made_by) SUYUAN_RETURN_IF_ERROR(FollowInputs(state.node, at));
      for (const LotLink& link : unit.lots) SUYUAN_RETURN_IF_ERROR(FollowLot(link, true));
    }
    if (Forward()) {
      for (const auto& at : unit.used_by) SUYUAN_RETURN_IF_ERROR(FollowOutputs(state.node, at, {}));
      for (const LotLink& link : unit.items) SUYUAN_RETURN_IF_ERROR(FollowLot(link, false));
    }
    for (const Stay& stay : unit.contents) {
      SUYUAN_RETURN_IF_ERROR(FollowContent(stay, state.window));
    }
    for (const Stay& stay : unit.inside) SUYUAN_RETURN_IF_ERROR(FollowUp(stay, {}));
    return absl::OkStatus();
  }

  // A carrier's own events, what carried it, and what was made of it, while the unit was inside.
  absl::Status FollowCarrier(const State& state) {
    const Unit& unit = graph_.unit(state.node);
    steps_ += unit.mentions.size() + unit.used_by.size() + unit.inside.size();
    for (const Facts& event : unit.mentions) {
      if (state.window.Holds(event->time_ms)) Note(event);
    }
    if (Forward()) {
      for (const auto& at : unit.used_by) {
        SUYUAN_RETURN_IF_ERROR(FollowOutputs(state.node, at, state.window));
      }
    }
    for (const Stay& stay : unit.inside) SUYUAN_RETURN_IF_ERROR(FollowUp(stay, state.window));
    return absl::OkStatus();
  }

  absl::Status FollowInputs(NodeId output, const std::string& at) {
    SUYUAN_ASSIGN_OR_RETURN(const Transformation* transformation, graph_.GetTransformation(at));
    steps_ += transformation->inputs.size() + transformation->outputs.size();
    const Facts made = EventOf(transformation->outputs, output);
    for (const auto& [node, event] : transformation->inputs) {
      Edge(node, output, made, "transformation");
      Note(event);
      SUYUAN_RETURN_IF_ERROR(Visit(node, false, {event->time_ms, event->time_ms}));
    }
    // A transformation whose inputs are not known yet.
    for (const auto& [node, event] : transformation->outputs) {
      if (node == output) Note(event);
    }
    return absl::OkStatus();
  }

  absl::Status FollowOutputs(NodeId input, const std::string& at, const Window& window) {
    SUYUAN_ASSIGN_OR_RETURN(const Transformation* transformation, graph_.GetTransformation(at));
    steps_ += transformation->inputs.size() + transformation->outputs.size();
    bool within = false;
    for (const auto& [node, event] : transformation->inputs) {
      if (node != input || !window.Holds(event->time_ms)) continue;
      within = true;
      Note(event);
    }
    if (!within) return absl::OkStatus();
    for (const auto& [node, event] : transformation->outputs) {
      Edge(input, node, event, "transformation");
      SUYUAN_RETURN_IF_ERROR(Visit(node, false, {}));
    }
    return absl::OkStatus();
  }

  // The event that made `node`, the first of several. It is there: made_by names
  // transformations with this output.
  static Facts EventOf(const std::vector<std::pair<NodeId, Facts>>& outputs, NodeId node) {
    for (const auto& [output, event] : outputs) {
      if (output == node) return event;
    }
    return std::make_shared<EventFacts>();
  }

  absl::Status FollowLot(const LotLink& link, bool to_lot) {
    Edge(link.lot, link.item, link.event, "lot");
    return Visit(to_lot ? link.lot : link.item, false, {});
  }

  absl::Status FollowContent(const Stay& stay, const Window& window) {
    if (Path() || !stay.window.Overlaps(window)) return absl::OkStatus();
    StayEdge(stay);
    return Visit(stay.child, false, stay.window.And(window));
  }

  absl::Status FollowUp(const Stay& stay, const Window& window) {
    if (!stay.window.Overlaps(window)) return absl::OkStatus();
    StayEdge(stay);
    return Visit(stay.parent, !All(), All() ? Window() : stay.window.And(window));
  }

  Graph graph_;
  const Direction direction_;
  const LineageLimits limits_;
  Trace trace_;
  std::deque<State> queue_;
  size_t steps_ = 0;
  std::set<std::tuple<NodeId, bool, int64_t, int64_t>> visited_;
  std::set<NodeId> nodes_;
  std::vector<NodeId> order_;
  std::set<std::tuple<NodeId, NodeId, std::string, absl::string_view>> edges_;
  std::set<std::pair<int64_t, std::string>> events_;
};

// Copies of pointers out of a Lineage.
class MemorySource : public FactsSource {
 public:
  MemorySource(const std::vector<Facts>& facts,
               const std::unordered_map<std::string, std::vector<uint32_t>>& by_name)
      : facts_(facts), by_name_(by_name) {}

  absl::StatusOr<std::vector<Facts>> EventsOf(const std::string& name) override {
    std::vector<Facts> out;
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return out;
    out.reserve(found->second.size());
    for (const uint32_t i : found->second) out.push_back(facts_[i]);
    return out;
  }

 private:
  const std::vector<Facts>& facts_;
  const std::unordered_map<std::string, std::vector<uint32_t>>& by_name_;
};

}  // namespace

bool IsMaking(const TraceEdge& edge) {
  return edge.reason == "transformation" || edge.reason == "lot";
}

absl::StatusOr<Trace> WalkLineage(FactsSource& source, absl::string_view epc, Direction direction,
                                  const LineageLimits& limits) {
  return Walker(&source, direction, limits).Walk(UnitId(epc));
}

Lineage::Lineage(std::vector<Event> events, std::vector<std::string> hashes) {
  std::set<std::string> declared_wrong, seen;
  for (size_t i = 0; i < events.size(); ++i) {
    if (!events[i].error.declaration_time.empty()) declared_wrong.insert(hashes[i]);
  }
  std::vector<Facts> facts;
  for (size_t i = 0; i < events.size(); ++i) {
    if (declared_wrong.count(hashes[i]) > 0 || !seen.insert(hashes[i]).second) continue;
    facts.push_back(std::make_shared<EventFacts>(FactsOf(events[i], hashes[i])));
    entries_.push_back({std::move(events[i]), std::move(hashes[i]), facts.back()->time_ms});
  }
  std::vector<uint32_t> order(entries_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(facts[a]->time_ms, facts[a]->hash) <
           std::tie(facts[b]->time_ms, facts[b]->hash);
  });
  std::vector<Entry> sorted;
  sorted.reserve(order.size());
  for (const uint32_t i : order) {
    const auto place = static_cast<uint32_t>(facts_.size());
    facts_.push_back(facts[i]);
    by_hash_[facts[i]->hash] = place;
    for (const std::string& name : NamesOf(*facts[i])) by_name_[name].push_back(place);
    sorted.push_back(std::move(entries_[i]));
  }
  entries_ = std::move(sorted);
}

const Lineage::Entry* Lineage::Find(const std::string& hash) const {
  const auto found = by_hash_.find(hash);
  return found == by_hash_.end() ? nullptr : &entries_[found->second];
}

absl::StatusOr<Trace> Lineage::Walk(absl::string_view epc, Direction direction,
                                    const LineageLimits& limits) const {
  MemorySource source(facts_, by_name_);
  return WalkLineage(source, epc, direction, limits);
}

}  // namespace suyuan::epcis
