#include "scripts/demo/epcis.h"

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
  return std::string(ReadEpcis(document.dump()).status().message());
}

TEST_CASE("The sample document is read whole and in order of time", "[epcis]") {
  auto document = ReadEpcis(Sample().dump());
  INFO(document.status());
  REQUIRE(document.ok());
  CHECK(document->parties.size() == 3);
  CHECK(document->products.size() == 7);
  REQUIRE(document->events.size() == 20);
  for (size_t i = 1; i < 20; ++i) {
    CHECK(document->events[i - 1].time <= document->events[i].time);
  }
  const Event& first = document->events.front();
  CHECK(first.actor == "ProducerMSP");
  CHECK(first.inputs.at(0).quantity == 6'000'000);
  CHECK(first.inputs.at(0).unit == "g");
}

TEST_CASE("An LGTIN gives the GTIN with its check digit, and the lot", "[epcis]") {
  auto lgtin = ParseLgtin("urn:epc:class:lgtin:9520001.010001.SB-02");
  REQUIRE(lgtin.ok());
  CHECK(lgtin->gtin == "09520001100017");
  CHECK(lgtin->lot == "SB-02");
  CHECK_FALSE(ParseLgtin("urn:epc:class:lgtin:9520001.01001.SB-02").ok());
  CHECK_FALSE(ParseLgtin("urn:epc:class:lgtin:9520001.01000x.SB-02").ok());
  CHECK_FALSE(ParseLgtin("urn:epc:class:lgtin:9520001.010001.").ok());
  CHECK_FALSE(ParseLgtin("urn:epc:id:sgtin:9520001.010001.1").ok());
}

TEST_CASE("What is not understood is refused with the event and the field", "[epcis]") {
  auto document = Sample();
  auto& events = document["epcisBody"]["eventList"];
  SECTION("quantity") {
    events[1]["quantityList"][0]["quantity"] = 0.00001;
    CHECK(absl::StartsWith(ErrorOf(document), "event 2: quantityList[0]: field quantity: "));
  }
  SECTION("lot") {
    events[4]["outputQuantityList"][0]["epcClass"] = "urn:epc:class:lgtin:9520001.0.A";
    CHECK(absl::StartsWith(ErrorOf(document), "event 5: outputQuantityList[0]: field epcClass: "));
  }
  SECTION("step") {
    events[0]["bizStep"] = "destroying";
    CHECK(ErrorOf(document) == "event 1: field bizStep: 'destroying' is not understood");
  }
  SECTION("time") {
    events[2]["eventTime"] = "yesterday";
    CHECK(absl::StartsWith(ErrorOf(document), "event 3: field eventTime: "));
  }
  SECTION("unknown field") {
    events[3]["sensorElementList"] = nlohmann::json::array();
    CHECK(ErrorOf(document) == "event 4: field sensorElementList: is not understood");
  }
  SECTION("one lot number for two products") {
    events[1]["quantityList"][0]["epcClass"] = "urn:epc:class:lgtin:9520001.010002.SB-01";
    CHECK(absl::StrContains(ErrorOf(document), "event 2: field epcClass: lot SB-01"));
  }
  SECTION("not JSON") { CHECK_FALSE(ReadEpcis("{").ok()); }
}

}  // namespace
}  // namespace suyuan::demo
