#include "scripts/demo/food_chain.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "network/common/file_util.h"

namespace suyuan::demo {
namespace {

nlohmann::json Sample() {
  auto text = ReadFile("scripts/demo/food-chain.jsonld");
  REQUIRE(text.ok());
  return nlohmann::json::parse(*text);
}

std::string ErrorOf(const nlohmann::json& document) {
  return std::string(ReadFoodChain(document.dump()).status().message());
}

TEST_CASE("The sample document is read whole and in order of time", "[food_chain]") {
  const auto chain = ReadFoodChain(Sample().dump());
  INFO(chain.status());
  REQUIRE(chain.ok());
  REQUIRE(chain->parties.size() == 3);
  CHECK(chain->parties[0].msp_id == "ProducerMSP");
  CHECK(chain->parties[2].msp_id == "RegulatorMSP");
  CHECK(chain->products.size() == 9);
  CHECK(chain->products.at("09520001100048").registrant.empty());  // water
  CHECK(chain->products.at("09520002100030").registrant == "DistributorMSP");
  REQUIRE(chain->events.size() == Sample()["epcisBody"]["eventList"].size());
  for (size_t i = 1; i < chain->events.size(); ++i) {
    CHECK(chain->events[i - 1].time <= chain->events[i].time);
  }
  CHECK(chain->events.front().actor == "ProducerMSP");
  CHECK(chain->events.back().actor == "RegulatorMSP");
  CHECK(chain->FindEvent(chain->events.front().hash) == &chain->events.front());
  CHECK(chain->FindEvent("ni:///sha-256;0?ver=CBV2.0") == nullptr);
}

TEST_CASE("Units have short names, lots a product", "[food_chain]") {
  const auto chain = ReadFoodChain(Sample().dump());
  REQUIRE(chain.ok());
  const LotName& lot = chain->lots.at("SB-02");
  CHECK(lot.epc == "urn:epc:class:lgtin:9520001.010001.SB-02");
  CHECK(lot.gtin == "09520001100017");
  CHECK(chain->ShortName("https://id.gs1.org/01/09520001100017/10/SB-02") == "SB-02");
  CHECK(chain->ProductName(lot.epc).en == "soybeans");
  CHECK(chain->ShortName("urn:epc:id:sscc:9520001.0000000002") == "pallet …0027");
  CHECK(chain->ShortName("somebody") == "somebody");
  const auto bottles = chain->BottleLots();
  REQUIRE(bottles.size() == 3);
  CHECK(bottles[0].lot.number == "BT-01");
  CHECK(bottles[0].count == 5000);
}

TEST_CASE("Soybeans and water make as much as they weigh", "[food_chain]") {
  const auto chain = ReadFoodChain(Sample().dump());
  REQUIRE(chain.ok());
  size_t weighed = 0;
  for (const ChainEvent& one : chain->events) {
    double balance = 0;
    bool counted = false;
    for (const auto& in : one.event.input_quantities) balance += std::stod(in.quantity);
    for (const auto& out : one.event.output_quantities) {
      balance -= std::stod(out.quantity);
      counted = counted || out.uom.empty();
    }
    for (const auto& extension : one.event.extensions) {
      for (const auto& field : extension.children) {
        if (field.name == "quantity") balance -= std::stod(field.text);
      }
    }
    if (one.event.type != epcis::EventType::kTransformation || counted) continue;
    ++weighed;
    CHECK(balance == 0);
  }
  CHECK(weighed == 7);
}

TEST_CASE("What is not understood is refused with its place", "[food_chain]") {
  auto document = Sample();
  auto& events = document["epcisBody"]["eventList"];
  SECTION("a field of an event") {
    events[0]["bizStep"] = "no_step";
    CHECK(absl::StrContains(ErrorOf(document), "/epcisBody/eventList/0/bizStep"));
  }
  SECTION("a place that nobody owns") {
    events[2]["readPoint"]["id"] = "urn:epc:id:sgln:9520009.00001.0";
    CHECK(absl::StartsWith(ErrorOf(document), "/epcisBody/eventList/2: readPoint: nobody"));
  }
  SECTION("a lot of an unknown product") {
    events[1]["quantityList"][0]["epcClass"] = "urn:epc:class:lgtin:9520009.010002.SB-02";
    CHECK(absl::StrContains(ErrorOf(document), "is no lot of a product in the master data"));
  }
  SECTION("one lot number for two products") {
    events[1]["quantityList"][0]["epcClass"] = "urn:epc:class:lgtin:9520001.010002.SB-01";
    CHECK(absl::StrContains(ErrorOf(document), "lot SB-01 is of GTIN 09520001100017 elsewhere"));
  }
  SECTION("no master data") {
    document.erase("epcisHeader");
    CHECK(absl::StartsWith(ErrorOf(document), "master data: "));
  }
  SECTION("not JSON") { CHECK_FALSE(ReadFoodChain("{").ok()); }
}

}  // namespace
}  // namespace suyuan::demo
