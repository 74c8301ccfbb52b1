#include "chaincode/contracts/trace/nonconformity/recall.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/nonconformity/ledger_graph.h"
#include "chaincode/contracts/trace/nonconformity/responsibility.h"
#include "chaincode/contracts/trace/nonconformity/unit_graph.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using Catch::Matchers::Contains;
using ::nlohmann::json;
using Units = std::vector<std::string>;

constexpr char kGtin[] = "06901234567892";
constexpr char kReason[] = R"({"reason":"salmonella found"})";

// Edges in memory.
class FakeGraph : public UnitGraph {
 public:
  void Edge(const std::string& from, const std::string& to) { edges.emplace_back(from, to); }
  absl::StatusOr<Units> Next(const std::string& unit) override {
    Units out;
    for (const auto& [from, to] : edges) {
      if (from == unit) out.push_back(to);
    }
    return out;
  }
  absl::StatusOr<Units> Previous(const std::string& unit) override {
    Units out;
    for (const auto& [from, to] : edges) {
      if (to == unit) out.push_back(from);
    }
    return out;
  }
  absl::StatusOr<UnitFacts> Facts(const std::string&) override { return UnitFacts(); }

  std::vector<std::pair<std::string, std::string>> edges;
};

// What is reached, by nothing but the definition: until no edge adds anything.
Units Oracle(const std::vector<std::pair<std::string, std::string>>& edges, const Units& seeds) {
  std::set<std::string> reached(seeds.begin(), seeds.end());
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const auto& [from, to] : edges) {
      if (reached.count(from)) reached.insert(to);
    }
  }
  return Units(reached.begin(), reached.end());
}

TEST_CASE("A recall's scope equals a brute-force oracle in random chains", "[recall]") {
  std::mt19937 random(7);
  const auto pick = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  for (int round = 0; round < 300; ++round) {
    FakeGraph graph;
    const size_t units = 2 + pick(40);
    const size_t edges = pick(2 * units);
    for (size_t i = 0; i < edges; ++i) {  // cycles of rework among them
      graph.Edge(absl::StrCat("u", pick(units)), absl::StrCat("u", pick(units)));
    }
    Units seeds;
    for (size_t i = 0; i <= pick(3); ++i) seeds.push_back(absl::StrCat("u", pick(units)));
    const auto found = ForwardClosure(graph, seeds, 1000);
    REQUIRE(found.ok());
    CHECK(*found == Oracle(graph.edges, seeds));
    // Forward and backward are inverse.
    for (const std::string& unit : *found) {
      const auto back = BackwardClosure(graph, {unit}, 1000);
      REQUIRE(back.ok());
      CHECK(std::any_of(seeds.begin(), seeds.end(), [&](const std::string& seed) {
        return std::binary_search(back->begin(), back->end(), seed);
      }));
    }
  }
}

TEST_CASE("A scope that is too large is refused, not cut", "[recall]") {
  FakeGraph graph;
  for (int i = 0; i < 20; ++i) graph.Edge(absl::StrCat("u", i), absl::StrCat("u", i + 1));
  CHECK(absl::IsResourceExhausted(ForwardClosure(graph, {"u0"}, 10).status()));
  CHECK(ForwardClosure(graph, {"u0"}, 21)->size() == 21);
}

TEST_CASE("Who rode in the same container stays out of a recall", "[recall]") {
  epcis::Trace trace;
  trace.root = "milk";
  trace.edges = {{"milk", "yoghurt", "e1", "transformation"},
                 {"yoghurt", "item", "e2", "lot"},
                 {"item", "pallet", "e3", "aggregation"}};
  CHECK(MadeOf(trace) == std::set<std::string>{"item", "milk", "yoghurt"});
  trace.root = "pallet";  // a pallet that is itself meant: what is inside is
  trace.edges = {{"box", "pallet", "e1", "aggregation"},
                 {"item", "box", "e2", "aggregation"},
                 {"pallet", "truck", "e3", "association"}};
  CHECK(MadeOf(trace) == std::set<std::string>{"box", "item", "pallet"});
}

TEST_CASE("A contact with three affected items gets one notice with three", "[recall]") {
  const auto notices =
      GroupNotices({{"c1", "i3"}, {"c2", "i4"}, {"c1", "i1"}, {"c1", "i2"}, {"c1", "i1"}});
  REQUIRE(notices.size() == 2);
  CHECK(notices.at("c1") == Units{"i1", "i2", "i3"});
  CHECK(notices.at("c2") == Units{"i4"});
}

TEST_CASE("A case goes open, notified, in progress, closed, and never back", "[recall]") {
  CHECK(*NextState("r", "open", "notify") == "notified");
  CHECK(*NextState("r", "in progress", "notify") == "in progress");
  CHECK(*NextState("r", "notified", "start") == "in progress");
  CHECK(*NextState("r", "in progress", "close") == "closed");
  CHECK(NextState("r", "open", "close").status().message() == "recall r is open: cannot close it");
  for (const char* action : {"notify", "start", "close"}) {
    CHECK(absl::IsFailedPrecondition(NextState("r", "closed", action).status()));
  }
}

// A lot of the dairy's, as an event names it.
std::string Milk(const std::string& name) { return "dairy:" + name; }
Units Milks(Units names) {
  for (std::string& name : names) name = Milk(name);
  return names;
}

class RecallLedger : public TraceLedger {
 public:
  void Capture(const std::string& event, const Person& person = kProducerUser) {
    TraceLedger::Capture(person, EventsFixture::Document({event}));
  }
  void MakeLot(const std::string& lot) {
    Capture(EventsFixture::Make(++minute_, {}, {Quantity(lot, "1000000")}));
  }
  void Transform(const Units& from, const Units& to) {
    std::vector<std::string> inputs, outputs;
    for (const auto& lot : from) inputs.push_back(Quantity(Milk(lot), "1"));
    for (const auto& lot : to) outputs.push_back(Quantity(Milk(lot), "10"));
    Capture(EventsFixture::Transform(++minute_, inputs, outputs));
  }
  std::string Shipment(const std::string& lot) {
    return EventsFixture::Objects(++minute_, "OBSERVE", "shipping", {}, {Quantity(Milk(lot), "5")},
                                  R"(,"destinationList":[{"type":"owning_party",)"
                                  R"("destination":"urn:suyuan:msp:DistributorMSP"}])");
  }
  std::string ShipmentRefusal(const std::string& lot) {
    return Refusal(kProducerUser, EventsFixture::Document({Shipment(lot)}));
  }
  // Raw milk a and b; mixed into m; m into yoghurt y1 and y2; b alone into cream c.
  void Dairy() {
    MakeLot(Milk("a"));
    MakeLot(Milk("b"));
    Transform({"a", "b"}, {"m"});
    Transform({"m"}, {"y1", "y2"});
    Transform({"b"}, {"c"});
  }
  static std::string Scope(const Units& units) { return json{{"units", units}}.dump(); }

 protected:
  int minute_ = 0;  // of the last event
};

TEST_CASE_METHOD(RecallLedger, "A recall holds exactly what is affected", "[recall]") {
  Dairy();
  const json affected = Milks({"a", "m", "y1", "y2"});
  CHECK(Ask({"Recalls:Preview", Scope({Milk("a")})})["units"] == affected);
  Capture(Shipment("y2"));
  const json opened =
      json::parse(Do(kProducerUser, {"Recalls:Open", "r1", Scope({Milk("a")}), kReason}));
  CHECK(opened["units"] == affected);
  CHECK(opened["impact"]["lots"] == 4);
  CHECK(opened["impact"]["holders"] == json{"DistributorMSP", "ProducerMSP"});

  CHECK_THAT(ShipmentRefusal("y1"),
             Contains("dairy:y1 is held: salmonella found (hold recall:r1)"));
  Capture(Shipment("c"));
  Capture(Shipment("b"));
  CHECK(Ask({"Holds:GetUnit", Milk("c")})["holds"].empty());
}

TEST_CASE_METHOD(RecallLedger, "A recall runs from open to closed", "[recall]") {
  Dairy();
  FoundCouncil();
  Do(kProducerUser, {"Recalls:Open", "r1", Scope({Milk("m")}), kReason});
  const std::string contact(64, 'c');
  for (const std::string& unit : Milks({"m", "y1", "y2"})) {
    Do(kDistributorUser, {"Recalls:RegisterContact", unit, contact});
  }
  CHECK(Error(kProducerUser, {"Recalls:Start", "r1"}) == "recall r1 is open: cannot start it");
  CHECK(Error(kDistributorUser, {"Recalls:Notify", "r1"}) ==
        "only ProducerMSP or a supervisor may notify of recall r1");
  CHECK(Do(kProducerUser, {"Recalls:Notify", "r1"}) == "2");
  json notices = Ask({"Recalls:GetNotices", "r1"});
  REQUIRE(notices.size() == 2);
  CHECK(notices[0]["contact"] == "ProducerMSP");
  CHECK(notices[0]["kind"] == "holder");
  CHECK(notices[1]["units"] == json(Milks({"m", "y1", "y2"})));
  CHECK(notices[1]["status"] == "pending");
  CHECK(Do(kProducerUser, {"Recalls:Notify", "r1"}) == "0");  // nothing new

  Do(kProducerUser, {"Recalls:RecordDelivery", "r1", contact, "sent"});
  Do(kProducerUser, {"Recalls:RecordDelivery", "r1", contact, "delivered"});
  CHECK(Error(kProducerUser, {"Recalls:RecordDelivery", "r1", contact, "lost"}) ==
        "argument 'status': is not sent, delivered, failed or acknowledged");
  CHECK_THAT(Error(kProducerUser, {"Recalls:RecordDelivery", "r1", "nobody", "sent"}),
             Contains("notice to nobody does not exist"));
  CHECK_THAT(Error(kProducerUser,
                   {"Recalls:RecordOutcome", "r1", "dairy:m", R"({"outcome":"recovered"})"}),
             Contains("outcomes follow its start"));
  Do(kProducerUser, {"Recalls:Start", "r1"});
  Do(kProducerUser, {"Recalls:RecordOutcome", "r1", "dairy:m", R"({"outcome":"recovered"})"});
  Do(kProducerUser, {"Recalls:RecordOutcome", "r1", "dairy:y1", R"({"outcome":"destroyed"})"});
  json progress = Ask({"Recalls:Get", "r1"})["progress"];
  CHECK(progress["accountedPercent"] == 66);
  CHECK(progress["deliveredPercent"] == 50);
  CHECK(progress["sent"] == 1);
  CHECK(Error(kProducerUser, {"Recalls:Close", "r1", "done"}) ==
        "recall r1: 1 of 3 units have no outcome");
  CHECK_THAT(Error(kProducerUser,
                   {"Recalls:RecordOutcome", "r1", "dairy:c", R"({"outcome":"recovered"})"}),
             Contains("unit of this recall dairy:c does not exist"));
  Do(kProducerUser, {"Recalls:RecordOutcome", "r1", "dairy:y2", R"({"outcome":"not-found"})"});
  Do(kProducerUser, {"Recalls:Close", "r1", "done"});
  const json closed = Ask({"Recalls:Get", "r1"});
  CHECK(closed["state"] == "closed");
  CHECK(closed["impact"]["soldPercent"] == 100);
  CHECK(closed["impact"]["consumers"] == 1);
  CHECK(Ask({"Recalls:GetUnits", "r1"})[0]["outcomes"].size() == 1);
  CHECK(Error(kProducerUser, {"Recalls:Notify", "r1"}) == "recall r1 is closed: cannot notify it");
  CHECK_THAT(ShipmentRefusal("y1"), Contains("is held"));
}

TEST_CASE_METHOD(RecallLedger, "A supervisor orders a recall on its own authority", "[recall]") {
  Dairy();
  CHECK_THAT(Error(kRegulatorUser, {"Recalls:Order", "r1", Scope({Milk("m")}), kReason}),
             Contains("only a regulator"));
  FoundCouncil();
  CHECK(Error(kDistributorUser, {"Recalls:Open", "r1", Scope({Milk("m")}), kReason}) ==
        "only who has it, who registered its product or a supervisor may recall dairy:m");
  Do(kRegulatorUser, {"Recalls:Order", "r1", Scope({Milk("m")}), kReason});
  CHECK(Ask({"Recalls:Get", "r1"})["ordered"] == true);
  CHECK(Error(kProducerQuality, {"Holds:Dispose", "recall:r1", R"(["dairy:m"])",
                                 R"({"disposition":"release","reason":"x"})"}) ==
        "hold recall:r1 was ordered by a supervisor, who alone may end it");
  CHECK(Error(kProducerUser, {"Holds:Place", "recall:r2", R"(["dairy:a"])", kReason}) ==
        "argument 'hold': ids that begin with 'recall:' are those of recalls");
}

TEST_CASE_METHOD(RecallLedger, "A recall by days and line takes those batches alone", "[recall]") {
  FoundCouncil();
  Do(kRegulatorUser, {"Categories:Create", "milk", R"({"name":"Milk"})"});
  Do(kRegulatorUser, {"Categories:PublishModel", "milk",
                      R"({"fields":[{"name":"line","type":"text","scope":"batch"}]})"});
  Do(kProducerUser, {"RegisterProduct", kGtin, R"({"name":"Milk","category":"milk"})"});
  Do(kRegulatorReviewer, {"ApproveProduct", kGtin});
  const auto batch = [&](const char* id, const char* day, const char* line) {
    const json identification{{"user", "Dairy"},       {"productName", "Milk"},
                              {"model", "1L"},         {"batchNumber", id},
                              {"productionDate", day}, {"inspectionStatus", "passed"}};
    Do(kProducerUser,
       {"Batches:Register", kGtin, id,
        json{{"identification", identification}, {"data", {{"line", line}}}}.dump()});
  };
  batch("B1", "2026-01-01", "1");
  batch("B2", "2026-01-02", "1");
  batch("B3", "2026-01-02", "2");  // sibling of the same day
  batch("B4", "2026-01-03", "1");
  const std::string scope =
      R"({"product":"6901234567892","from":"2026-01-02","to":"2026-01-02","where":{"line":"1"}})";
  CHECK(Ask({"Recalls:Preview", scope})["units"] ==
        json{"https://id.gs1.org/01/06901234567892/10/B2"});
  // What events have made of that batch.
  const std::string lot = "urn:epc:class:lgtin:6901234.056789.B2";
  MakeLot(lot);
  Capture(EventsFixture::Transform(++minute_, {Quantity(lot, "1")}, {Quantity(Milk("x"), "1")}));
  CHECK(Ask({"Recalls:Preview", scope})["units"] ==
        json{"dairy:x", "https://id.gs1.org/01/06901234567892/10/B2"});
  CHECK_THAT(AskError({"Recalls:Preview",
                       R"({"product":"6901234567892","from":"2026-02-02","to":"2026-02-02"})"}),
             Contains("no batch of product 06901234567892 fits the scope"));
  CHECK_THAT(AskError({"Recalls:Preview", R"({"units":["(01)06901234567892"]})"}),
             Contains("which is no lot or single thing"));
}

TEST_CASE_METHOD(RecallLedger, "A recall over random lots equals the oracle", "[recall]") {
  std::mt19937 random(11);
  const auto pick = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  Units lots;
  for (int i = 0; i < 8; ++i) {
    lots.push_back(absl::StrCat("raw", i));
    MakeLot(Milk(lots.back()));
  }
  std::vector<std::pair<std::string, std::string>> edges;
  for (int i = 0; i < 60; ++i) {
    std::set<std::string> from;
    for (size_t n = 1 + pick(3); from.size() < n;) from.insert(lots[pick(lots.size())]);
    Units to;
    for (size_t n = 1 + pick(3); to.size() < n;) to.push_back(absl::StrCat("l", i, ".", to.size()));
    Transform(Units(from.begin(), from.end()), to);
    for (const auto& f : from) {
      for (const auto& t : to) edges.emplace_back(Milk(f), Milk(t));
    }
    lots.insert(lots.end(), to.begin(), to.end());
  }
  for (int i = 0; i < 20; ++i) {
    const Units seeds{Milk(lots[pick(lots.size())])};
    CHECK(Ask({"Recalls:Preview", Scope(seeds)})["units"] == json(Oracle(edges, seeds)));
  }
}

TEST_CASE_METHOD(RecallLedger, "A report names who made, moved, tested and held a unit",
                 "[recall]") {
  SetTime("2026-03-01T00:00:00Z");
  Dairy();
  Do(kProducerQuality, {"Holds:Inspect", Milk("m"), R"({"result":"passed","method":"GB 4789.4"})"});
  minute_ = 600;
  Capture(Shipment("y1"));
  Capture(
      EventsFixture::Objects(++minute_, "OBSERVE", "receiving", {}, {Quantity(Milk("y1"), "5")}),
      kDistributorUser);
  const auto steps = [](const json& report) {
    std::multiset<std::string> out;
    for (const auto& act : report["acts"]) out.insert(act["step"].get<std::string>());
    return out;
  };
  const json all = Ask({"Recalls:GetResponsibility", Milk("y1"), "", ""});
  // Not the making of cream.
  CHECK(steps(all) == std::multiset<std::string>{"TransformationEvent", "TransformationEvent",
                                                 "commissioning", "commissioning", "inspected",
                                                 "receiving", "shipping"});
  CHECK(all["parties"].size() == 2);
  CHECK(all["acts"][0]["txId"].get<std::string>().size() > 10);
  const json window = Ask(
      {"Recalls:GetResponsibility", Milk("y1"), "2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z"});
  CHECK(steps(window) == std::multiset<std::string>{"receiving", "shipping"});
  CHECK(window["parties"][0]["mspId"] == "DistributorMSP");
}

TEST_CASE_METHOD(RecallLedger, "What was packed beside an affected item stays out", "[recall]") {
  // Item 1 of lot A, item 2 not, both on one pallet.
  TraceLedger::Capture(
      kProducerUser,
      EventsFixture::Document(
          {EventsFixture::Make(1, {}, {Quantity(Lot("A"), "10")}),
           EventsFixture::Transform(2, {Quantity(Lot("A"), "10")}, {Quantity(Lot("B"), "10")}),
           EventsFixture::Make(3, {Item("2")}),
           R"({"type":"TransformationEvent","eventTime":"2026-03-01T00:04:00Z",
               "eventTimeZoneOffset":"+00:00","inputQuantityList":[)" +
               Quantity(Lot("B"), "10") + R"(],"outputEPCList":[")" + Item("1") + "\"]}",
           EventsFixture::Pack(5, "ADD", Pallet("1"), {Item("1"), Item("2")})}));
  const std::string a = *UnitName(Lot("A")), b = *UnitName(Lot("B")), item1 = *UnitName(Item("1")),
                    item2 = *UnitName(Item("2"));
  const json opened =
      json::parse(Do(kProducerUser, {"Recalls:Open", "r1", Scope({Lot("A")}), kReason}));
  CHECK(opened["units"] == json{a, b, item1});
  CHECK(opened["impact"]["items"] == 1);
  CHECK(Ask({"Holds:Check", item1, "sell"})["allowed"] == false);
  CHECK(Ask({"Holds:Check", item2, "sell"})["allowed"] == true);
  const json report = Ask({"Recalls:GetResponsibility", item1, "", ""});
  CHECK(report["parties"][0]["mspId"] == "ProducerMSP");
  CHECK(report["acts"].size() >= 4);
}

TEST_CASE_METHOD(RecallLedger, "Who has the pallet is told of what is on it", "[recall]") {
  const std::string lot = ::suyuan::Lot("P");
  const auto holders = [&](const std::string& unit) {
    return Ask({"Recalls:Preview", Scope({unit})})["impact"]["holders"];
  };
  Capture(EventsFixture::Make(1, {Item("1")}, {Quantity(lot, "10")}));
  Capture(EventsFixture::Pack(2, "ADD", Pallet("1"), {Item("1")}, {Quantity(lot, "6")}));
  CHECK(holders(Item("1")) == json{"ProducerMSP"});
  CHECK(holders(lot) == json{"ProducerMSP"});
  Capture(EventsFixture::Objects(3, "OBSERVE", "shipping", {Pallet("1")}));
  Capture(EventsFixture::Objects(4, "OBSERVE", "receiving", {Pallet("1")}), kDistributorUser);
  CHECK(holders(Item("1")) == json{"DistributorMSP"});
  CHECK(holders(lot) == json{"DistributorMSP", "ProducerMSP"});
  Capture(EventsFixture::Pack(5, "ADD", Pallet("2"), {}, {Quantity(lot, "4")}));
  Capture(EventsFixture::Objects(6, "OBSERVE", "shipping", {Pallet("2")}));
  Capture(EventsFixture::Objects(7, "OBSERVE", "receiving", {Pallet("2")}), kDistributorUser);
  CHECK(holders(lot) == json{"DistributorMSP"});
  // Who has the pallet may set aside what is on it.
  CHECK(Ask({"Holds:Check", lot, "ship"})["allowed"] == true);
  Do(kDistributorUser, {"Holds:Place", "h1", json{lot}.dump(), kReason});
  CHECK(Ask({"Holds:Check", lot, "ship"})["allowed"] == false);
}

}  // namespace
}  // namespace suyuan
