// A third party's EPCIS documents go in and are traced, and come out with the same event hashes:
// all with the tool.
#include <cstdlib>
#include <set>

#include "tests/integration/desk.h"
#include "tests/integration/event_documents.h"
#include "tests/integration/network_or_fail.h"

namespace suyuan {
namespace {

using ::nlohmann::json;

constexpr char kBeans[] = "urn:epc:class:lgtin:9520001.000015.B1";
constexpr char kCoffee[] = "urn:epc:class:lgtin:9520001.000022.C1";
constexpr char kBag[] = "urn:epc:id:sgtin:9520001.000022.7";
constexpr char kPallet[] = "urn:epc:id:sscc:9520001.0000000012";

// Harvest, a journey with a thermometer, roasting, a pallet on its way: with what EPCIS lets users
// add.
std::string OwnDocument() {
  EventDocument document(0);
  json harvest = At("urn:epc:id:sgln:9520001.00001.0");
  harvest["ilmd"] = {{"cbvmda:lotNumber", "B1"}, {"suyuan:variety", "Typica"}};
  document.Lots("ADD", "commissioning", {Amount(kBeans, 100)}, harvest);
  json journey;
  journey["sensorElementList"].push_back(
      {{"sensorMetadata", {{"time", "2026-03-01T00:01:30Z"}}},
       {"sensorReport",
        json::array({{{"type", "Temperature"}, {"value", 21.5}, {"uom", "CEL"}}})}});
  journey["suyuan:truck"] = {{"suyuan:plate", "苏A 12345"}, {"suyuan:axles", 3}};
  document.Lots("OBSERVE", "transporting", {Amount(kBeans, 100)}, journey);
  document.Transform({Amount(kBeans, 100)}, {Amount(kCoffee, 84)}, 16);
  json bag;
  bag["ilmd"] = {{"cbvmda:lotNumber", "C1"}};
  document.Items("ADD", "commissioning", {kBag}, bag);
  document.Items("ADD", "commissioning", {kPallet});
  document.Add("AggregationEvent", {{"action", "ADD"},
                                    {"bizStep", "packing"},
                                    {"parentID", kPallet},
                                    {"childEPCs", json::array({kBag})}});
  document.Items("OBSERVE", "shipping", {kPallet}, {{"disposition", "in_transit"}});
  return document.Text();
}

// The last event of it as another system would write it.
constexpr char kShippingXml[] =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0"
    creationDate="2026-03-02T00:00:00Z">
  <EPCISBody><EventList>
    <ObjectEvent>
      <eventTime>2026-03-01T00:06:00Z</eventTime>
      <eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
      <epcList><epc>urn:epc:id:sscc:9520001.0000000012</epc></epcList>
      <action>OBSERVE</action>
      <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
      <disposition>urn:epcglobal:cbv:disp:in_transit</disposition>
    </ObjectEvent>
  </EventList></EPCISBody>
</epcis:EPCISDocument>
)";

std::vector<std::string> Hashes(const std::vector<json>& lines) {
  std::vector<std::string> out;
  for (const json& line : lines) out.push_back(line.at("eventHash").get<std::string>());
  std::sort(out.begin(), out.end());
  return out;
}

// Of a file, without any network.
std::vector<std::string> HashesOf(const TestNetwork& network, const std::string& file) {
  const ToolResult ran = RunTool("suyuan", {"epcis", "hash", file}, network.dir());
  INFO(ran.output);
  REQUIRE(ran.exit_status == 0);
  std::vector<json> lines;
  for (const auto line : absl::StrSplit(ran.output, '\n', absl::SkipEmpty())) {
    lines.push_back(json::parse(line.begin(), line.end(), nullptr, false));
  }
  return Hashes(lines);
}

// All that the organisation has captured, as one document: its hashes.
std::vector<std::string> HashesOut(const TestNetwork& network, const Desk& desk,
                                   const std::string& msp_id) {
  const std::string out = desk.Text({"epcis", "events", "--document", "--author", msp_id});
  return HashesOf(network, desk.File(out));
}

TEST_CASE("Docking: events go in, are traced, and come out with the same hashes",
          "[integration][stories]") {
  const auto network = UpOrFail("docking", {"--orgs", "2"});
  const Desk desk(*network, "producer"), other(*network, "distributor");
  const std::string file = desk.File(OwnDocument());
  const std::vector<std::string> hashes = HashesOf(*network, file);
  REQUIRE(hashes.size() == 7);

  std::vector<json> captured = desk.Lines({"epcis", "capture", file});
  CHECK(captured.back()["stored"] == 7);
  captured.pop_back();
  CHECK(Hashes(captured) == hashes);
  // The same event in XML is the same event.
  const auto again = desk.Lines({"epcis", "capture", desk.File(kShippingXml)});
  CHECK(again.at(0)["result"] == "duplicate");
  CHECK(HashesOf(*network, desk.File(kShippingXml)) ==
        std::vector<std::string>{captured.back()["eventHash"]});

  // Backward from the bag to the beans, forward from the beans to the pallet that the bag is on;
  // the same from both organisations and from the file alone.
  const json back = desk.Line({"trace", "backward", kBag});
  std::set<std::string> sources;
  for (const json& node : back["nodes"]) sources.insert(node["epc"].get<std::string>());
  INFO(back.dump());
  CHECK((sources.count(kBeans) == 1 && sources.count(kBag) == 1));
  CHECK(back == other.Line({"trace", "backward", kBag}));
  const ToolResult alone =
      RunTool("suyuan", {"trace", "--file", file, "backward", kBag}, network->dir());
  const json from_file = json::parse(alone.output, nullptr, false);
  CHECK(from_file["nodes"] == back["nodes"]);
  CHECK(from_file["edges"] == back["edges"]);
  const json forward = desk.Line({"trace", "forward", kBeans});
  CHECK(forward["nodes"].size() == 4);
  CHECK(forward["events"].size() == 6);  // not the pallet's before the bag was on it

  CHECK(HashesOut(*network, other, "ProducerMSP") == hashes);
}

TEST_CASE("Docking: a seafood chain from farm to shop", "[integration][stories]") {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  const std::filesystem::path folder =
      std::filesystem::path(shared ? shared : "/nowhere") / "epcis" / "opentraceability";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: no epcis/opentraceability in $SUYUAN_SHARED_DATA");
    return;
  }
  const auto network = UpOrFail("docking", {"--orgs", "2"});
  const Desk desk(*network, "producer");
  const std::string file = (folder / "traceback_tests.jsonld").string();
  const std::vector<std::string> hashes = HashesOf(*network, file);
  const std::set<std::string> distinct(hashes.begin(), hashes.end());
  const auto captured = desk.Lines({"epcis", "capture", file});
  CHECK(captured.back()["success"] == true);
  CHECK(captured.back()["stored"] == distinct.size());

  const json expected =
      json::parse(Contents(folder / "expected-traceback.json"), nullptr, false).at(0);
  const json trace = desk.Line({"trace", "backward", expected.at("traceback_epc")});
  std::set<std::string> ids;
  for (const json& event : trace["events"]) ids.insert(event.value("eventID", ""));
  CHECK(ids.size() == expected.at("expected_events_in_traceback"));

  const auto out = HashesOut(*network, desk, "ProducerMSP");
  CHECK(std::set<std::string>(out.begin(), out.end()) == distinct);
}

}  // namespace
}  // namespace suyuan
