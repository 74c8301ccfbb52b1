// Registration, holds and a recall with the tool alone, as an alliance of three would do it.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"

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
std::string Amount(const std::string& lot, int kilograms) {
  return absl::StrCat(R"({"epcClass":")", Lot(lot), R"(","quantity":)", kilograms,
                      R"(,"uom":"KGM"})");
}
std::string Event(const std::string& type, int minute, const std::string& fields) {
  return absl::StrCat(R"({"type":")", type, R"(","eventTime":"2026-03-01T08:0)", minute,
                      R"(:00Z","eventTimeZoneOffset":"+00:00",)", fields, "}");
}
std::string Objects(int minute, const std::string& action, const std::string& step,
                    const std::string& amount) {
  return Event("ObjectEvent", minute,
               absl::StrCat(R"("action":")", action, R"(","bizStep":")", step,
                            R"(","quantityList":[)", amount, "]"));
}
std::string Transformation(int minute, const std::string& inputs, const std::string& output) {
  return Event(
      "TransformationEvent", minute,
      absl::StrCat(R"("inputQuantityList":[)", inputs, R"(],"outputQuantityList":[)", output, "]"));
}
std::string Document(const std::string& event) {
  return absl::StrCat(
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T09:00:00Z",)"
      R"("epcisBody":{"eventList":[)",
      event, "]}}");
}

// Somebody at a terminal.
class Desk {
 public:
  Desk(const TestNetwork& network, Words who)
      : dir_(network.dir()),
        tool_((BuildDir() / "bin" / "suyuan").string()),
        who_(Join({{"--connection", (dir_ / "connection.json").string()}, std::move(who)})) {}

  // What the command prints, line by line; it must succeed.
  std::vector<json> Lines(const Words& words) const {
    const auto ran = RunCommand(Join({{tool_}, words, who_}));
    REQUIRE(ran.ok());
    INFO(absl::StrCat(words[0], " ", words[1], ": ", ran->output));
    REQUIRE(ran->exit_status == 0);
    std::vector<json> lines;
    for (absl::string_view line : absl::StrSplit(ran->output, '\n', absl::SkipEmpty())) {
      lines.push_back(json::parse(std::string(line), nullptr, false));
      REQUIRE(lines.back().is_object());
    }
    return lines;
  }
  json Line(const Words& words) const {
    const auto lines = Lines(words);
    REQUIRE(lines.size() == 1);
    return lines[0];
  }
  // Why it is refused, with exit status 1.
  std::string Refusal(const Words& words) const {
    const ToolResult ran = RunTool("suyuan", Join({words, who_}), dir_);
    CHECK(ran.exit_status == 1);
    return ran.output;
  }
  // Captures one event; what the command prints.
  ToolResult Capture(const std::string& event) const {
    const std::string file = (dir_ / "event.jsonld").string();
    REQUIRE(WriteFileAtomically(file, Document(event)).ok());
    return RunTool("suyuan", Join({{"epcis", "capture", file}, who_}), dir_);
  }
  void Stored(const std::string& event) const {
    const ToolResult ran = Capture(event);
    INFO(ran.output);
    CHECK(ran.exit_status == 0);
  }

 private:
  const std::filesystem::path dir_;
  const std::string tool_;
  const Words who_;
};

TEST_CASE("From registration to recall with the tool", "[integration][recall]") {
  const auto network = UpOrFail("recall", {"--orgs", "3"});
  const Desk producer(*network, {"--org", "producer"}),
      distributor(*network, {"--org", "distributor"}), regulator(*network, {"--org", "regulator"}),
      office(*network, {"--org", "regulator", "--user", "admin"});

  office.Line({"council", "found",
               R"({"members":["ProducerMSP","DistributorMSP","RegulatorMSP"],)"
               R"("supervisors":["RegulatorMSP"]})"});
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
  producer.Stored(Objects(1, "ADD", "commissioning", Amount("a", 100) + "," + Amount("b", 100)));
  producer.Stored(Transformation(2, Amount("a", 50) + "," + Amount("b", 50), Amount("y", 100)));
  producer.Stored(Transformation(3, Amount("b", 50), Amount("c", 50)));
  const std::string scope = json{{"units", {Lot("a")}}}.dump();
  const json preview = distributor.Line({"recall", "preview", scope});
  CHECK(preview["units"] == json{Unit("a"), Unit("y")});
  CHECK_THAT(distributor.Refusal({"recall", "open", "r1", scope, R"({"reason":"x"})"}),
             Contains("only who has it"));
  producer.Line({"recall", "open", "r1", scope, R"({"reason":"salmonella found"})"});
  CHECK(producer.Line({"hold", "check", Lot("y"), "sell"})["allowed"] == false);
  CHECK(producer.Line({"hold", "check", Lot("c"), "sell"})["allowed"] == true);
  const ToolResult held = producer.Capture(Objects(4, "OBSERVE", "shipping", Amount("y", 100)));
  CHECK(held.exit_status == 1);
  CHECK_THAT(held.output, Contains(Unit("y") + " is held: salmonella found (hold recall:r1)"));
  producer.Stored(Objects(5, "OBSERVE", "shipping", Amount("c", 50)));

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
