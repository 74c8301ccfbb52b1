#include <algorithm>
#include <chrono>
#include <set>

#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/trace_output.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using ::nlohmann::json;

std::vector<std::string> Ids(const json& trace) {
  std::vector<std::string> ids;
  for (const auto& node : trace["nodes"]) ids.push_back(node["epc"]);
  std::sort(ids.begin(), ids.end());
  return ids;
}

TEST_CASE_METHOD(EventsFixture, "A file captured twice stores nothing new and says so",
                 "[events]") {
  const std::vector<std::string> events = {Make(1, {}, {Quantity(Lot("A"), "100")}),
                                           Make(2, {Item("1"), Item("2")})};
  const json first = Capture(kGrower, events);
  CHECK(first["job"]["stored"] == 2);
  CHECK(first["job"]["success"] == true);
  CHECK(first["results"][0]["event"] == "/epcisBody/eventList/0");
  const size_t keys = ledger_.state().size();
  const json again = Capture(kGrower, events);
  CHECK(again["job"]["stored"] == 0);
  CHECK(again["job"]["duplicate"] == 2);
  CHECK(again["results"][1]["result"] == "duplicate");
  CHECK(again["results"][1]["eventHash"] == first["results"][1]["eventHash"]);
  CHECK(ledger_.state().size() == keys + 1);  // the job
  CHECK(Have(Lot("A"), kGrower) == "100");
  CHECK(AskJson({"Events:GetJob", again["job"]["captureID"]}) == again["job"]);
}

TEST_CASE_METHOD(EventsFixture, "One bad event of ten: rollback stores none, proceed the others",
                 "[events]") {
  std::vector<std::string> events;
  for (int i = 0; i < 10; ++i) events.push_back(Make(i, {Item(absl::StrCat(i + 10))}));
  events[6] = Event("ObjectEvent", 6, R"("action":"ADD","bizStep":"no_such_step","epcList":[])");
  const json rollback = Capture(kGrower, events);
  CHECK(rollback["job"]["stored"] == 0);
  CHECK(rollback["job"]["success"] == false);
  CHECK(rollback["results"][0]["result"] == "rolledBack");
  CHECK_THAT(rollback["results"][6].value("reason", ""),
             Contains("/epcisBody/eventList/6/bizStep"));
  CHECK(ledger_.state().size() == 1);  // the job
  const json proceed = Capture(kGrower, events, R"({"onError":"proceed"})");
  CHECK(proceed["job"]["stored"] == 9);
  CHECK(proceed["job"]["errors"].size() == 1);
  CHECK(proceed["job"]["errors"][0]["event"] == "/epcisBody/eventList/6");
  // A rule of the ledger is told like one of the format.
  events = {Make(1, {Item("50")}), Objects(2, "OBSERVE", "shipping", {Item("10")})};
  const json foreign = Capture(kMill, events);
  CHECK(foreign["results"][0]["result"] == "rolledBack");
  CHECK(foreign["results"][1]["reason"] == "/epcisBody/eventList/1/epcList/0: " + Item("10") +
                                               " is held by GrowerMSP, not by MillMSP");
  CHECK_FALSE(Ask({"Events:GetUnit", Item("50")}).response.ok());
}

TEST_CASE_METHOD(EventsFixture, "A record keeps its times, author and transaction apart",
                 "[events]") {
  const std::string hash = Store(kGrower, Make(1, {Item("1")}));
  const json found = AskJson({"Events:GetEvent", hash});
  const json& record = found["record"];
  CHECK(record["event"]["eventTime"] == "2026-03-01T00:01:00Z");
  CHECK_THAT(record.value("recordTime", ""), Catch::Matchers::StartsWith("2026-01-01T00:00:0"));
  CHECK(record["author"]["mspId"] == kGrower);
  CHECK_THAT(record["author"].value("id", ""), Catch::Matchers::StartsWith("x509::"));
  CHECK(record["txId"].get<std::string>().size() == 64);
  CHECK(found["declarations"].empty());
}

TEST_CASE_METHOD(EventsFixture, "Captures of different units never meet", "[events]") {
  std::vector<std::unique_ptr<testing::MockStub>> stubs;
  for (int i = 0; i < 20; ++i) {
    stubs.push_back(std::make_unique<testing::MockStub>(
        &ledger_,
        testing::MockCall{
            .args = {"Events:Capture", Document({Make(1, {Item(absl::StrCat(i + 1))})}), ""}}));
    REQUIRE(chaincode_->Invoke(stubs.back()->stub()).ok());
  }
  for (auto& stub : stubs) CHECK(stub->Commit());
  // Of one event captured side by side, one wins.
  stubs.clear();
  for (int i = 0; i < 2; ++i) {
    stubs.push_back(std::make_unique<testing::MockStub>(
        &ledger_,
        testing::MockCall{.args = {"Events:Capture", Document({Make(2, {Item("99")})}), ""}}));
    REQUIRE(chaincode_->Invoke(stubs.back()->stub()).ok());
  }
  CHECK(stubs[0]->Commit());
  CHECK_FALSE(stubs[1]->Commit());
}

TEST_CASE_METHOD(EventsFixture, "A lot of 100 kg can't give 120, and loss is declared",
                 "[events]") {
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "100")}));
  CHECK_THAT(
      Refusal(kGrower, Transform(2, {Quantity(Lot("A"), "120")}, {Quantity(Lot("B"), "120")})),
      EndsWith("inputQuantityList/0: lot " + Lot("A") + ": GrowerMSP has 100 KGM, not 120 KGM"));
  CHECK_THAT(
      Refusal(kGrower, Transform(2, {Quantity(Lot("A"), "100")}, {Quantity(Lot("B"), "120")})),
      EndsWith("outputQuantityList: does not balance: inputs 100000 GRM, outputs 120000 GRM, "
               "declared loss 0 GRM"));
  CHECK_THAT(
      Refusal(kGrower, Transform(2, {Quantity(Lot("A"), "100")}, {Quantity(Lot("B"), "80")})),
      Contains("does not balance"));
  Store(kGrower, Transform(2, {Quantity(Lot("A"), "100")},
                           {Quantity(Lot("B"), "50000", "GRM"), Quantity(Lot("C"), "30")},
                           R"(,"suyuan:lossList":[{"quantity":20,"uom":"KGM"}])"));
  CHECK(Have(Lot("A"), kGrower) == "0");
  CHECK(Have(Lot("B"), kGrower) == "50000");
  CHECK(Unit(Lot("A"))["unit"]["used"] == "100");
  CHECK_THAT(Refusal(kGrower,
                     Transform(3, {Quantity(Lot("A"), "0.001")}, {Quantity(Lot("D"), "1", "GRM")})),
             Contains("has 0 KGM, not 0.001 KGM"));
  // Units are converted; a loss of its own is an event of its own.
  Store(kGrower, Objects(4, "DELETE", "destroying", {}, {Quantity(Lot("B"), "10")}));
  CHECK(Have(Lot("B"), kGrower) == "40000");
  CHECK_THAT(
      Refusal(kGrower, Objects(5, "DELETE", "destroying", {}, {Quantity(Lot("B"), "1", "LTR")})),
      Contains("LTR can't be counted in GRM"));
}

TEST_CASE_METHOD(EventsFixture, "A declared error is taken back, and kept", "[events]") {
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "100")}));
  const std::string wrong = Transform(2, {Quantity(Lot("A"), "100")}, {Quantity(Lot("B"), "100")});
  const std::string hash = Store(kGrower, wrong);
  const std::string declaration =
      wrong.substr(0, wrong.size() - 1) +
      R"(,"errorDeclaration":{"declarationTime":"2026-03-02T00:00:00Z","reason":"incorrect_data"}})";
  CHECK_THAT(Refusal(kMill, declaration),
             Contains("errorDeclaration: GrowerMSP has captured this event"));
  const json answer = Capture(
      kGrower, {declaration, Transform(2, {Quantity(Lot("A"), "60")}, {Quantity(Lot("C"), "60")})});
  INFO(answer.dump());
  CHECK(answer["results"][0]["result"] == "declared");
  CHECK(answer["results"][0]["eventHash"] == hash);
  CHECK(answer["results"][1]["result"] == "stored");
  CHECK(Have(Lot("A"), kGrower) == "40");
  CHECK(Have(Lot("B"), kGrower) == "0");
  CHECK(Ids(Trace("forward", Lot("A"))) == std::vector<std::string>{Lot("A"), Lot("C")});
  const json kept = AskJson({"Events:GetEvent", hash});
  CHECK(kept["record"]["eventHash"] == hash);
  CHECK(kept["declarations"].size() == 1);
  CHECK(Capture(kGrower, {declaration})["results"][0]["result"] == "duplicate");
  CHECK(Have(Lot("A"), kGrower) == "40");
}

TEST_CASE_METHOD(EventsFixture, "What is inside inherits holder, and is found by its pallet",
                 "[events]") {
  Store(kGrower, Make(1, {Item("1"), Item("2"), Pallet("1"), Pallet("2")}));
  Store(kGrower, Pack(2, "ADD", Pallet("1"), {Item("1"), Item("2")}));
  Store(kGrower, Pack(3, "ADD", Pallet("2"), {Pallet("1")}));
  CHECK_THAT(Refusal(kGrower, Pack(4, "ADD", Pallet("1"), {Pallet("2")})),
             Contains("would be inside of itself"));
  CHECK_THAT(Refusal(kGrower, Objects(4, "OBSERVE", "shipping", {Item("1")})),
             Contains("unpack it, or move that"));
  Store(
      kGrower,
      Objects(
          5, "OBSERVE", "shipping", {Pallet("2")}, {},
          R"(,"destinationList":[{"type":"owning_party","destination":"urn:suyuan:msp:MillMSP"}])"));
  CHECK(Unit(Item("1"))["sent"] == true);
  CHECK_THAT(Refusal(kShop, Objects(6, "OBSERVE", "receiving", {Pallet("2")})),
             Contains("is held by GrowerMSP, and under way to MillMSP, not to ShopMSP"));
  CHECK_THAT(Refusal(kGrower, Pack(6, "DELETE", Pallet("1"), {Item("1")})),
             Contains("is under way"));
  Store(kMill, Objects(7, "OBSERVE", "receiving", {Pallet("2")}));
  CHECK(Unit(Item("1"))["holder"] == kMill);
  CHECK(Unit(Item("1"))["within"].size() == 2);
  Store(kMill, Pack(8, "DELETE", Pallet("1"), {Item("1")}));
  CHECK(Unit(Item("1"))["holder"] == kMill);
  CHECK(Unit(Item("1"))["within"].empty());
  CHECK(Unit(Item("2"))["within"].size() == 2);
  CHECK_THAT(Refusal(kMill, Pack(9, "DELETE", Pallet("1"), {Item("1")})), Contains("is not in"));
  Store(kMill, Objects(10, "OBSERVE", "retail_selling", {Item("1")}));
  CHECK(Unit(Item("1"))["holder"] == "");
  Store(kShop, Objects(11, "OBSERVE", "receiving", {Item("1")}));  // second hand
  CHECK(Unit(Item("1"))["holder"] == kShop);
  Store(kShop, Objects(12, "DELETE", "destroying", {Item("1")}));
  CHECK_THAT(Refusal(kShop, Objects(13, "OBSERVE", "shipping", {Item("1")})),
             Contains("has ended (destroying)"));
}

TEST_CASE_METHOD(EventsFixture, "Part of a lot is shipped, and the rest stays", "[events]") {
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "100")}));
  Store(kGrower, Objects(2, "OBSERVE", "shipping", {}, {Quantity(Lot("A"), "60")}));
  CHECK(Have(Lot("A"), kGrower) == "40");
  CHECK_THAT(Refusal(kMill, Objects(3, "OBSERVE", "receiving", {}, {Quantity(Lot("A"), "70")})),
             Contains("60 KGM under way to MillMSP, not 70 KGM"));
  Store(kMill, Objects(3, "OBSERVE", "receiving", {}, {Quantity(Lot("A"), "50")}));
  CHECK(Have(Lot("A"), kMill) == "50");
  CHECK_THAT(Refusal(kMill, Transform(4, {Quantity(Lot("A"), "60")}, {Quantity(Lot("B"), "60")})),
             Contains("MillMSP has 50 KGM, not 60 KGM"));
  Store(kMill, Transform(4, {Quantity(Lot("A"), "50")}, {Quantity(Lot("B"), "50")}));
  Store(kGrower, Objects(5, "OBSERVE", "void_shipping", {}, {Quantity(Lot("A"), "10")}));
  CHECK(Have(Lot("A"), kGrower) == "50");
}

TEST_CASE_METHOD(EventsFixture, "What no event has made is refused where the product is registered",
                 "[events]") {
  const std::string event = Transform(2, {Quantity(Lot("X"), "5")}, {Quantity(Lot("Y"), "5")});
  CHECK_THAT(
      Refusal(kMill, event, R"({"strict":true})"),
      EndsWith("inputQuantityList/0: " + Lot("X") + " does not exist: no event has made it"));
  ledger_.Submit(*chaincode_, {.args = {"RegisterProduct", "09520001000157", R"({"name":"Beans"})"},
                               .msp_id = kMill,
                               .certificate_pem = testing::CertificateOf({kMill, "user"})});
  const std::string unit = epcis::UnitId(Lot("X"));
  INFO(unit);
  CHECK_THAT(Refusal(kMill, event), Contains("does not exist"));
  const std::string other = "urn:epc:class:lgtin:9520001.000099.X";
  Store(kMill, Transform(3, {Quantity(other, "5")},
                         {Quantity("urn:epc:class:lgtin:9520001.000099.Y", "5")}));
  CHECK(Unit(other)["unit"]["origin"] == "outside");
}

TEST_CASE_METHOD(EventsFixture, "Trace goes both ways, and is the same however events came",
                 "[events]") {
  std::vector<std::string> events = {
      Make(1, {}, {Quantity(Lot("A"), "100"), Quantity(Lot("B"), "50")}),
      Transform(2, {Quantity(Lot("A"), "60"), Quantity(Lot("B"), "50")},
                {Quantity(Lot("C"), "110")}),
      Transform(3, {Quantity(Lot("C"), "110")},
                {Quantity(Lot("D"), "55"), Quantity(Lot("E"), "55")}),
      Transform(3, {Quantity(Lot("A"), "40")}, {Quantity(Lot("F"), "40")}),
      Make(4, {Pallet("1")}),
      Pack(5, "ADD", Pallet("1"), {}, {Quantity(Lot("D"), "10")}),
  };
  Capture(kGrower, events);
  const json back = Trace("backward", Lot("D"));
  CHECK(Ids(back) == std::vector<std::string>{Lot("A"), Lot("B"), Lot("C"), Lot("D"), Pallet("1")});
  CHECK(back["edges"][0]["reason"] == "transformation");
  CHECK(back["edges"][1]["reason"] == "aggregation");
  CHECK(back["events"].size() == 4);
  CHECK(Ids(Trace("forward", Lot("B"))) ==
        std::vector<std::string>{Lot("B"), Lot("C"), Lot("D"), Lot("E"), Pallet("1")});
  CHECK(Ids(Trace("all", Pallet("1"))).size() == 7);
  CHECK(Ids(Trace("path", Lot("D"))) == std::vector<std::string>{Lot("D"), Pallet("1")});
  EventsFixture other;
  std::reverse(events.begin(), events.end());
  other.Capture(kGrower, events);
  for (const char* direction : {"backward", "forward", "all", "path"}) {
    json a = Trace(direction, Lot("C")), b = other.Trace(direction, Lot("C"));
    CHECK(a["nodes"] == b["nodes"]);
    CHECK(a["edges"] == b["edges"]);
  }
  // As it was before the last transaction.
  const std::string tx = back["events"].back()["txId"];
  CHECK_FALSE(Ask({"Events:Trace", "backward", Lot("D"), List({tx})}).response.ok());
  CHECK(Ask({"Events:Trace", "sideways", Lot("D"), "[]"}).response.message ==
        "argument 'direction': is not forward, backward, path or all");
  CHECK_THAT(Ask({"Events:Trace", "path", Lot("none"), "[]"}).response.message,
             Contains("no event knows it"));
}

TEST_CASE_METHOD(EventsFixture, "Events are found by what they say", "[events]") {
  for (int i = 0; i < 30; ++i) {
    Store(kGrower, Make(i, {Item(absl::StrCat(i + 1))}, {},
                        absl::StrCat(R"(,"readPoint":{"id":"urn:epc:id:sgln:9520001.00000.)", i % 2,
                                     "\"}")));
  }
  const auto find = [&](const std::string& filters, const std::string& bookmark = "") {
    return AskJson({"Events:Query", filters, bookmark});
  };
  CHECK(find("{}")["events"].size() == 30);
  CHECK(find(R"({"epc":"(01)09520001000225(21)7"})")["events"].size() == 1);
  CHECK(
      find(R"({"bizStep":"commissioning","readPoint":"urn:epc:id:sgln:9520001.00000.1"})")["events"]
          .size() == 15);
  CHECK(find(R"({"bizStep":"shipping"})")["events"].empty());
  CHECK(
      find(R"({"from":"2026-03-01T00:10:00Z","before":"2026-03-01T00:15:00Z"})")["events"].size() ==
      5);
  json page = find(R"({"limit":12})");
  CHECK(page["events"].size() == 12);
  CHECK(page["events"][0]["record"]["event"]["eventTime"] == "2026-03-01T00:00:00Z");
  page = find(R"({"limit":12})", page["bookmark"]);
  page = find(R"({"limit":12})", page["bookmark"]);
  CHECK(page["events"].size() == 6);
  CHECK(page["bookmark"] == "");
  CHECK(Ask({"Events:Query", R"({"colour":"red"})", ""}).response.message ==
        "filters: colour: is no filter");
  CHECK(AskJson({"Events:GetEvents", List({page["events"][0]["record"]["eventHash"], "x"})})[1]
            .is_null());
}

TEST_CASE_METHOD(EventsFixture, "A sale of a registered product tells who sells what", "[events]") {
  const auto call = [&](const std::string& function, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{function};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const auto result =
        ledger_.Submit(*chaincode_, {.args = words,
                                     .msp_id = kGrower,
                                     .certificate_pem = testing::CertificateOf({kGrower, "user"})});
    INFO(result.response.message);
    REQUIRE(result.committed);
  };
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "10")}));
  const auto sale = [](int minute) {
    return Objects(minute, "OBSERVE", "retail_selling", {}, {Quantity(Lot("A"), "1")});
  };
  Store(kGrower, sale(2));  // of a product that nobody has registered
  const std::string gtin = "09520001000157";
  call("RegisterProduct", {gtin, R"({"name":"Beans"})"});
  const std::string seller = absl::StrCat("quantityList/0: organization ", kGrower, " sells, ");
  CHECK_THAT(Refusal(kGrower, sale(3)), EndsWith(seller + "and is not registered"));
  call("Organizations:Register", {R"({"name":"Farm"})"});
  CHECK_THAT(Refusal(kGrower, sale(3)), EndsWith(seller + "and has no address on file"));
  call("Organizations:Register", {R"({"name":"Farm","address":"Bengbu"})"});
  CHECK_THAT(Refusal(kGrower, sale(3)),
             EndsWith("product " + gtin + " is sold, and has no specification (or model) on file"));
  call("ProductRegistration:ChangeProduct", {gtin, R"({"specification":"sack of 25 kg"})"});
  Store(kGrower, sale(3));
}

TEST_CASE_METHOD(EventsFixture, "A held unit is neither shipped, used, packed nor sold",
                 "[events]") {
  Store(kGrower, Make(1, {Item("1"), Item("2"), Pallet("1")}, {Quantity(Lot("A"), "10")}));
  Store(kGrower, Pack(2, "ADD", Pallet("1"), {Item("1")}));
  for (const std::string& unit : {Item("1"), Item("2"), Lot("A")}) {
    const auto result =
        Submit(kGrower, {"Holds:Place", absl::StrCat("H", unit.substr(unit.size() - 1)),
                         List({unit}), R"({"reason":"smell"})"});
    INFO(result.response.message);
    CHECK(result.committed);
  }
  const std::string why = " is held: smell (hold H";
  CHECK_THAT(Refusal(kGrower, Objects(3, "OBSERVE", "shipping", {Pallet("1")})), Contains(why));
  CHECK_THAT(Refusal(kGrower, Objects(3, "OBSERVE", "retail_selling", {Item("2")})), Contains(why));
  CHECK_THAT(Refusal(kGrower, Pack(3, "ADD", Pallet("1"), {Item("2")})), Contains(why));
  CHECK_THAT(Refusal(kGrower, Transform(3, {Quantity(Lot("A"), "10")}, {Quantity(Lot("B"), "10")})),
             Contains(why));
}

TEST_CASE_METHOD(EventsFixture, "Rework returns to the same lot, and a trace of it ends",
                 "[events]") {
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "10")}));
  Store(kGrower, Transform(2, {Quantity(Lot("A"), "10")}, {Quantity(Lot("B"), "10")}));
  Store(kGrower, Transform(3, {Quantity(Lot("B"), "10")}, {Quantity(Lot("A"), "9")},
                           R"(,"suyuan:lossList":[{"quantity":1,"uom":"KGM"}])"));
  Store(kGrower, Transform(4, {Quantity(Lot("A"), "9")}, {Quantity(Lot("A"), "9")}));
  CHECK(Unit(Lot("A"))["unit"]["reworked"] == 1);
  CHECK(Have(Lot("A"), kGrower) == "9");
  CHECK(Ids(Trace("backward", Lot("A"))) == std::vector<std::string>{Lot("A"), Lot("B")});
  CHECK(Trace("forward", Lot("A"))["edges"].size() == 3);
  // An inspection passed before the rework says nothing of the lot any more.
  const json inspections = AskJson({"Holds:GetUnit", Lot("A")})["inspections"];
  REQUIRE(!inspections.empty());
  CHECK(inspections.back().dump().find(R"("result":"")") != std::string::npos);
}

TEST_CASE_METHOD(EventsFixture, "A process over several events gives no more than went in",
                 "[events]") {
  const std::string id = R"(,"transformationID":"urn:epc:id:gdti:9520001.00005.7")";
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "60"), Quantity(Lot("B"), "40")}));
  Store(kGrower, Transform(2, {Quantity(Lot("A"), "60")}, {}, id));
  CHECK_THAT(Refusal(kGrower, Transform(3, {}, {Quantity(Lot("C"), "61")}, id)),
             Contains("has given 1000 GRM more than went in"));
  Store(kGrower, Transform(4, {Quantity(Lot("B"), "40")}, {}, id));
  Store(kGrower, Transform(5, {}, {Quantity(Lot("C"), "70")}, id));
  Store(kGrower, Transform(6, {}, {Quantity(Lot("D"), "30")}, id));
  CHECK_THAT(Refusal(kGrower, Transform(7, {}, {Quantity(Lot("E"), "0.1")}, id)),
             Contains("more than went in"));
  CHECK(Ids(Trace("backward", Lot("D"))) == std::vector<std::string>{Lot("A"), Lot("B"), Lot("D")});
}

TEST_CASE_METHOD(EventsFixture, "A report tells what of a unit is not known", "[events]") {
  const std::string bought = "urn:epc:class:lgtin:9520001.000099.X";
  Store(kMill, Objects(1, "OBSERVE", "receiving", {}, {Quantity(bought, "10")}));
  Store(kMill, Make(2, {}, {Quantity(Lot("A"), "10")},
                    R"(,"suyuan:specialProcess":"concession 7: moisture 14.5 %")"));
  Store(kMill, Transform(3, {Quantity(Lot("A"), "10"), Quantity(bought, "10")},
                         {Quantity(Lot("B"), "20")}));
  Store(kMill, Transform(4, {Quantity(Lot("B"), "20")}, {Quantity(Lot("C"), "20")}));
  const json made = AskJson({"Events:Report", Lot("A")});
  CHECK(made["score"] == 100);
  Store(kMill, Objects(5, "OBSERVE", "shipping", {}, {Quantity(Lot("C"), "5")}));
  const json report = AskJson({"Events:Report", Lot("C")});
  CHECK(report["source"] == false);
  CHECK(report["withoutSource"] == json::array({epcis::UnitId(bought)}));
  CHECK(report["destination"] == false);
  CHECK(report["underWay"] == json::array({"5 KGM from MillMSP to anyone"}));
  CHECK(report["responsible"] == true);
  CHECK(report["score"] == 33);
  CHECK(report["special"][0]["text"] == "concession 7: moisture 14.5 %");
  const json broken = AskJson({"Events:BrokenLinks", ""});
  REQUIRE(broken["units"].size() == 2);
  CHECK(broken["units"][0]["missing"] == json::array({"destination"}));
  CHECK(broken["units"][1]["missing"] == json::array({"source"}));
  CHECK(broken["bookmark"] == "");
}

TEST_CASE_METHOD(EventsFixture, "Components show the time they were in", "[events]") {
  const auto fit = [](int minute, const char* action, const std::string& machine,
                      const std::string& part) {
    return Event("AssociationEvent", minute,
                 absl::StrCat(R"("action":")", action, R"(","parentID":")", machine,
                              R"(","childEPCs":)", List({part})));
  };
  const std::string pump = "urn:epc:id:giai:9520001.P1", engine = "urn:epc:id:giai:9520001.E1",
                    other = "urn:epc:id:giai:9520001.E2";
  Store(kMill, Make(1, {pump, engine, other}));
  Store(kMill, fit(2, "ADD", engine, pump));
  CHECK_THAT(Refusal(kMill, fit(3, "ADD", other, pump)), Contains("already"));
  Store(kMill, Objects(4, "OBSERVE", "inspecting", {engine}));
  Store(kMill, fit(5, "DELETE", engine, pump));
  Store(kMill, Objects(6, "OBSERVE", "inspecting", {engine}));
  Store(kMill, fit(7, "ADD", other, pump));
  CHECK(Unit(pump)["within"] == json::array({epcis::UnitId(other)}));
  const json path = Trace("path", pump);
  CHECK(path["edges"].size() == 2);
  CHECK(path["edges"][0]["reason"] == "association");
  CHECK(path["events"].size() == 5);  // not the engine's inspection after it was out
}

// Bottles of lot A with these serial numbers, by one event.
std::string Bottle(int minute, int from, int to) {
  std::vector<std::string> bottles;
  for (int i = from; i < to; ++i) bottles.push_back(Item(absl::StrCat(i)));
  return EventsFixture::Event("TransformationEvent", minute,
                              absl::StrCat(R"("inputQuantityList":[)", Quantity(Lot("A"), "10"),
                                           R"(],"outputEPCList":)", List(bottles)));
}

// A trace as it is asked for, and with every name read by a query of its own.
struct BothWays {
  LedgerTrace ahead, one_by_one;
  size_t requests_ahead = 0, requests_one_by_one = 0;
};
BothWays TraceBothWays(testing::MockLedger* ledger, const std::string& epc,
                       const std::set<std::string>& without = {}) {
  const auto trace = [&](bool read_ahead, size_t* requests) {
    testing::MockStub mock(ledger, {});
    auto found = TraceLedger(mock.stub(), epc, epcis::Direction::kForward, {without, read_ahead});
    REQUIRE(found.ok());
    *requests = ledger->last_requests().size();
    return *std::move(found);
  };
  BothWays out;
  out.ahead = trace(true, &out.requests_ahead);
  out.one_by_one = trace(false, &out.requests_one_by_one);
  CHECK(epcis::TraceGraphJson(out.ahead.trace) == epcis::TraceGraphJson(out.one_by_one.trace));
  CHECK(out.ahead.transactions == out.one_by_one.transactions);
  CHECK(out.ahead.read == out.one_by_one.read);
  return out;
}

TEST_CASE_METHOD(EventsFixture, "Names that are read ahead change no answer", "[events]") {
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "100")}));
  Store(kGrower, Bottle(2, 1000, 1100));
  const BothWays dense = TraceBothWays(&ledger_, Lot("A"));
  CHECK(dense.ahead.trace.nodes.size() == 101);
  CHECK(dense.requests_ahead < 10);
  CHECK(dense.requests_one_by_one > 100);
  // Others between them, some with more events than a page holds, and events that do not count.
  for (int i = 0; i < 8; ++i) {
    std::vector<std::string> strangers;
    for (int n = 0; n < 60; ++n) strangers.push_back(Item(absl::StrCat(1030 + i, "x", n)));
    Store(kMill, Make(3 + i, strangers));
  }
  for (int i = 0; i < 80; ++i) {
    Store(kGrower, Objects(20 + i, "OBSERVE", "inspecting", {Item("1050")}));
  }
  const std::string last = Objects(200, "OBSERVE", "inspecting", {Item("1051")});
  Store(kGrower, last);
  const json declared = Capture(
      kGrower,
      {last.substr(0, last.size() - 1) +
       R"(,"errorDeclaration":{"declarationTime":"2026-03-02T00:00:00Z","reason":"incorrect_data"}})"});
  CHECK(declared["job"]["declared"] == 1);
  Store(kGrower, Bottle(201, 1200, 1400));
  const BothWays mixed = TraceBothWays(&ledger_, Lot("A"));
  CHECK(mixed.ahead.trace.nodes.size() == 301);
  CHECK(mixed.ahead.trace.events.size() == 83);
  CHECK(mixed.requests_ahead < mixed.requests_one_by_one);
  TraceBothWays(&ledger_, Lot("A"), {*mixed.ahead.read.begin(), *mixed.ahead.read.rbegin()});
}

TEST_CASE_METHOD(EventsFixture, "A trace by numbers is the same trace", "[events]") {
  Store(kGrower, Make(1, {}, {Quantity(Lot("A"), "100")}));
  Store(kGrower, Bottle(2, 10, 13));
  Store(kGrower, Pack(3, "ADD", Pallet("1"), {Item("11"), Item("12")}));
  const json numbers = AskJson({"Events:TraceNumbers", "forward", Lot("A"), "[]"});
  const json trace = Trace("forward", Lot("A"));
  json nodes = json::array(), edges = json::array(), events = json::array();
  for (size_t i = 0; i < numbers["ids"].size(); ++i) {
    const json& epc = numbers["epcs"][i];
    nodes.push_back({{"id", numbers["ids"][i]}, {"epc", epc == "" ? numbers["ids"][i] : epc}});
  }
  const auto& flat = numbers["edges"];
  for (size_t i = 0; i < flat.size(); i += 4) {
    edges.push_back({{"from", numbers["ids"].at(flat[i].get<size_t>())},
                     {"to", numbers["ids"].at(flat[i + 1].get<size_t>())},
                     {"event", numbers["hashes"].at(flat[i + 2].get<size_t>())},
                     {"reason", numbers["reasons"].at(flat[i + 3].get<size_t>())}});
  }
  for (size_t i = 0; i < numbers["hashes"].size(); ++i) {
    events.push_back({{"eventHash", numbers["hashes"][i]},
                      {"eventTime", epcis::FormatTime(numbers["times"][i].get<int64_t>())},
                      {"txId", numbers["transactions"].at(numbers["txs"][i].get<size_t>())}});
  }
  CHECK(numbers["ids"][0] == trace["root"]);
  CHECK(nodes == trace["nodes"]);
  CHECK(edges == trace["edges"]);
  CHECK(events == trace["events"]);
  CHECK(numbers["transactions"] == trace["transactions"]);
}

// Takes its time: by name alone.
TEST_CASE_METHOD(EventsFixture, "A graph of 100,000 units is traced", "[.][events_speed]") {
  constexpr int kSplits = 49'999;
  const auto lot = [](int i) { return absl::StrCat("urn:x:lot:", i); };
  std::vector<std::string> events{Make(0, {}, {Quantity(lot(0), "1")})};
  for (int i = 0; i < kSplits; ++i) {
    events.push_back(Transform(1 + i / 1000, {Quantity(lot(i), "1")},
                               {Quantity(lot(2 * i + 1), "1"), Quantity(lot(2 * i + 2), "1")}));
    if (events.size() < 1000 && i + 1 < kSplits) continue;
    CHECK(Capture(kGrower, events)["job"]["success"] == true);
    events.clear();
  }
  for (const auto& [direction, root] : {std::pair("forward", lot(0)), {"backward", lot(99'000)}}) {
    for (const char* function : {"Events:Trace", "Events:TraceNumbers"}) {
      const auto start = std::chrono::steady_clock::now();
      const auto answer = Ask({function, direction, root, "[]"}).response.payload;
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      WARN(function << ' ' << direction << ": " << answer.size() << " bytes in " << took.count()
                    << " s");
    }
    CHECK(Trace(direction, root)["nodes"].size() == (root == lot(0) ? 99'999 : 17));
  }
  Capture(kGrower, {Transform(60, {Quantity(lot(60'000), "1")},
                              {Quantity("urn:x:one", "1"), Quantity("urn:x:two", "1")})});
  CHECK_THAT(Ask({"Events:Trace", "forward", lot(0), "[]"}).response.message,
             Contains("trace of more than 100000 units"));
}

TEST_CASE_METHOD(EventsFixture, "What can't be captured at all says why", "[events]") {
  const auto error = [&](const std::string& document, const std::string& options = "") {
    const auto result =
        ledger_.Submit(*chaincode_, {.args = {"Events:Capture", document, options}});
    CHECK_FALSE(result.committed);
    return result.response.message;
  };
  const std::string good = Document({Make(1, {Item("1")})});
  CHECK(error(good, R"({"onError":"ignore"})").find("options: onError") == 0);
  CHECK(error(good, R"({"strict":3})").find("options: strict") == 0);
  CHECK(error("") == "argument 'document': is empty, and no transient 'document'");
  CHECK_THAT(error(std::string((2 << 20) + 1, ' ')), Contains("2097152 bytes"));
  CHECK_THAT(error(std::string(100, '[')), Contains("40"));
  std::vector<std::string> many(1001, Make(1, {Item("1")}));
  CHECK_THAT(error(Document(many)), Contains("1000 events"));
  CHECK(error(Document({})) == "document: holds no event");
  CHECK(ledger_.state().empty());
  // Secret until it is captured, and as transient data no part of the transaction.
  CHECK(ledger_
            .Submit(*chaincode_,
                    {.args = {"Events:Capture", "", ""}, .transient = {{"document", good}}})
            .committed);
  CHECK(AskJson({"Events:GetUnit", Item("1")})["holder"] == "ProducerMSP");
}

TEST_CASE_METHOD(EventsFixture, "A party's goods go to the organisation that claimed it",
                 "[events]") {
  const auto claim = [&](const char* msp) {
    return ledger_.Submit(
        *chaincode_,
        {.args = {"Events:ClaimParty", "urn:epc:id:pgln:9520001.00001"}, .msp_id = msp});
  };
  CHECK(claim(kMill).committed);
  CHECK_THAT(claim(kShop).response.message, EndsWith("is MillMSP"));
  Store(kGrower, Make(1, {Item("1")}));
  Store(
      kGrower,
      Objects(
          2, "OBSERVE", "shipping", {Item("1")}, {},
          R"(,"destinationList":[{"type":"possessing_party","destination":"urn:epc:id:pgln:9520001.00001"}])"));
  CHECK(Unit(Item("1"))["to"] == kMill);
}

std::string Towards(const char* msp) {
  return absl::StrCat(
      R"(,"destinationList":[{"type":"owning_party","destination":"urn:suyuan:msp:)", msp,
      R"("}])");
}
constexpr char kStolen[] = R"(,"persistentDisposition":{"set":["stolen"]})";
constexpr char kRecovered[] = R"(,"persistentDisposition":{"unset":["stolen"]})";

TEST_CASE_METHOD(EventsFixture, "What is sold to an organisation here is its own once it accepts",
                 "[events]") {
  Store(kGrower, Make(1, {Item("1")}, {Quantity(Lot("A"), "10")}));
  const std::string sale = Objects(2, "OBSERVE", "retail_selling", {Item("1")},
                                   {Quantity(Lot("A"), "4")}, Towards(kShop));
  CHECK_THAT(Refusal(kMill, sale), EndsWith("is held by GrowerMSP, not by MillMSP"));
  Store(kGrower, sale);
  CHECK(Unit(Item("1"))["holder"] == kGrower);
  CHECK(Unit(Item("1"))["to"] == kShop);
  CHECK_THAT(Refusal(kGrower, Objects(3, "OBSERVE", "retail_selling", {Item("1")})),
             EndsWith("is under way to ShopMSP"));
  CHECK_THAT(Refusal(kMill, Objects(4, "OBSERVE", "receiving", {Item("1")})),
             EndsWith("and under way to ShopMSP, not to MillMSP"));
  Store(kShop, Objects(5, "OBSERVE", "receiving", {Item("1")}, {Quantity(Lot("A"), "4")}));
  CHECK(Unit(Item("1"))["holder"] == kShop);
  CHECK(Have(Lot("A"), kShop) == "4");
  CHECK_THAT(Refusal(kGrower, Objects(6, "OBSERVE", "retail_selling", {Item("1")})),
             EndsWith("is held by ShopMSP, not by GrowerMSP"));
}

TEST_CASE_METHOD(EventsFixture, "A stolen item is not moved on until its reporter has it back",
                 "[events]") {
  Store(kGrower, Make(1, {Item("1"), Item("2"), Pallet("1")}));
  CHECK_THAT(Refusal(kMill, Objects(2, "OBSERVE", "inspecting", {Item("1")}, {}, kStolen)),
             EndsWith("is held by GrowerMSP, not by MillMSP"));
  const std::string hash =
      Store(kGrower, Objects(2, "OBSERVE", "inspecting", {Item("1")}, {}, kStolen));
  CHECK(Unit(Item("1"))["unit"]["stolen"] == hash);
  CHECK(Unit(Item("1"))["unit"]["reporter"] == kGrower);
  const std::string why = " was reported stolen by GrowerMSP (event " + hash + ")";
  CHECK_THAT(Refusal(kGrower, Objects(3, "OBSERVE", "shipping", {Item("1")})), EndsWith(why));
  CHECK_THAT(Refusal(kGrower, Objects(3, "OBSERVE", "retail_selling", {Item("1")})), EndsWith(why));
  CHECK_THAT(Refusal(kGrower, Pack(3, "ADD", Pallet("1"), {Item("1")})), EndsWith(why));
  CHECK_THAT(Refusal(kMill, Objects(3, "OBSERVE", "inspecting", {Item("1")}, {}, kRecovered)),
             EndsWith("was reported stolen by GrowerMSP, not by MillMSP"));
  Store(kGrower, Objects(4, "OBSERVE", "inspecting", {Item("1")}, {}, kRecovered));
  CHECK_FALSE(Unit(Item("1"))["unit"].contains("stolen"));
  // A pallet with a stolen item in it stays where it is.
  Store(kGrower, Pack(5, "ADD", Pallet("1"), {Item("1"), Item("2")}));
  const std::string again =
      Objects(6, "OBSERVE", "inspecting", {Item("1")}, {}, R"(,"disposition":"stolen")");
  Store(kGrower, again);
  CHECK_THAT(Refusal(kGrower, Objects(7, "OBSERVE", "shipping", {Pallet("1")})),
             Contains(Item("1") + " was reported stolen"));
  // Reported by mistake: the event is declared wrong, and the pallet free again.
  Store(kGrower, Objects(7, "OBSERVE", "inspecting", {Item("2")}));
  const json declared = Capture(
      kGrower,
      {again.substr(0, again.size() - 1) +
       R"(,"errorDeclaration":{"declarationTime":"2026-03-02T00:00:00Z","reason":"incorrect_data"}})"});
  CHECK(declared["job"]["declared"] == 1);
  CHECK(Unit(Item("1"))["within"].size() == 1);
  Store(kGrower, Objects(8, "OBSERVE", "shipping", {Pallet("1")}));
}

TEST_CASE_METHOD(EventsFixture, "What was sold to a consumer is reported stolen by who sold it",
                 "[events]") {
  Store(kGrower, Make(1, {Item("1")}));
  Store(kGrower, Objects(2, "OBSERVE", "retail_selling", {Item("1")}));
  CHECK(Unit(Item("1"))["unit"]["seller"] == kGrower);
  CHECK_THAT(Refusal(kMill, Objects(3, "OBSERVE", "inspecting", {Item("1")}, {}, kStolen)),
             EndsWith("was sold by GrowerMSP, not by MillMSP"));
  Store(kGrower, Objects(3, "OBSERVE", "inspecting", {Item("1")}, {}, kStolen));
  CHECK_THAT(Refusal(kMill, Objects(4, "OBSERVE", "receiving", {Item("1")})),
             Contains("was reported stolen by GrowerMSP"));
  Store(kGrower, Objects(5, "OBSERVE", "inspecting", {Item("1")}, {}, kRecovered));
  Store(kMill, Objects(6, "OBSERVE", "receiving", {Item("1")}));
  CHECK(Unit(Item("1"))["holder"] == kMill);
}

TEST_CASE("A supervisor reports anybody's item stolen, and found", "[events]") {
  testing::TraceLedger ledger;
  ledger.FoundCouncil();
  const auto capture = [&](const testing::Person& person, const std::string& event) {
    const std::string text =
        ledger.Do(person, {"Events:Capture", EventsFixture::Document({event}), ""});
    return json::parse(text)["results"][0].value("result", "");
  };
  const auto seen = [](int minute, const char* more) {
    return EventsFixture::Objects(minute, "OBSERVE", "inspecting", {Item("1")}, {}, more);
  };
  CHECK(capture(testing::kProducerUser, EventsFixture::Make(1, {Item("1")})) == "stored");
  // A reviewer of the supervising organisation is no regulator.
  CHECK(capture(testing::kRegulatorReviewer, seen(2, kStolen)) == "refused");
  CHECK(capture(testing::kRegulatorUser, seen(2, kStolen)) == "stored");
  CHECK(ledger.Ask({"Events:GetUnit", Item("1")})["unit"]["reporter"] == "RegulatorMSP");
  CHECK(capture(testing::kProducerUser, seen(3, kRecovered)) == "refused");
  CHECK(capture(testing::kRegulatorUser, seen(4, kRecovered)) == "stored");
}

}  // namespace
}  // namespace suyuan
