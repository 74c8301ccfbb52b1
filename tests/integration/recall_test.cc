// Registration, holds and a recall with the tool alone, as an alliance of three would do it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "tests/integration/desk.h"
#include "tests/integration/event_documents.h"
#include "tests/integration/network_or_fail.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kGtin[] = "06901234567892";

// A lot of the product: as events write it, and its canonical name.
std::string Lot(const std::string& number) {
  return "urn:epc:class:lgtin:6901234.056789." + number;
}
std::string Unit(const std::string& number) {
  return absl::StrCat("https://id.gs1.org/01/", kGtin, "/10/", number);
}
json Kilograms(const std::string& number, double amount) { return Amount(Lot(number), amount); }

TEST_CASE("From registration to recall with the tool", "[integration][recall]") {
  const auto network = UpOrFail("recall", {"--orgs", "3"});
  const Desk producer(*network, "producer"), distributor(*network, "distributor"),
      regulator(*network, "regulator");

  FoundCouncil(*network, {"producer", "distributor", "regulator"});
  producer.Line({"organization", "register",
                 R"({"name":"Dairy","address":"Bengbu","creditCode":"91110000000000001H"})"});
  const std::string licence = (network->dir() / "licence.json").string();
  REQUIRE(WriteFileAtomically(licence, json{{"kind", "licence"},
                                            {"number", "L-1"},
                                            {"issuer", "office"},
                                            {"hash", std::string(64, 'a')},
                                            {"issuedOn", "2020-01-01"},
                                            {"expiresOn", "2099-12-31"}}
                                           .dump())
              .ok());
  producer.Line({"organization", "file-paper", "licence-1", "@" + licence});
  CHECK_THAT(producer.Refusal({"organization", "review-paper", "ProducerMSP", "licence-1", "true"}),
             Contains("reviewed by another organisation"));
  regulator.Line({"organization", "review-paper", "ProducerMSP", "licence-1", "true"});

  const json registered = producer.Line({"product", "register", kGtin, R"({"name":"Milk"})"});
  CHECK(registered["result"] == kGtin);
  CHECK(registered["block"].is_number_unsigned());
  CHECK_THAT(producer.Refusal({"product", "register", kGtin, R"({"name":1.5})"}),
             Contains("field name"));
  regulator.Line({"product", "approve", kGtin});
  CHECK(distributor.Line({"product", "show", kGtin})["status"] == "approved");
  CHECK(distributor.Lines({"product", "history", kGtin}).size() == 2);

  // Raw milk a and b into yoghurt y; b alone into cream c.
  EventDocument made;
  made.Lots("ADD", "commissioning", {Kilograms("a", 100), Kilograms("b", 100)})
      .Transform({Kilograms("a", 50), Kilograms("b", 50)}, {Kilograms("y", 100)})
      .Transform({Kilograms("b", 50)}, {Kilograms("c", 50)});
  producer.Capture(made.Text());
  const std::string scope = json{{"units", {Lot("a")}}}.dump();
  const json preview = distributor.Line({"recall", "preview", scope});
  CHECK(preview["units"] == json{Unit("a"), Unit("y")});
  CHECK_THAT(distributor.Refusal({"recall", "open", "r1", scope, R"({"reason":"x"})"}),
             Contains("only who has it"));
  producer.Line({"recall", "open", "r1", scope, R"({"reason":"salmonella found"})"});
  CHECK(producer.Line({"hold", "check", Lot("y"), "sell"})["allowed"] == false);
  CHECK(producer.Line({"hold", "check", Lot("c"), "sell"})["allowed"] == true);
  const auto shipment = [&made](const std::string& lot, double amount) {
    return EventDocument(made.minute())
        .Lots("OBSERVE", "shipping", {Kilograms(lot, amount)})
        .Text();
  };
  CHECK_THAT(producer.CaptureRefusal(shipment("y", 100)),
             Contains(Unit("y") + " is held: salmonella found (hold recall:r1)"));
  producer.Capture(shipment("c", 50));

  const std::string contact(64, 'c');
  for (const char* lot : {"a", "y"}) {
    distributor.Line({"recall", "contact", Lot(lot), contact});
  }
  CHECK(producer.Line({"recall", "notify", "r1"})["result"] == "2");
  const auto notices = producer.Lines({"recall", "notices", "r1"});
  REQUIRE(notices.size() == 2);
  CHECK(notices[1]["units"] == json{Unit("a"), Unit("y")});
  producer.Line({"recall", "start", "r1"});
  producer.Line({"recall", "outcome", "r1", Lot("y"), R"({"outcome":"destroyed"})"});
  CHECK(producer.Line({"recall", "show", "r1"})["progress"]["accountedPercent"] == 50);
  CHECK_THAT(producer.Refusal({"recall", "close", "r1", "done"}),
             Contains("1 of 2 units have no outcome"));
  regulator.Line({"recall", "close", "r1", "supervised"});
  producer.Line({"hold", "dispose", "recall:r1", json{Lot("y")}.dump(),
                 R"({"disposition":"scrap","reason":"destroyed"})"});
  CHECK(regulator.Line({"recall", "show", "r1"})["state"] == "closed");
  const json report = regulator.Line({"recall", "responsibility", Lot("y")});
  CHECK(report["parties"][0]["mspId"] == "ProducerMSP");
}

}  // namespace
}  // namespace suyuan
