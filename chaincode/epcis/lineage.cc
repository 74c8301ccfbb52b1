#include "chaincode/epcis/lineage.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/identifier.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

using NodeId = uint32_t;
using EventId = uint32_t;
using TransformationId = uint32_t;
using Facts = std::shared_ptr<const EventFacts>;

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
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
  EventId added = kNone, removed = kNone;  // removed may be kNone
  bool association = false;
};

// One unit's part in something, by the event that says so.
struct Part {
  NodeId node = 0;
  EventId event = 0;
};

// Inputs and outputs that belong together: one event, or all of one transformationID.
class Transformation {
 public:
  bool loaded = false;
  std::string name;  // to ask for, where it has a transformationID
  std::vector<Part> inputs, outputs;

  // Those of `node`, in their order. Only once all are there.
  absl::Span<const Part> InputsOf(NodeId node) { return Of(inputs, &inputs_by_node_, node); }
  absl::Span<const Part> OutputsOf(NodeId node) { return Of(outputs, &outputs_by_node_, node); }

 private:
  static absl::Span<const Part> Of(const std::vector<Part>& parts, std::vector<Part>* sorted,
                                   NodeId node) {
    if (sorted->size() != parts.size()) {
      *sorted = parts;
      std::stable_sort(sorted->begin(), sorted->end(),
                       [](const Part& a, const Part& b) { return a.node < b.node; });
    }
    const auto begin =
        std::lower_bound(sorted->begin(), sorted->end(), node,
                         [](const Part& part, NodeId key) { return part.node < key; });
    auto end = begin;
    while (end != sorted->end() && end->node == node) ++end;
    return absl::MakeConstSpan(sorted->data() + (begin - sorted->begin()),
                               static_cast<size_t>(end - begin));
  }

  std::vector<Part> inputs_by_node_, outputs_by_node_;
};

struct LotLink {
  NodeId lot = 0, item = 0;
  EventId event = 0;
};

// What a unit held, by its packing events.
struct Packing {
  std::vector<Stay> contents;
  std::vector<std::pair<NodeId, uint32_t>> by_child;  // sorted; places in `contents`
  std::map<NodeId, std::vector<EventId>> unmoved;     // events that change no stay, by child
};

// What the events of one unit say of it; read when the walk comes there.
struct Unit {
  std::string id, epc;
  bool expected = false, read = false, loaded = false, packing_known = false;
  std::vector<EventId> events;    // all that name it, once `read`
  std::vector<EventId> mentions;  // as an object of the event
  std::vector<TransformationId> made_by, used_by;
  std::vector<Stay> inside;          // as child
  std::vector<LotLink> lots, items;  // as item, as lot
  std::unique_ptr<Packing> packing;  // as parent; null: it never was one

  absl::Span<const Stay> contents() const {
    return packing == nullptr ? absl::Span<const Stay>() : absl::MakeConstSpan(packing->contents);
  }
};

// Units, events and transformations by number, filled from a source as they are asked for.
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
  size_t units() const { return units_.size(); }
  const EventFacts& event(EventId event) const { return *events_[event]; }

  // Valid until others are added.
  Transformation& transformation(TransformationId id) { return transformations_[id]; }

  // Notes the unit's name where it was not asked for yet.
  void Expect(NodeId node, std::vector<absl::string_view>* names) {
    Unit& unit = units_[node];
    if (unit.expected || unit.read) return;
    unit.expected = true;
    names->push_back(unit.id);
  }
  absl::Status Announce(absl::Span<const absl::string_view> names) {
    return names.empty() ? absl::OkStatus() : source_.Expect(names);
  }

  absl::Status Load(NodeId node) {
    Unit& unit = units_[node];
    if (unit.loaded) return absl::OkStatus();
    unit.loaded = true;
    SUYUAN_RETURN_IF_ERROR(Read(node));
    std::vector<NodeId> parents;
    for (const EventId event : unit.events) AddEvent(node, event, &parents);
    SUYUAN_RETURN_IF_ERROR(LoadPacking(node));
    for (const NodeId parent : parents) SUYUAN_RETURN_IF_ERROR(AddParent(node, parent));
    if (unit.inside.size() < 2) return absl::OkStatus();
    // Those of several parents in the order of the events.
    std::sort(unit.inside.begin(), unit.inside.end(), [this](const Stay& a, const Stay& b) {
      const EventFacts &first = event(a.added), &second = event(b.added);
      return std::tie(first.time_ms, first.hash, a.association) <
             std::tie(second.time_ms, second.hash, b.association);
    });
    return absl::OkStatus();
  }

  // With all that belongs to it.
  absl::StatusOr<Transformation*> GetTransformation(TransformationId id) {
    if (!transformations_[id].loaded) {
      SUYUAN_ASSIGN_OR_RETURN(const auto events, source_.EventsOf(transformations_[id].name));
      for (const Facts& facts : events) AddTo(InternEvent(facts), &transformations_[id]);
      transformations_[id].loaded = true;
    }
    return &transformations_[id];
  }

 private:
  NodeId Intern(const std::string& id) {
    const auto known = ids_.find(id);
    if (known != ids_.end()) return known->second;
    const auto node = static_cast<NodeId>(units_.size());
    units_.emplace_back();
    units_.back().id = id;
    units_.back().epc = id;
    ids_.emplace(units_.back().id, node);
    return node;
  }

  // Sources may give the same event by several pointers.
  EventId InternEvent(const Facts& facts) {
    const auto known = events_by_place_.find(facts.get());
    if (known != events_by_place_.end()) return known->second;
    const auto [by_hash, fresh] =
        events_by_hash_.emplace(facts->hash, static_cast<EventId>(events_.size()));
    if (fresh) {
      events_.push_back(facts);
      own_transformation_.push_back(kNone);
    } else {
      copies_.push_back(facts);
    }
    events_by_place_.emplace(facts.get(), by_hash->second);
    return by_hash->second;
  }

  absl::Status Read(NodeId node) {
    Unit& unit = units_[node];
    if (unit.read) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(const auto events, source_.EventsOf(unit.id));
    unit.read = true;
    unit.events.reserve(events.size());
    bool named = false;
    for (const Facts& facts : events) {
      unit.events.push_back(InternEvent(facts));
      if (named) continue;
      const FactsMember* member = Find(*facts, unit.id);
      if (member == nullptr) continue;
      unit.epc = member->epc;
      named = true;
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

  static void Once(TransformationId id, std::vector<TransformationId>* ids) {
    if (std::find(ids->rbegin(), ids->rend(), id) == ids->rend()) ids->push_back(id);
  }

  void AddEvent(NodeId node, EventId id, std::vector<NodeId>* parents) {
    Unit& unit = units_[node];
    const EventFacts& facts = event(id);
    switch (facts.type) {
      case EventType::kObject:
      case EventType::kTransaction:
        if (Find(facts, unit.id) != nullptr) unit.mentions.push_back(id);
        break;
      case EventType::kTransformation:
        AddTransformation(node, id);
        break;
      case EventType::kAggregation:
      case EventType::kAssociation:
        AddChild(node, id, parents);
        break;
    }
    for (const FactsLot& link : facts.lots) {
      if (link.lot != unit.id && link.item != unit.id) continue;
      const LotLink made{Intern(link.lot), Intern(link.item), id};
      (link.lot == unit.id ? unit.items : unit.lots).push_back(made);
    }
  }

  void AddTransformation(NodeId node, EventId id) {
    Unit& unit = units_[node];
    const EventFacts& facts = event(id);
    const TransformationId transformation = TransformationOf(id);
    if (FindIn(facts.inputs, unit.id) != nullptr) Once(transformation, &unit.used_by);
    if (FindIn(facts.outputs, unit.id) != nullptr) Once(transformation, &unit.made_by);
  }

  TransformationId TransformationOf(EventId id) {
    TransformationId& own = own_transformation_[id];
    if (own != kNone) return own;
    const std::string& shared = event(id).transformation_id;
    if (shared.empty()) {
      own = NewTransformation();
      transformations_[own].loaded = true;
      AddTo(id, &transformations_[own]);
      return own;
    }
    const auto [known, fresh] = shared_transformations_.emplace(TransformationName(shared), kNone);
    if (fresh) {
      known->second = NewTransformation();
      transformations_[known->second].name = known->first;
    }
    return own = known->second;
  }

  TransformationId NewTransformation() {
    transformations_.emplace_back();
    return static_cast<TransformationId>(transformations_.size() - 1);
  }

  void AddTo(EventId id, Transformation* transformation) {
    const EventFacts& facts = event(id);
    for (const FactsMember& one : facts.inputs) {
      transformation->inputs.push_back({Intern(one.id), id});
    }
    for (const FactsMember& one : facts.outputs) {
      transformation->outputs.push_back({Intern(one.id), id});
    }
  }

  void AddChild(NodeId node, EventId id, std::vector<NodeId>* parents) {
    const EventFacts& facts = event(id);
    const bool child = FindIn(facts.members, units_[node].id) != nullptr;
    if (facts.parent.id.empty()) {
      if (child) units_[node].mentions.push_back(id);
      return;
    }
    if (!child) return;
    const NodeId parent = Intern(facts.parent.id);
    if (std::find(parents->begin(), parents->end(), parent) == parents->end()) {
      parents->push_back(parent);
    }
  }

  absl::Status AddParent(NodeId node, NodeId parent) {
    SUYUAN_RETURN_IF_ERROR(LoadPacking(parent));
    if (units_[parent].packing == nullptr) return absl::OkStatus();
    const Packing& packing = *units_[parent].packing;
    Unit& unit = units_[node];
    for (auto at = std::lower_bound(packing.by_child.begin(), packing.by_child.end(),
                                    std::make_pair(node, uint32_t{0}));
         at != packing.by_child.end() && at->first == node; ++at) {
      unit.inside.push_back(packing.contents[at->second]);
    }
    const auto unmoved = packing.unmoved.find(node);
    if (unmoved != packing.unmoved.end()) {
      unit.mentions.insert(unit.mentions.end(), unmoved->second.begin(), unmoved->second.end());
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
    for (const EventId id : units_[parent].events) {
      const EventFacts& facts = event(id);
      const bool association = facts.type == EventType::kAssociation;
      if ((!association && facts.type != EventType::kAggregation) ||
          facts.parent.id != units_[parent].id) {
        continue;
      }
      if (units_[parent].packing == nullptr) units_[parent].packing = std::make_unique<Packing>();
      Pack(parent, id, association ? &associated : &aggregated);
    }
    if (units_[parent].packing == nullptr) return absl::OkStatus();
    Packing& packing = *units_[parent].packing;
    packing.by_child.reserve(packing.contents.size());
    for (const Stay& stay : packing.contents) {
      packing.by_child.emplace_back(stay.child, packing.by_child.size());
    }
    std::sort(packing.by_child.begin(), packing.by_child.end());
    return absl::OkStatus();
  }

  void Pack(NodeId parent, EventId id, OpenStays* open) {
    const EventFacts& facts = event(id);
    Packing& packing = *units_[parent].packing;
    bool known = false;
    if (!facts.removes) {
      for (const FactsMember& child : facts.members) {
        Put(parent, Intern(child.id), child.quantity, id, open);
        known = true;
      }
    } else if (facts.members.empty()) {  // all there is
      known = !open->empty();
      for (const auto& [child, stay] : *open) Close(&packing.contents[stay.stay], id);
      open->clear();
    } else {
      for (const FactsMember& child : facts.members) {
        known |= Take(&packing, Intern(child.id), child.quantity, id, open);
      }
    }
    if (known) return;
    // Says nothing of who is where, but is still an event of these.
    units_[parent].mentions.push_back(id);
    for (const FactsMember& child : facts.members) {
      packing.unmoved[Intern(child.id)].push_back(id);
    }
  }

  void Put(NodeId parent, NodeId child, const std::string& quantity, EventId id, OpenStays* open) {
    Packing& packing = *units_[parent].packing;
    const auto [place, fresh] = open->emplace(child, Open{packing.contents.size(), quantity});
    if (!fresh) {
      // Seen again, or more of a lot.
      place->second.quantity = quantity;
      packing.unmoved[child].push_back(id);
      return;
    }
    const EventFacts& facts = event(id);
    packing.contents.push_back({child,
                                parent,
                                {facts.time_ms, kForever},
                                id,
                                kNone,
                                facts.type == EventType::kAssociation});
  }

  // Part of a lot that is taken out leaves the rest inside.
  bool Take(Packing* packing, NodeId child, const std::string& quantity, EventId id,
            OpenStays* open) {
    const auto place = open->find(child);
    if (place == open->end()) return false;
    if (quantity.empty() || quantity == place->second.quantity) {
      Close(&packing->contents[place->second.stay], id);
      open->erase(place);
    } else {
      packing->unmoved[child].push_back(id);
    }
    return true;
  }

  void Close(Stay* stay, EventId id) {
    stay->window.end = event(id).time_ms;
    stay->removed = id;
  }

  FactsSource& source_;
  // Deques: what is in them stays where it is. Hash maps are looked up, never walked.
  std::deque<Unit> units_;
  absl::flat_hash_map<absl::string_view, NodeId> ids_;
  std::vector<Facts> events_;
  std::vector<Facts> copies_;  // of events
  absl::flat_hash_map<const EventFacts*, EventId> events_by_place_;
  absl::flat_hash_map<absl::string_view, EventId> events_by_hash_;
  std::deque<Transformation> transformations_;
  std::vector<TransformationId> own_transformation_;                // by event
  std::map<std::string, TransformationId> shared_transformations_;  // by TransformationName()
};

// A breadth-first walk. A unit is visited as itself, with all its relatives, or as the carrier
// of one for some time.
class Walker {
 public:
  Walker(FactsSource* source, Direction direction, const LineageLimits& limits)
      : graph_(source), direction_(direction), limits_(limits) {}

  absl::StatusOr<TraceGraph> Walk(const std::string& id) {
    SUYUAN_ASSIGN_OR_RETURN(const NodeId root, graph_.Root(id));
    SUYUAN_RETURN_IF_ERROR(Visit(root, false, {}));
    for (size_t next = 0; next < states_.size(); ++next) {
      SUYUAN_RETURN_IF_ERROR(LookAhead(next));
      const State state = states_[next];
      SUYUAN_RETURN_IF_ERROR(state.carrier ? FollowCarrier(state) : FollowUnit(state));
      SUYUAN_RETURN_IF_ERROR(CheckLimits());
    }
    return Answer();
  }

 private:
  struct State {
    NodeId node = 0;
    bool carrier = false;
    Window window;
  };
  // Node, as a carrier, from, to.
  using Visited = std::tuple<NodeId, bool, int64_t, int64_t>;
  // From, to, event, reason.
  using EdgeKey = std::tuple<NodeId, NodeId, EventId, uint8_t>;

  bool Backward() const { return direction_ == Direction::kBackward || All(); }
  bool Forward() const { return direction_ == Direction::kForward || All(); }
  bool All() const { return direction_ == Direction::kAll; }
  bool Path() const { return direction_ == Direction::kPath; }

  TraceGraph Answer() {
    TraceGraph out;
    // Names are known once a unit was read; that is after it was reached.
    out.nodes.reserve(order_.size());
    for (const NodeId node : order_) {
      Unit& unit = graph_.unit(node);
      out.nodes.push_back({std::move(unit.id), std::move(unit.epc)});
    }
    std::sort(noted_.begin(), noted_.end(), [this](EventId a, EventId b) {
      const EventFacts &first = graph_.event(a), &second = graph_.event(b);
      return std::tie(first.time_ms, first.hash) < std::tie(second.time_ms, second.hash);
    });
    std::vector<uint32_t> place(is_noted_.size());  // of events in the answer
    out.events.reserve(noted_.size());
    for (const EventId event : noted_) {
      place[event] = static_cast<uint32_t>(out.events.size());
      out.events.push_back({graph_.event(event).hash, graph_.event(event).time_ms});
    }
    out.edges.reserve(edges_.size());
    for (const auto& [from, to, event, reason] : edges_) {
      out.edges.push_back(
          {place_[from], place_[to], place[event], static_cast<TraceReason>(reason)});
    }
    return out;
  }

  absl::Status CheckLimits() const {
    const auto beyond = [](size_t limit, const char* what) {
      return absl::ResourceExhaustedError(absl::StrCat("trace of more than ", limit, " ", what));
    };
    if (order_.size() > limits_.max_nodes || states_.size() > 2 * limits_.max_nodes) {
      return beyond(limits_.max_nodes, "units");
    }
    if (steps_ > limits_.max_steps) return beyond(limits_.max_steps, "steps");
    if (edges_.size() > limits_.max_edges) return beyond(limits_.max_edges, "edges");
    return absl::OkStatus();
  }

  // Tells the source what the states from `next` on will ask for, some hundreds at a time: far
  // cheaper to fetch than one by one. Guesses, that change nothing of what is asked.
  absl::Status LookAhead(size_t next) {
    constexpr size_t kNames = 1000;
    if (next < looked_ahead_) return absl::OkStatus();
    // More than that are refused anyway.
    const size_t room = limits_.max_nodes + 1 - std::min(order_.size(), limits_.max_nodes);
    std::vector<absl::string_view> names;
    for (; looked_ahead_ < states_.size() && names.size() < std::min(kNames, room);
         ++looked_ahead_) {
      ExpectRelatives(states_[looked_ahead_], room, &names);
    }
    return graph_.Announce(names);
  }

  void ExpectRelatives(const State& state, size_t room, std::vector<absl::string_view>* names) {
    const auto expect = [&](NodeId node) {
      if (names->size() < room) graph_.Expect(node, names);
    };
    const Unit& unit = graph_.unit(state.node);
    if (!state.carrier && Backward()) {
      for (const TransformationId at : unit.made_by) {
        for (const Part& part : graph_.transformation(at).inputs) expect(part.node);
      }
      for (const LotLink& link : unit.lots) expect(link.lot);
    }
    if (Forward()) {
      for (const TransformationId at : unit.used_by) {
        for (const Part& part : graph_.transformation(at).outputs) expect(part.node);
      }
    }
    if (state.carrier) return;
    if (Forward()) {
      for (const LotLink& link : unit.items) expect(link.item);
    }
    if (Path()) return;
    for (const Stay& stay : unit.contents()) {
      if (stay.window.Overlaps(state.window)) expect(stay.child);
    }
  }

  // Room for the number of `node`.
  template <typename T>
  static T& At(std::vector<T>* list, uint32_t number, T empty) {
    if (list->size() <= number) list->resize(number + 1 + number / 2, empty);
    return (*list)[number];
  }

  absl::Status Visit(NodeId node, bool carrier, Window window) {
    // As itself and for ever: nothing is left to add.
    if (At<char>(&for_ever_, node, 0) != 0) return absl::OkStatus();
    // A walk is refused before it reads what it may not answer with.
    SUYUAN_RETURN_IF_ERROR(CheckLimits());
    SUYUAN_RETURN_IF_ERROR(graph_.Load(node));
    // Only what holds something differs by the time of the visit.
    if (!carrier && graph_.unit(node).contents().empty()) window = {};
    if (!visited_.emplace(node, carrier, window.begin, window.end).second) return absl::OkStatus();
    if (!carrier && window.begin == kEver && window.end == kForever) for_ever_[node] = 1;
    uint32_t& place = At(&place_, node, kNone);
    if (place == kNone) {
      place = static_cast<uint32_t>(order_.size());
      order_.push_back(node);
    }
    states_.push_back({node, carrier, window});
    return absl::OkStatus();
  }

  void Note(EventId event) {
    char& noted = At<char>(&is_noted_, event, 0);
    if (noted != 0) return;
    noted = 1;
    noted_.push_back(event);
  }

  void Edge(NodeId from, NodeId to, EventId event, TraceReason reason) {
    Note(event);
    const EdgeKey key{from, to, event, static_cast<uint8_t>(reason)};
    if (known_edges_.insert(key).second) edges_.push_back(key);
  }

  void StayEdge(const Stay& stay) {
    Edge(stay.child, stay.parent, stay.added,
         stay.association ? TraceReason::kAssociation : TraceReason::kAggregation);
    if (stay.removed != kNone) Note(stay.removed);
  }

  absl::Status FollowUnit(const State& state) {
    const Unit& unit = graph_.unit(state.node);
    for (const EventId event : unit.mentions) Note(event);
    steps_ += unit.mentions.size() + unit.contents().size() + unit.inside.size();
    if (Backward()) {
      for (const auto at : unit.made_by) SUYUAN_RETURN_IF_ERROR(FollowInputs(state.node, at));
      for (const LotLink& link : unit.lots) SUYUAN_RETURN_IF_ERROR(FollowLot(link, true));
    }
    if (Forward()) {
      for (const auto at : unit.used_by) SUYUAN_RETURN_IF_ERROR(FollowOutputs(state.node, at, {}));
      for (const LotLink& link : unit.items) SUYUAN_RETURN_IF_ERROR(FollowLot(link, false));
    }
    for (const Stay& stay : unit.contents()) {
      SUYUAN_RETURN_IF_ERROR(FollowContent(stay, state.window));
    }
    for (const Stay& stay : unit.inside) SUYUAN_RETURN_IF_ERROR(FollowUp(stay, {}));
    return absl::OkStatus();
  }

  // A carrier's own events, what carried it, and what was made of it, while the unit was inside.
  absl::Status FollowCarrier(const State& state) {
    const Unit& unit = graph_.unit(state.node);
    steps_ += unit.mentions.size() + unit.used_by.size() + unit.inside.size();
    for (const EventId event : unit.mentions) {
      if (state.window.Holds(graph_.event(event).time_ms)) Note(event);
    }
    if (Forward()) {
      for (const auto at : unit.used_by) {
        SUYUAN_RETURN_IF_ERROR(FollowOutputs(state.node, at, state.window));
      }
    }
    for (const Stay& stay : unit.inside) SUYUAN_RETURN_IF_ERROR(FollowUp(stay, state.window));
    return absl::OkStatus();
  }

  absl::Status FollowInputs(NodeId output, TransformationId at) {
    SUYUAN_ASSIGN_OR_RETURN(Transformation * transformation, graph_.GetTransformation(at));
    const absl::Span<const Part> outputs = transformation->OutputsOf(output);
    if (outputs.empty()) return absl::InternalError("a transformation lacks one of its events");
    // The first of several made it.
    steps_ += transformation->inputs.size() + outputs.size();
    for (const Part& input : transformation->inputs) {
      Edge(input.node, output, outputs.front().event, TraceReason::kTransformation);
      Note(input.event);
      const int64_t time = graph_.event(input.event).time_ms;
      SUYUAN_RETURN_IF_ERROR(Visit(input.node, false, {time, time}));
    }
    // A transformation whose inputs are not known yet.
    for (const Part& part : outputs) Note(part.event);
    return absl::OkStatus();
  }

  absl::Status FollowOutputs(NodeId input, TransformationId at, const Window& window) {
    SUYUAN_ASSIGN_OR_RETURN(Transformation * transformation, graph_.GetTransformation(at));
    bool within = false;
    const absl::Span<const Part> inputs = transformation->InputsOf(input);
    for (const Part& part : inputs) {
      if (!window.Holds(graph_.event(part.event).time_ms)) continue;
      within = true;
      Note(part.event);
    }
    steps_ += inputs.size() + transformation->outputs.size();
    if (!within) return absl::OkStatus();
    for (const Part& output : transformation->outputs) {
      Edge(input, output.node, output.event, TraceReason::kTransformation);
      SUYUAN_RETURN_IF_ERROR(Visit(output.node, false, {}));
    }
    return absl::OkStatus();
  }

  absl::Status FollowLot(const LotLink& link, bool to_lot) {
    Edge(link.lot, link.item, link.event, TraceReason::kLot);
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
  size_t steps_ = 0;
  std::vector<State> states_;  // visited, in their order; those behind are still to be followed
  size_t looked_ahead_ = 0;    // states whose relatives were announced
  absl::flat_hash_set<Visited> visited_;
  std::vector<char> for_ever_;   // by node: visited as itself without bounds
  std::vector<NodeId> order_;    // units reached
  std::vector<uint32_t> place_;  // by node: where in `order_`
  std::vector<EdgeKey> edges_;   // in the order they were found
  absl::flat_hash_set<EdgeKey> known_edges_;
  std::vector<EventId> noted_;
  std::vector<char> is_noted_;  // by event
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

const char* TraceReasonText(TraceReason reason) {
  switch (reason) {
    case TraceReason::kTransformation:
      return "transformation";
    case TraceReason::kAggregation:
      return "aggregation";
    case TraceReason::kAssociation:
      return "association";
    case TraceReason::kLot:
      return "lot";
  }
  return "";
}

Trace TraceOf(TraceGraph graph) {
  Trace out;
  if (!graph.nodes.empty()) out.root = graph.nodes.front().id;
  out.edges.reserve(graph.edges.size());
  for (const TraceGraph::Edge& edge : graph.edges) {
    out.edges.push_back({graph.nodes[edge.from].id, graph.nodes[edge.to].id,
                         graph.events[edge.event].hash, TraceReasonText(edge.reason)});
  }
  out.nodes = std::move(graph.nodes);
  out.events = std::move(graph.events);
  return out;
}

absl::StatusOr<TraceGraph> WalkGraph(FactsSource& source, absl::string_view epc,
                                     Direction direction, const LineageLimits& limits) {
  return Walker(&source, direction, limits).Walk(UnitId(epc));
}

absl::StatusOr<Trace> WalkLineage(FactsSource& source, absl::string_view epc, Direction direction,
                                  const LineageLimits& limits) {
  SUYUAN_ASSIGN_OR_RETURN(TraceGraph graph, WalkGraph(source, epc, direction, limits));
  return TraceOf(std::move(graph));
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
