#include "chaincode/epcis/lineage.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/trace_output.h"
#include "chaincode/epcis/trace_summary.h"

namespace suyuan::epcis {
namespace {

using Ids = std::set<std::string>;

// Short names for units: "A" is urn:x:A.
std::string Urn(const std::string& name) {
  return name.find(':') == std::string::npos ? "urn:x:" + name : name;
}

std::vector<std::string> Urns(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(Urn(name));
  return out;
}

Event At(EventType type, int minute) {
  Event event;
  event.type = type;
  event.event_time = absl::StrCat("2026-03-01T", minute / 60 < 10 ? "0" : "", minute / 60, ":",
                                  minute % 60 < 10 ? "0" : "", minute % 60, ":00Z");
  event.event_time_zone_offset = "+00:00";
  return event;
}

Event Transform(int minute, const std::vector<std::string>& inputs,
                const std::vector<std::string>& outputs, const std::string& id = "") {
  Event event = At(EventType::kTransformation, minute);
  event.input_epcs = Urns(inputs);
  event.output_epcs = Urns(outputs);
  event.transformation_id = id;
  return event;
}

Event Pack(int minute, const std::string& action, const std::string& parent,
           const std::vector<std::string>& children) {
  Event event = At(EventType::kAggregation, minute);
  event.action = action;
  event.parent_id = Urn(parent);
  event.child_epcs = Urns(children);
  return event;
}

Event See(int minute, const std::vector<std::string>& epcs) {
  Event event = At(EventType::kObject, minute);
  event.action = "OBSERVE";
  event.epcs = Urns(epcs);
  return event;
}

Lineage Of(std::vector<Event> events) {
  std::vector<std::string> hashes;
  for (const Event& event : events) hashes.push_back(HashEvent(event).uri);
  return Lineage(std::move(events), std::move(hashes));
}

Trace Walk(const Lineage& lineage, const std::string& name, Direction direction) {
  const auto trace = lineage.Walk(Urn(name), direction);
  REQUIRE(trace.ok());
  return *trace;
}

// The units of a trace but its root, by their short names.
Ids Reached(const Lineage& lineage, const std::string& name, Direction direction) {
  Ids ids;
  for (const TraceNode& node : Walk(lineage, name, direction).nodes) {
    if (node.id != UnitId(Urn(name))) {
      ids.insert(node.id.rfind("urn:x:", 0) == 0 ? node.id.substr(6) : node.id);
    }
  }
  return ids;
}

// Minutes of the events of a trace.
std::vector<int> Minutes(const Trace& trace) {
  std::vector<int> out;
  for (const TraceEvent& event : trace.events) {
    out.push_back(static_cast<int>(event.time_ms / 60000 % (24 * 60)));
  }
  return out;
}

TEST_CASE("Traces are transitive, and siblings stay out", "[lineage]") {
  const Lineage lineage = Of({Transform(1, {"A", "B"}, {"C"}), Transform(2, {"C"}, {"D", "E"}),
                              Transform(3, {"E", "F"}, {"G"}), Transform(4, {"B"}, {"H"})});
  CHECK(Reached(lineage, "D", Direction::kBackward) == Ids{"A", "B", "C"});
  CHECK(Reached(lineage, "B", Direction::kForward) == Ids{"C", "D", "E", "G", "H"});
  CHECK(Reached(lineage, "A", Direction::kForward) == Ids{"C", "D", "E", "G"});
  CHECK(Reached(lineage, "F", Direction::kForward) == Ids{"G"});
  CHECK(Reached(lineage, "F", Direction::kAll) == Ids{"A", "B", "C", "D", "E", "G", "H"});
  CHECK(Reached(lineage, "C", Direction::kPath).empty());
}

TEST_CASE("Every edge names its event and reason", "[lineage]") {
  const Event event = Transform(1, {"A"}, {"B"});
  const Trace trace = Walk(Of({event}), "B", Direction::kBackward);
  REQUIRE(trace.edges.size() == 1);
  CHECK(trace.edges[0].from == "urn:x:A");
  CHECK(trace.edges[0].to == "urn:x:B");
  CHECK(trace.edges[0].event == HashEvent(event).uri);
  CHECK(trace.edges[0].reason == "transformation");
}

TEST_CASE("A cycle of rework ends", "[lineage]") {
  const Lineage lineage = Of({Transform(1, {"A"}, {"B"}), Transform(2, {"B"}, {"A"})});
  CHECK(Reached(lineage, "A", Direction::kBackward) == Ids{"B"});
  CHECK(Walk(lineage, "A", Direction::kForward).edges.size() == 2);
  const Lineage inside = Of({Pack(1, "ADD", "P", {"Q"}), Pack(2, "ADD", "Q", {"P"})});
  CHECK(Reached(inside, "P", Direction::kBackward) == Ids{"Q"});
}

TEST_CASE("A transformationID joins what happened on several days", "[lineage]") {
  const Lineage lineage =
      Of({Transform(1, {"A"}, {}, "urn:t:1"), Transform(2, {"B"}, {}, "urn:t:1"),
          Transform(3, {}, {"C"}, "urn:t:1"), Transform(3, {"X"}, {"Y"}, "urn:t:2")});
  CHECK(Reached(lineage, "C", Direction::kBackward) == Ids{"A", "B"});
  CHECK(Reached(lineage, "A", Direction::kForward) == Ids{"C"});
}

TEST_CASE("What is inside inherits the container's events, for as long as it is inside",
          "[lineage]") {
  const Lineage lineage =
      Of({See(1, {"P"}), Pack(2, "ADD", "P", {"A", "B"}), See(3, {"P"}), Pack(4, "ADD", "T", {"P"}),
          See(5, {"T"}), Pack(6, "DELETE", "T", {"P"}), See(7, {"T"}), Pack(8, "DELETE", "P", {}),
          See(9, {"P"}), See(10, {"A"})});
  const Trace trace = Walk(lineage, "A", Direction::kPath);
  CHECK(Minutes(trace) == std::vector<int>{2, 3, 4, 5, 6, 8, 10});
  CHECK(Reached(lineage, "A", Direction::kBackward) == Ids{"P", "T"});  // not B
  CHECK(Reached(lineage, "P", Direction::kBackward) == Ids{"A", "B", "T"});
}

TEST_CASE("A container that is used up hands on what was inside just then", "[lineage]") {
  const Lineage lineage = Of({Pack(1, "ADD", "P", {"A"}), Pack(2, "DELETE", "P", {"A"}),
                              Pack(3, "ADD", "P", {"B"}), Transform(4, {"P"}, {"Z"})});
  CHECK(Reached(lineage, "Z", Direction::kBackward) == Ids{"P", "B"});
  CHECK(Reached(lineage, "B", Direction::kForward) == Ids{"P", "Z"});
  CHECK(Reached(lineage, "A", Direction::kForward) == Ids{"P"});
}

TEST_CASE("Part of a lot taken out leaves the rest inside", "[lineage]") {
  Event put = Pack(1, "ADD", "P", {});
  put.child_quantities = {{"urn:x:L", "50", "KGM", {}}};
  Event take = Pack(2, "DELETE", "P", {});
  take.child_quantities = {{"urn:x:L", "20.0", "KGM", {}}};
  const Lineage some = Of({put, take, Transform(3, {"P"}, {"Z"})});
  CHECK(Reached(some, "L", Direction::kForward) == Ids{"P", "Z"});
  take.child_quantities[0].quantity = "50.0";
  const Lineage all = Of({put, take, Transform(3, {"P"}, {"Z"})});
  CHECK(Reached(all, "L", Direction::kForward) == Ids{"P"});
}

TEST_CASE("Items belong to the lot that their master data names", "[lineage]") {
  const std::string item = "urn:epc:id:sgtin:9506000.013435.1";
  const std::string lot = "urn:epc:class:lgtin:9506000.013435.L1";
  Event commission = See(2, {});
  commission.action = "ADD";
  commission.epcs = {item};
  commission.ilmd = {{"urn:epcglobal:cbv:mda", "lotNumber", "L1", false, {}}};
  Event mill = Transform(1, {"A"}, {});
  mill.output_quantities = {{lot, "10", "KGM", {}}};
  const Lineage lineage = Of({commission, mill});
  CHECK(Reached(lineage, item, Direction::kBackward) == Ids{UnitId(lot), "A"});
  CHECK(Reached(lineage, "A", Direction::kForward) == Ids{UnitId(lot), UnitId(item)});
  CHECK(lineage.Walk("(01)09506000134352(21)1", Direction::kBackward).ok());
}

TEST_CASE("An event declared wrong counts no more; the corrective one does", "[lineage]") {
  const Event wrong = Transform(1, {"A"}, {"C"});
  Event declaration = wrong;
  declaration.error.declaration_time = "2026-03-02T00:00:00Z";
  const Lineage lineage = Of({wrong, declaration, Transform(1, {"B"}, {"C"})});
  CHECK(Reached(lineage, "C", Direction::kBackward) == Ids{"B"});
  CHECK(lineage.events().size() == 1);
}

TEST_CASE("The answer does not depend on the order of the events, nor on copies", "[lineage]") {
  std::vector<Event> events = {Transform(1, {"A", "B"}, {"C", "D"}),
                               Pack(2, "ADD", "P", {"D", "C"}), Transform(2, {"C"}, {"E"}),
                               See(3, {"P"}), See(2, {"C"})};
  const Lineage first = Of(events);
  const std::string expected = TraceJson(first, Walk(first, "E", Direction::kAll), {});
  std::mt19937 random(1);
  for (int i = 0; i < 10; ++i) {
    std::shuffle(events.begin(), events.end(), random);
    events.push_back(events[0]);
    const Lineage shuffled = Of(events);
    CHECK(TraceJson(shuffled, Walk(shuffled, "E", Direction::kAll), {}) == expected);
  }
}

TEST_CASE("Forward and backward are inverse in random chains", "[lineage]") {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<Event> events;
    std::map<std::string, Ids> direct;  // output to its inputs
    for (int i = 0; i < 30; ++i) {
      std::vector<std::string> inputs, outputs;
      for (uint32_t n = 1 + random() % 3; n > 0; --n) {
        inputs.push_back(absl::StrCat("U", random() % 40));
      }
      for (uint32_t n = 1 + random() % 3; n > 0; --n) {
        outputs.push_back(absl::StrCat("U", random() % 40));
      }
      events.push_back(Transform(i, inputs, outputs));
      for (const std::string& output : outputs) direct[output].insert(inputs.begin(), inputs.end());
    }
    const Lineage lineage = Of(events);
    // The oracle: closure by repetition.
    std::map<std::string, Ids> sources = direct;
    for (bool grown = true; grown;) {
      grown = false;
      for (auto& [unit, known] : sources) {
        const Ids before = known;
        for (const std::string& source : before) {
          const auto further = sources.find(source);
          if (further != sources.end())
            known.insert(further->second.begin(), further->second.end());
        }
        grown |= known.size() != before.size();
      }
    }
    for (auto [unit, expected] : sources) {
      expected.erase(unit);
      CHECK(Reached(lineage, unit, Direction::kBackward) == expected);
      for (const std::string& source : expected) {
        CHECK(Reached(lineage, source, Direction::kForward).count(unit) == 1);
      }
    }
  }
}

TEST_CASE("A summary sorts events, and its flow adds up", "[lineage]") {
  Event make = See(1, {});
  make.action = "ADD";
  make.quantities = {{"urn:x:A", "100.0", "KGM", {}}};
  make.biz_location.id = "urn:x:farm";
  Event mill = Transform(2, {}, {});
  mill.input_quantities = {{"urn:x:A", "100", "KGM", {}}};
  mill.output_quantities = {{"urn:x:B", "60", "KGM", {}}, {"urn:x:C", "40", "KGM", {}}};
  mill.read_point.id = "urn:x:mill";
  Event ship = See(3, {});
  ship.biz_step = "https://ref.gs1.org/cbv/BizStep-shipping";
  ship.quantities = {{"urn:x:B", "60", "KGM", {}}};
  ship.read_point.id = "urn:x:mill";
  Event look = See(4, {"urn:x:P"});
  const auto summary = nlohmann::json::parse(TraceSummaryJson(
      {{&make, "h1", "GrowerMSP"}, {&mill, "h2", ""}, {&ship, "h3", ""}, {&look, "h4", ""}}));
  CHECK(summary["process"].size() == 2);
  CHECK(summary["process"][0]["author"] == "GrowerMSP");
  CHECK(summary["channel"].size() == 1);
  CHECK(summary["channel"][0]["step"] == "shipping");
  CHECK(summary["use"][0]["units"] == nlohmann::json{"urn:x:P"});
  REQUIRE(summary["places"].size() == 2);
  CHECK(summary["places"][1]["place"] == "urn:x:mill");
  CHECK(summary["places"][1]["events"] == 2);
  std::map<std::string, int> amounts;
  for (const auto& row : summary["flow"]) {
    amounts[row["role"]] += std::stoi(row["quantity"].get<std::string>());
  }
  CHECK(amounts ==
        std::map<std::string, int>{{"in", 100}, {"made", 100}, {"moved", 60}, {"out", 100}});
}

TEST_CASE("Facts survive their text", "[lineage]") {
  Event event = Transform(7, {"A", "B"}, {"C"}, "urn:t:1");
  event.input_quantities = {{"urn:x:L", "1.50", "KGM", {}}};
  Event pack = Pack(8, "DELETE", "P", {"A"});
  Event item = See(9, {"urn:epc:id:sgtin:9506000.013435.1"});
  item.ilmd = {{"urn:epcglobal:cbv:mda", "lotNumber", "L1", false, {}}};
  for (const Event& one : {event, pack, item}) {
    const EventFacts facts = FactsOf(one, "h");
    const auto read = FactsFromText(FactsToText(facts));
    REQUIRE(read.ok());
    CHECK(FactsToText(*read) == FactsToText(facts));
    CHECK(NamesOf(*read) == NamesOf(facts));
    const std::string text = FactsToText(facts);
    for (size_t size = 0; size < text.size(); ++size) {
      CHECK(absl::IsInternal(FactsFromText(text.substr(0, size)).status()));
    }
    CHECK(absl::IsInternal(FactsFromText(text + "0;").status()));
  }
  CHECK(NamesOf(FactsOf(event, "h")) ==
        std::vector<std::string>{"=urn:t:1", "urn:x:A", "urn:x:B", "urn:x:C", "urn:x:L"});
  for (const char* bad :
       {"", "{}", "[]", R"({"h":"x","t":1,"k":9})", R"({"h":"x","t":1,"k":0,"m":[[1]]})",
        "9;0;0;1:h0:0:0:0:0;0;0;0;", "0;0;0;1:h0:0:0:0:99999999999;0;0;0;",
        "0;0;0;1:h99:0:0:0:0;0;0;0;", "0;0;0;1:h0:0:0:0:0;0;0;99999999999999999999;"}) {
    CHECK(absl::IsInternal(FactsFromText(bad).status()));
  }
}

// Hands on what another source says, and keeps what it was told to expect.
class Announced : public FactsSource {
 public:
  explicit Announced(const Lineage& lineage) {
    for (const Lineage::Entry& entry : lineage.events()) {
      const auto facts = std::make_shared<EventFacts>(FactsOf(entry.event, entry.hash));
      for (const std::string& name : NamesOf(*facts)) by_name_[name].push_back(facts);
    }
  }
  absl::StatusOr<std::vector<std::shared_ptr<const EventFacts>>> EventsOf(
      const std::string& name) override {
    asked.push_back(name);
    // A copy each time: an event has one identity, whatever holds it.
    std::vector<std::shared_ptr<const EventFacts>> out;
    for (const auto& facts : by_name_[name]) out.push_back(std::make_shared<EventFacts>(*facts));
    return out;
  }
  absl::Status Expect(absl::Span<const absl::string_view> names) override {
    for (const absl::string_view name : names) expected.emplace_back(name);
    return absl::OkStatus();
  }

  std::vector<std::string> asked, expected;

 private:
  std::map<std::string, std::vector<std::shared_ptr<const EventFacts>>> by_name_;
};

TEST_CASE("A source is told what it will be asked for, each name once", "[lineage]") {
  std::vector<Event> events = {Pack(1, "ADD", "P", {"A1", "A2"})};
  for (int i = 0; i < 40; ++i) {
    events.push_back(Transform(2 + i, {absl::StrCat("A", i / 2)},
                               {absl::StrCat("A", 2 * i + 1), absl::StrCat("A", 2 * i + 2)}));
  }
  const Lineage lineage = Of(events);
  for (const auto& [root, direction] : {std::pair("urn:x:A0", Direction::kForward),
                                        {"urn:x:A80", Direction::kBackward},
                                        {"urn:x:A7", Direction::kAll},
                                        {"urn:x:A1", Direction::kPath}}) {
    Announced source(lineage);
    const auto trace = WalkLineage(source, root, direction);
    REQUIRE(trace.ok());
    CHECK(TraceJson(lineage, *trace, {}) == TraceJson(lineage, *lineage.Walk(root, direction), {}));
    const Ids once(source.expected.begin(), source.expected.end());
    CHECK(once.size() == source.expected.size());
    // All but the root and what it or others travel in.
    size_t found = 0;
    for (const std::string& name : source.asked) found += once.count(name);
    CHECK(found == once.size());
    if (direction != Direction::kPath) CHECK(found + 2 >= trace->nodes.size());
  }
}

TEST_CASE("A walk asks for no more than it may answer with", "[lineage]") {
  Event split = Transform(1, {"A"}, {});
  for (int i = 0; i < 100; ++i) split.output_epcs.push_back(Urn(absl::StrCat("B", i)));
  Announced source(Of({split}));
  LineageLimits limits;
  limits.max_nodes = 10;
  CHECK(absl::IsResourceExhausted(
      WalkLineage(source, "urn:x:A", Direction::kForward, limits).status()));
  CHECK(source.expected.size() <= 11);
  CHECK(source.asked.size() <= 12);
}

TEST_CASE("Units of one large event take few steps each", "[lineage]") {
  constexpr int kUnits = 3000;
  Event fill = Transform(1, {"I"}, {}), crate = Pack(2, "ADD", "P", {});
  for (int i = 0; i < kUnits; ++i) {
    fill.output_epcs.push_back(Urn(absl::StrCat("O", i)));
    crate.child_epcs.push_back(Urn(absl::StrCat("O", i)));
  }
  const Lineage lineage = Of({fill, crate, Transform(3, {"P"}, {"Z"})});
  LineageLimits few;
  few.max_steps = 10 * kUnits;
  for (const Direction direction : {Direction::kBackward, Direction::kAll}) {
    const auto trace = lineage.Walk("urn:x:Z", direction, few);
    REQUIRE(trace.ok());
    CHECK(trace->nodes.size() == kUnits + 3);
  }
}

TEST_CASE("Unknown units and endless answers are refused", "[lineage]") {
  std::vector<Event> events;
  for (int i = 0; i < 50; ++i) {
    events.push_back(Transform(i, {absl::StrCat("N", i)}, {absl::StrCat("N", i + 1)}));
  }
  const Lineage lineage = Of(events);
  CHECK(absl::IsNotFound(lineage.Walk("urn:x:Z", Direction::kForward).status()));
  LineageLimits limits;
  limits.max_nodes = 10;
  CHECK(absl::IsResourceExhausted(lineage.Walk("urn:x:N0", Direction::kForward, limits).status()));
  limits = {};
  limits.max_edges = 10;
  CHECK(absl::IsResourceExhausted(lineage.Walk("urn:x:N0", Direction::kForward, limits).status()));
}

TEST_CASE("A trace is JSON whatever units are called", "[lineage]") {
  const std::string odd = "urn:x:\"\\\t\x7f \xE9\x85\xB1 \x01";
  Event event = At(EventType::kTransformation, 1);
  event.input_epcs = {odd};
  event.output_epcs = {"urn:x:B"};
  const Trace trace = Walk(Of({event}), "B", Direction::kBackward);
  const auto json = nlohmann::ordered_json::parse("{" + TraceGraphJson(trace) + "}");
  CHECK(json["nodes"][1]["id"] == odd);
  CHECK(json["edges"][0]["from"] == odd);
  CHECK("{" + TraceGraphJson(trace) + "}" == json.dump());
}

TEST_CASE("The tree names each unit below the one it was reached from", "[lineage]") {
  const Lineage lineage = Of({Transform(1, {"A"}, {"B"}), Transform(2, {"B", "A"}, {"C"})});
  CHECK(TraceTree(lineage, Walk(lineage, "C", Direction::kBackward), Direction::kBackward) ==
        "urn:x:C\n"
        "  <- urn:x:A  transformation, 2026-03-01T00:02:00.000Z\n"
        "  <- urn:x:B  transformation, 2026-03-01T00:02:00.000Z\n"
        "    <- urn:x:A  transformation, 2026-03-01T00:01:00.000Z (see above)\n");
}

}  // namespace
}  // namespace suyuan::epcis
