#include <catch2/catch.hpp>

#include "chaincode/contracts/trace/templates/flow_template.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"
#include "network/common/file_util.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;
using testing::kProducerUser;
using testing::kRegulatorAdmin;
using testing::kRegulatorUser;
using testing::Person;

constexpr char kGtin[] = "09520001000157";     // of Lot()
constexpr char kService[] = "09520001000225";  // of Item()

json Reference(const std::string& name) {
  const auto text = ReadFile("chaincode/contracts/trace/templates/" + name + ".json");
  INFO(text.status());
  REQUIRE(text.ok());
  return json::parse(*text, nullptr, false);
}
FlowTemplate Parsed(const json& object) {
  const auto flow = ParseTemplate("template", object);
  INFO(flow.status());
  REQUIRE(flow.ok());
  return *flow;
}
std::string Mistake(const json& object) {
  return std::string(ParseTemplate("template", object).status().message());
}

// An event at that minute; steps beginning with '+' are of the unit itself.
FlowEvent At(int minute, const std::string& step, const std::string& disposition = "") {
  FlowEvent event;
  event.hash = absl::StrCat("h", minute);
  event.time_ms = minute * 60'000;
  event.own = step[0] == '+';
  event.step = step.substr(event.own ? 1 : 0);
  event.type = event.step == "transform" ? "TransformationEvent" : "ObjectEvent";
  if (!disposition.empty()) event.dispositions = {disposition};
  return event;
}
// "STAGE: problem" of all that have one.
std::vector<std::string> Problems(const FlowTemplate& flow, const std::vector<FlowEvent>& events) {
  std::vector<std::string> out;
  for (const StageResult& result : CheckFlow(flow, events)) {
    if (!result.problem.empty()) out.push_back(result.stage->id + ": " + result.problem);
  }
  return out;
}

using Texts = std::vector<std::string>;

const std::vector<FlowEvent>& ProductLife() {
  static const auto& life = *new std::vector<FlowEvent>{At(1, "commissioning"),
                                                        At(2, "shipping"),
                                                        At(3, "receiving"),
                                                        At(4, "+transform"),
                                                        At(5, "+inspecting", "conformant"),
                                                        At(6, "+shipping"),
                                                        At(7, "+retail_selling")};
  return life;
}

TEST_CASE("A product has every stage of its template, or what is missing is named", "[templates]") {
  const std::vector<FlowEvent> six{At(1, "receiving"), At(2, "+transform"), At(3, "+storing"),
                                   At(4, "+packing"),  At(5, "+shipping"),  At(6, "+receiving")};
  for (const auto& [name, whole] :
       {std::pair("annex_a_product", ProductLife()), std::pair("six_processes", six)}) {
    INFO(name);
    const FlowTemplate flow = Parsed(Reference(name));
    REQUIRE(flow.stages.size() == whole.size());
    CHECK(Problems(flow, whole).empty());
    for (size_t i = 0; i < flow.stages.size(); ++i) {
      std::vector<FlowEvent> life = whole;
      life.erase(life.begin() + static_cast<ptrdiff_t>(i));
      CHECK(Problems(flow, life) == Texts{flow.stages[i].id + ": is missing"});
    }
  }
  const FlowTemplate flow = Parsed(Reference("annex_a_product"));
  CHECK(Problems(flow, {}).size() == flow.stages.size());
  // The product's own receipt and shipment are not its material's.
  CHECK(Problems(flow, {At(1, "commissioning"), At(2, "+shipping"), At(3, "+receiving")})[0] ==
        "supply: is missing");
}

TEST_CASE("What an inspection fails goes back, and passes after it was made again", "[templates]") {
  const FlowTemplate flow = Parsed(Reference("annex_a_product"));
  std::vector<FlowEvent> life = ProductLife();
  life[4] = At(5, "+inspecting", "non_conformant");
  CHECK(
      Problems(flow, life) ==
      Texts{
          "inspection: was sent back to processing at 1970-01-01T00:05:00.000Z and has not passed "
          "since"});
  std::vector<FlowEvent> careless = life;
  careless.push_back(At(8, "+inspecting", "conformant"));
  CHECK(Problems(flow, careless)[0] ==
        "inspection: passed at 1970-01-01T00:08:00.000Z without processing since it was sent back");
  // Sold before it has passed: out of order.
  std::vector<FlowEvent> late = life;
  late.push_back(At(8, "+transform"));
  late.push_back(At(9, "+inspecting", "conformant"));
  CHECK(Problems(flow, late) ==
        Texts{"distribution: began before inspection", "retail: began before inspection"});
  std::vector<FlowEvent> good(life.begin(), life.begin() + 5);
  good.insert(good.end(), {At(8, "+transform"), At(9, "+inspecting", "conformant"),
                           At(10, "+shipping"), At(11, "+retail_selling")});
  CHECK(Problems(flow, good).empty());
  CHECK(CheckFlow(flow, good)[4].sent_back == 1);
  // Neither passed nor failed says nothing.
  good[6].dispositions.clear();
  CHECK(Problems(flow, good).size() == 1);
}

TEST_CASE("A service ends when its customer is satisfied", "[templates]") {
  const FlowTemplate flow = Parsed(Reference("annex_b_service"));
  const std::string serving = "+https://suyuan.example/ns/serving",
                    feedback = "+https://suyuan.example/ns/feedback",
                    unhappy = "https://suyuan.example/ns/unsatisfied",
                    happy = "https://suyuan.example/ns/satisfied";
  std::vector<FlowEvent> life{At(1, "+commissioning"), At(2, serving), At(3, feedback, unhappy),
                              At(4, serving), At(5, feedback, unhappy)};
  CHECK(Problems(flow, life)[1] == "end: is missing");
  CHECK_THAT(Problems(flow, life)[0], Contains("feedback: was sent back to process"));
  std::vector<FlowEvent> early = life;
  early.push_back(At(6, "+decommissioning"));
  CHECK(Problems(flow, early).size() == 1);
  life.insert(life.end(), {At(6, serving), At(7, feedback, happy), At(8, "+decommissioning")});
  CHECK(Problems(flow, life).empty());
  CHECK(CheckFlow(flow, life)[2].sent_back == 2);
}

TEST_CASE("A template of a product asks for raw material and transport", "[templates]") {
  for (const char* name : {"annex_a_product", "annex_b_service", "six_processes", "nine_stages"}) {
    INFO(name);
    const FlowTemplate flow = Parsed(Reference(name));
    CHECK(ToJson(Parsed(ToJson(flow))) == ToJson(flow));
  }
  json flow = Reference("annex_a_product");
  json without = flow;
  for (size_t i = 0; i < 3; ++i) without["stages"][i]["mandatory"] = false;
  CHECK(Mistake(without) ==
        "argument 'template': field stages holds no mandatory stage of material");
  without = flow;
  without["stages"][1]["steps"] = json::array({"receiving"});
  without["stages"][5]["mandatory"] = false;
  CHECK_THAT(Mistake(without), Contains("no mandatory stage of transport"));
  without["kind"] = "service";
  CHECK(Mistake(without).empty());
}

TEST_CASE("A template's mistakes are named", "[templates]") {
  const json flow = Reference("annex_a_product");
  const auto with = [&](size_t stage, const char* field, json value) {
    json changed = flow;
    changed["stages"][stage][field] = std::move(value);
    return Mistake(changed);
  };
  CHECK_THAT(with(2, "steps", json::array({"no_step"})),
             Contains("'template.stages[2]': field steps holds no_step"));
  CHECK_THAT(with(3, "types", json::array({"Event"})),
             Contains("stages[3]': field types holds Event"));
  CHECK_THAT(with(3, "types", json::array()), Contains("every event would do"));
  CHECK_THAT(with(4, "back", "retail"), Contains("goes back to retail, which is no earlier one"));
  CHECK_THAT(with(4, "failed", json::array()), Contains("back and failed go together"));
  CHECK_THAT(with(5, "id", "supply"), Contains("has the id of an earlier stage: supply"));
  CHECK_THAT(with(5, "colour", "red"), Contains("field colour is not known here"));
  CHECK_THAT(with(5, "of", "all"), Contains("is not one of product, material, any"));
  CHECK_THAT(Mistake({{"kind", "product"}, {"name", "x"}, {"stages", json::array()}}),
             Contains("is not a list of 1 to 100 stages"));
  CHECK_THAT(Mistake(json::array()), Contains("is not a JSON object"));
}

// On the ledger --------------------------------------------------------------------------------

class Chain {
 public:
  Chain() {
    ledger.FoundCouncil();
    ledger.Do(testing::kDistributorUser,
              {"Organizations:Register", R"({"name":"Shop","address":"Hefei"})"});
    for (const char* gtin : {kGtin, kService}) {
      ledger.Do(kProducerUser, {"RegisterProduct", gtin, R"({"name":"Oil","model":"1 L"})"});
      ledger.Do(testing::kDistributorReviewer, {"ApproveProduct", gtin});
    }
  }
  void Capture(const Person& person, const std::vector<std::string>& events) {
    const json answer =
        json::parse(ledger.Do(person, {"Events:Capture", EventsFixture::Document(events), ""}));
    INFO(answer.dump());
    REQUIRE(answer["job"]["success"] == true);
  }
  json Check(const std::string& epc) { return ledger.Ask({"Templates:Check", epc}); }
  // Seeds of the distributor are pressed by the producer, inspected, and sold.
  void MakeOil(const std::string& lot) {
    const std::string to = R"(,"destinationList":[{"type":"owning_party","destination":)"
                           R"("urn:suyuan:msp:ProducerMSP"}])";
    const std::string seed = Quantity(Lot("S" + lot), "100"), oil = Quantity(Lot(lot), "100");
    Capture(testing::kDistributorUser,
            {EventsFixture::Make(1, {}, {seed}),
             EventsFixture::Objects(2, "OBSERVE", "shipping", {}, {seed}, to)});
    Capture(kProducerUser, {EventsFixture::Objects(3, "OBSERVE", "receiving", {}, {seed}),
                            EventsFixture::Transform(4, {seed}, {oil}),
                            EventsFixture::Objects(5, "OBSERVE", "inspecting", {}, {oil},
                                                   R"(,"disposition":"conformant")")});
  }
  void SellOil(const std::string& lot) {
    const std::string some = Quantity(Lot(lot), "10");
    Capture(kProducerUser, {EventsFixture::Objects(6, "OBSERVE", "shipping", {}, {some})});
    Capture(testing::kDistributorUser,
            {EventsFixture::Objects(7, "OBSERVE", "receiving", {}, {some}),
             EventsFixture::Objects(8, "OBSERVE", "retail_selling", {}, {some})});
  }

  testing::TraceLedger ledger;
};

TEST_CASE_METHOD(Chain, "A lot is asked for what its product's template demands", "[templates]") {
  MakeOil("A");
  json found = Check(Lot("A"));
  CHECK(found["complete"] == false);
  CHECK(found["templates"].empty());
  CHECK(found["checks"]["recorded"]["reason"] == "there is no template of its product");

  const std::string flow = Reference("annex_a_product").dump();
  CHECK(ledger.Do(kProducerUser, {"Templates:Publish", "product", kGtin, flow}) == "1");
  found = Check(Lot("A"));
  CHECK(found["missing"] == json::array({"distribution", "retail"}));
  CHECK(found["checks"]["recorded"]["reason"] == "stages: distribution, retail");
  CHECK(found["templates"][0]["stages"][0]["author"] == "DistributorMSP");
  CHECK(found["templates"][0]["stages"][0]["eventTime"] == "2026-03-01T00:01:00.000Z");
  SellOil("A");
  found = Check(Lot("A"));
  INFO(found.dump());
  CHECK(found["complete"] == true);
  for (const auto& [name, check] : found["checks"].items()) {
    INFO(name);
    CHECK(check["ok"] == true);
  }
  // Of all lots: the seeds are of the same GTIN, and have no material.
  const json all = ledger.Ask({"Templates:CheckProduct", kGtin, ""});
  REQUIRE(all["units"].size() == 2);
  CHECK(all["bookmark"] == "");
  CHECK(all["units"][0]["complete"] == true);
  CHECK(all["units"][1]["missing"].size() == 6);
  CHECK(ledger.AskError({"Templates:Check", Lot("NONE")}).find("no event") != std::string::npos);
  CHECK_THAT(ledger.AskError({"Templates:Check", Pallet("1")}),
             Contains("is no lot or item of a product"));
}

TEST_CASE_METHOD(Chain, "Each of the six checks says what it lacks", "[templates]") {
  MakeOil("A");
  ledger.Do(kProducerUser,
            {"Templates:Publish", "product", kGtin, Reference("annex_a_product").dump()});
  Capture(kProducerUser,
          {EventsFixture::Objects(6, "OBSERVE", "shipping", {}, {Quantity(Lot("A"), "10")})});
  ledger.Do(testing::kProducerQuality,
            {"Holds:Place", "h", json::array({Lot("A")}).dump(), R"({"reason":"smells"})"});
  ledger.Do(kProducerUser, {"WithdrawProduct", kGtin, "no more"});
  const json checks = Check(Lot("A"))["checks"];
  CHECK(checks["recorded"]["reason"] == "stages: retail");
  CHECK(checks["traceable"]["ok"] == true);
  CHECK_THAT(checks["followed"]["reason"].get<std::string>(),
             Contains("under way 10 KGM from ProducerMSP to anyone"));
  CHECK_THAT(checks["quality"]["reason"].get<std::string>(), Contains("is held: smells (hold h)"));
  CHECK(checks["accountable"]["ok"] == true);
  CHECK_THAT(checks["recallable"]["reason"].get<std::string>(), Contains("is withdrawn"));
}

TEST_CASE_METHOD(Chain, "A category's template holds beside the product's own", "[templates]") {
  const std::string flow = Reference("annex_a_product").dump();
  ledger.Do(kRegulatorUser, {"Categories:Create", "food", R"({"name":"Food"})"});
  ledger.Do(kRegulatorUser, {"Categories:Create", "oil", R"({"name":"Oil","parent":"food"})"});
  CHECK_THAT(ledger.Error(kProducerUser, {"Templates:Publish", "category", "food", flow}),
             Contains("only a regulator of a supervising organisation may publish the template"));
  CHECK_THAT(ledger.Error(kRegulatorUser, {"Templates:Publish", "category", "no", flow}),
             Contains("category no does not exist"));
  CHECK_THAT(ledger.Error(testing::kDistributorUser, {"Templates:Publish", "product", kGtin, flow}),
             Contains("only a regulator"));
  CHECK_THAT(ledger.Error(kProducerUser, {"Templates:Publish", "batch", kGtin, flow}),
             Contains("is not category or product"));
  constexpr char kPressed[] = "09520001000034";
  ledger.Do(kProducerUser,
            {"RegisterProduct", kPressed, R"({"name":"Oil","model":"1 L","category":"oil"})"});
  const std::string lot = "urn:epc:class:lgtin:9520001.000003.A";
  Capture(kProducerUser, {EventsFixture::Make(1, {}, {Quantity(lot, "5")})});
  ledger.Do(kRegulatorUser, {"Templates:Publish", "category", "food", flow});
  CHECK(ledger.Do(kRegulatorUser, {"Templates:Publish", "category", "food",
                                   Reference("six_processes").dump()}) == "2");
  ledger.Do(kProducerUser,
            {"Templates:Publish", "product", kPressed, Reference("annex_b_service").dump()});
  const json found = Check(lot);
  REQUIRE(found["templates"].size() == 2);
  CHECK(found["templates"][0]["subject"] == "food");
  CHECK(found["templates"][0]["version"] == 2);
  CHECK(found["templates"][1]["subject"] == kPressed);
  CHECK(found["missing"].size() == 9);
  CHECK(ledger.Ask({"Templates:Get", "category", "food", "1"})["template"]["stages"].size() == 7);
  CHECK(ledger.Ask({"Templates:Get", "category", "food", "0"})["version"] == 2);
  CHECK_THAT(ledger.AskError({"Templates:Get", "category", "oil", "0"}),
             Contains("has no template"));
}

TEST_CASE_METHOD(Chain, "One product passes through all stages, to its recall", "[templates]") {
  ledger.Do(kProducerUser,
            {"Templates:Publish", "product", kGtin, Reference("nine_stages").dump()});
  const std::string corn = Quantity(Lot("CORN"), "100"), oil = Quantity(Lot("OIL"), "100"),
                    pure = Quantity(Lot("PURE"), "100");
  Capture(kProducerUser,
          {EventsFixture::Make(1, {}, {corn}),
           EventsFixture::Transform(2, {corn}, {oil}, R"(,"bizStep":"commissioning")"),
           EventsFixture::Transform(3, {oil}, {pure}),
           EventsFixture::Objects(4, "OBSERVE", "storing", {}, {pure}),
           EventsFixture::Objects(5, "OBSERVE", "shipping", {}, {pure})});
  CHECK(Check(Lot("PURE"))["missing"] == json::array({"channel", "store", "terminal"}));
  Capture(testing::kDistributorUser,
          {EventsFixture::Objects(6, "OBSERVE", "receiving", {}, {pure}),
           EventsFixture::Objects(7, "OBSERVE", "stocking", {}, {pure}),
           EventsFixture::Objects(8, "OBSERVE", "retail_selling", {}, {Quantity(Lot("PURE"), "1")}),
           EventsFixture::Objects(9, "OBSERVE", "holding", {}, {pure},
                                  R"(,"disposition":"recalled")")});
  const json found = Check(Lot("PURE"));
  CHECK(found["complete"] == true);
  for (const json& stage : found["templates"][0]["stages"]) {
    INFO(stage.dump());
    CHECK(stage["met"] == true);
  }
}

TEST_CASE_METHOD(Chain, "A case of a service is an item, and its rounds are counted",
                 "[templates]") {
  ledger.Do(kProducerUser,
            {"Templates:Publish", "product", kService, Reference("annex_b_service").dump()});
  const auto event = [](int minute, const std::string& step, const std::string& disposition = "") {
    return EventsFixture::Objects(
        minute, "OBSERVE", "https://suyuan.example/ns/" + step, {Item("7")}, {},
        disposition.empty()
            ? ""
            : absl::StrCat(R"(,"disposition":"https://suyuan.example/ns/)", disposition, "\""));
  };
  Capture(kProducerUser, {EventsFixture::Make(1, {Item("7")}), event(2, "serving"),
                          event(3, "feedback", "unsatisfied")});
  CHECK(Check(Item("7"))["missing"] == json::array({"end", "feedback"}));
  Capture(kProducerUser, {event(4, "serving"), event(5, "feedback", "satisfied"),
                          EventsFixture::Objects(6, "DELETE", "decommissioning", {Item("7")})});
  const json found = Check(Item("7"));
  INFO(found.dump());
  CHECK(found["complete"] == true);
  CHECK(found["templates"][0]["stages"][2]["sentBack"] == 1);
}

}  // namespace
}  // namespace suyuan
