// Both annex flows, a product's and a service's, as templates: published, run through by the
// organisations of a network, and asked for until nothing is missing. All with the tool.
#include "tests/integration/desk.h"
#include "tests/integration/event_documents.h"
#include "tests/integration/network_or_fail.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kRiceGtin[] = "09520001000157";
constexpr char kCakeGtin[] = "09520001000225";
constexpr char kServiceGtin[] = "09520001000034";
std::string Rice(const std::string& lot) { return "urn:epc:class:lgtin:9520001.000015." + lot; }
std::string Cake(const std::string& lot) { return "urn:epc:class:lgtin:9520001.000022." + lot; }
constexpr char kCase[] = "urn:epc:id:sgtin:9520001.000003.1";

std::string Template(const std::string& name) {
  return absl::StrCat(
      "@",
      (std::filesystem::current_path() / "chaincode/contracts/trace/templates" / name).string(),
      ".json");
}
json Disposition(const std::string& text) {
  json fields;
  fields["disposition"] = text;
  return fields;
}
// The stage of a unit's first template, as `unit check` tells it.
json Stage(const json& checked, const std::string& id) {
  for (const json& stage : checked["templates"].at(0)["stages"]) {
    if (stage["id"] == id) return stage;
  }
  return {};
}

TEST_CASE("A product goes through its flow, and what is missing is named until then",
          "[integration][stories]") {
  const auto network = UpOrFail("annex_product", {"--orgs", "3"});
  // A maker of cakes, who grows rice and keeps a shop, and who supervises them.
  const Desk maker(*network, "producer"), grower(*network, "distributor"),
      regulator(*network, "regulator");
  FoundCouncil(*network, {"producer", "distributor", "regulator"});
  regulator.Line({"category", "create", "food", R"({"name":"Food"})"});
  regulator.Line({"category", "create", "pastry", R"({"name":"Pastry","parent":"food"})"});
  ApproveProduct(*network, kRiceGtin, {{"name", "Rice"}});
  ApproveProduct(
      *network, kCakeGtin,
      {{"name", "Rice cake"}, {"specification", "bag of 200 g"}, {"category", "pastry"}});

  // What is asked for is a supervisor's to say; it holds for all categories below.
  const std::string flow = Template("annex_a_product");
  CHECK_THAT(maker.Refusal({"template", "publish", "category", "food", flow}),
             Contains("only a regulator of a supervising organisation"));
  CHECK(regulator.Line({"template", "publish", "category", "food", flow})["result"] == "1");
  CHECK(maker.Line({"template", "show", "category", "food", "0"})["template"]["stages"].size() ==
        7);
  // None without raw material and transport.
  CHECK_THAT(
      maker.Refusal({"template", "publish", "product", kCakeGtin,
                     R"({"kind":"product","name":"x","stages":[{"id":"a","steps":["storing"]}]})"}),
      Contains("holds no mandatory stage of material") &&
          Contains("holds no mandatory stage of transport"));

  const auto missing = [&](const std::string& lot) {
    return maker.Line({"unit", "check", lot})["missing"];
  };
  grower.Capture(EventDocument(0)
                     .Lots("ADD", "commissioning", {Amount(Rice("R"), 200)})
                     .Lots("OBSERVE", "shipping", {Amount(Rice("R"), 200)}, To("ProducerMSP"))
                     .Text());
  // One lot of it, and one of rice that nobody delivered.
  maker.Capture(EventDocument(10)
                    .Lots("OBSERVE", "receiving", {Amount(Rice("R"), 200)})
                    .Transform({Amount(Rice("R"), 200)}, {Amount(Cake("A"), 200)})
                    .Lots("ADD", "commissioning", {Amount(Rice("OWN"), 50)})
                    .Transform({Amount(Rice("OWN"), 50)}, {Amount(Cake("B"), 50)})
                    .Text());
  CHECK(missing(Cake("A")) == json::array({"distribution", "inspection", "retail"}));
  CHECK(missing(Cake("B")) ==
        json::array({"distribution", "inspection", "retail", "storing-in", "supply"}));

  // Not good enough: back into the process, and inspected again.
  const Amounts some = {Amount(Cake("A"), 200)};
  maker.Capture(
      EventDocument(20).Lots("OBSERVE", "inspecting", some, Disposition("non_conformant")).Text());
  CHECK_THAT(
      Stage(maker.Line({"unit", "check", Cake("A")}), "inspection").value("problem", ""),
      Contains("was sent back to processing at 2026-03-01T00:20:00.000Z and has not passed since"));
  maker.Capture(EventDocument(21)
                    .Transform(some, some)
                    .Lots("OBSERVE", "inspecting", some, Disposition("conformant"))
                    .Lots("OBSERVE", "shipping", some, To("DistributorMSP"))
                    .Text());
  CHECK(missing(Cake("A")) == json::array({"retail"}));
  grower.Capture(EventDocument(30)
                     .Lots("OBSERVE", "receiving", some)
                     .Lots("OBSERVE", "retail_selling", {Amount(Cake("A"), 5)})
                     .Text());

  const json done = regulator.Line({"unit", "check", Cake("A")});
  INFO(done.dump());
  CHECK(done["complete"] == true);
  CHECK(Stage(done, "inspection")["sentBack"] == 1);
  CHECK(Stage(done, "raw-material")["author"] == "DistributorMSP");
  for (const auto& [name, check] : done["checks"].items()) {
    INFO(name);
    CHECK(check["ok"] == true);
  }
  // Of the product as a whole: one lot is complete.
  const json all = regulator.Line({"template", "check", kCakeGtin});
  REQUIRE(all["units"].size() == 2);
  CHECK(all["units"][0]["complete"] == true);
  CHECK(all["units"][1]["complete"] == false);
  CHECK(all["units"][1]["missing"].size() == 5);
}

TEST_CASE("A service goes through its flow, in rounds until its customer is satisfied",
          "[integration][stories]") {
  const auto network = UpOrFail("annex_service", {"--orgs", "2"});
  const Desk provider(*network, "producer"), customer(*network, "distributor");
  provider.Line({"product", "register", kServiceGtin, R"({"name":"Repair of boilers"})"});
  customer.Line({"product", "approve", kServiceGtin});
  provider.Line({"template", "publish", "product", kServiceGtin, Template("annex_b_service")});

  const std::string terms = "https://suyuan.example/ns/";
  const auto check = [&] { return customer.Line({"unit", "check", kCase}); };
  json opened;
  opened["suyuan:staff"] = "sha256 of a name";
  opened["suyuan:facility"] = "workshop 2";
  opened["suyuan:supplies"] = "valve 15 mm";
  opened["bizTransactionList"].push_back(
      {{"type", "po"}, {"bizTransaction", "urn:epc:id:gdti:9520001.00001.77"}});
  provider.Capture(EventDocument(0).Items("ADD", "commissioning", {kCase}, opened).Text());
  CHECK(check()["missing"] == json::array({"end", "feedback", "process"}));
  for (int round = 1; round <= 3; ++round) {
    provider.Capture(EventDocument(round * 10).Items("OBSERVE", terms + "serving", {kCase}).Text());
    const bool satisfied = round == 3;
    customer.Capture(EventDocument(round * 10 + 1)
                         .Items("OBSERVE", terms + "feedback", {kCase},
                                Disposition(terms + (satisfied ? "satisfied" : "unsatisfied")))
                         .Text());
    const json found = check();
    INFO(found.dump());
    CHECK(found["missing"] ==
          (satisfied ? json::array({"end"}) : json::array({"end", "feedback"})));
    CHECK(Stage(found, "feedback")["sentBack"] == std::min(round, 2));
  }
  provider.Capture(EventDocument(50).Items("DELETE", "decommissioning", {kCase}).Text());
  const json found = check();
  CHECK(found["complete"] == true);
  CHECK(Stage(found, "provider")["author"] == "ProducerMSP");
  CHECK(Stage(found, "feedback")["author"] == "DistributorMSP");
  // The whole of the service, from any step of it.
  const json path = customer.Line({"trace", "path", kCase});
  CHECK(path["events"].size() == 8);
}

}  // namespace
}  // namespace suyuan
