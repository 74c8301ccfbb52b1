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
  // A function of BatchLineage, which has no command of its own.
  void Lots(const Words& words) const {
    const ToolResult ran =
        RunTool("suyuan", Join({{"chaincode", "submit"}, who_, {"--name", "trace"}, words}), dir_);
    INFO(ran.output);
    REQUIRE(ran.exit_status == 0);
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
  for (const char* lot : {"a", "b"}) {
    producer.Lots({"BatchLineage:CreateLot", lot, kGtin, "milk", "100", "kg"});
  }
  producer.Lots({"BatchLineage:Transform", "t1",
                 R"([{"lot":"a","quantity":50},{"lot":"b","quantity":50}])",
                 R"([{"lot":"y","quantity":100,"unit":"kg"}])", "{}"});
  producer.Lots({"BatchLineage:Transform", "t2", R"([{"lot":"b","quantity":50}])",
                 R"([{"lot":"c","quantity":50,"unit":"kg"}])", "{}"});
  const std::string scope = R"({"units":["a"]})";
  const json preview = distributor.Line({"recall", "preview", scope});
  CHECK(preview["units"] == json{"a", "https://id.gs1.org/01/06901234567892/10/a", "y"});
  CHECK_THAT(distributor.Refusal({"recall", "open", "r1", scope, R"({"reason":"x"})"}),
             Contains("only who has it"));
  producer.Line({"recall", "open", "r1", scope, R"({"reason":"salmonella found"})"});
  CHECK(producer.Line({"hold", "check", "y", "sell"})["allowed"] == false);
  CHECK(producer.Line({"hold", "check", "c", "sell"})["allowed"] == true);
  const ToolResult held =
      RunTool("suyuan",
              {"chaincode", "submit", "--connection", (network->dir() / "connection.json").string(),
               "--org", "producer", "--name", "trace", "BatchLineage:Ship", "s1", R"(["y"])",
               "DistributorMSP"},
              network->dir());
  CHECK(held.exit_status == 1);
  CHECK_THAT(held.output, Contains("y is held: salmonella found (hold recall:r1)"));
  producer.Lots({"BatchLineage:Ship", "s2", R"(["c"])", "DistributorMSP"});

  const std::string contact(64, 'c');
  for (const char* unit : {"a", "y"}) distributor.Line({"recall", "contact", unit, contact});
  CHECK(producer.Line({"recall", "notify", "r1"})["result"] == "2");
  const auto notices = producer.Lines({"recall", "notices", "r1"});
  REQUIRE(notices.size() == 2);
  CHECK(notices[1]["units"] == json{"a", "y"});
  producer.Line({"recall", "start", "r1"});
  producer.Line({"recall", "outcome", "r1", "y", R"({"outcome":"destroyed"})"});
  CHECK(producer.Line({"recall", "show", "r1"})["progress"]["accountedPercent"] == 33);
  CHECK_THAT(producer.Refusal({"recall", "close", "r1", "done"}),
             Contains("2 of 3 units have no outcome"));
  regulator.Line({"recall", "close", "r1", "supervised"});
  producer.Line({"hold", "dispose", "recall:r1", R"(["y"])",
                 R"({"disposition":"scrap","reason":"destroyed"})"});
  CHECK(regulator.Line({"recall", "show", "r1"})["state"] == "closed");
  const json report = regulator.Line({"recall", "responsibility", "y"});
  CHECK(report["parties"][0]["mspId"] == "ProducerMSP");
}

}  // namespace
}  // namespace suyuan
