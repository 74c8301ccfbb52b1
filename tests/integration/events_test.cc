// Documents of events in and out of a network with the tool alone.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"
#include "tests/support/administration.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kBeans[] = "urn:epc:class:lgtin:9520001.000015.B1";
constexpr char kOil[] = "urn:epc:class:lgtin:9520001.000015.O1";
constexpr char kCake[] = "urn:epc:class:lgtin:9520001.000015.C1";

std::string Quantity(const std::string& lot, int kilograms) {
  return absl::StrCat(R"([{"epcClass":")", lot, R"(","quantity":)", kilograms, R"(,"uom":"KGM"}])");
}

std::string Event(const std::string& type, int hour, const std::string& fields) {
  return absl::StrCat(R"({"type":")", type, R"(","eventTime":"2026-03-01T1)", hour,
                      R"(:00:00.000+08:00","eventTimeZoneOffset":"+08:00",)", fields, "}");
}

std::string Document(const std::string& events) {
  return absl::StrCat(
      R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
      R"({"suyuan":"https://suyuan.example/ns/"}],"type":"EPCISDocument","schemaVersion":"2.0",)"
      R"("creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[)",
      events, "]}}");
}

std::string Press(int hour, int in, const std::string& out, const std::string& lot, int loss) {
  return Event("TransformationEvent", hour,
               absl::StrCat(R"("inputQuantityList":)", Quantity(kBeans, in),
                            R"(,"outputQuantityList":)", Quantity(lot, std::stoi(out)),
                            R"(,"suyuan:lossList":[{"quantity":)", loss, R"(,"uom":"KGM"}])"));
}

std::vector<json> Lines(const std::string& text) {
  std::vector<json> lines;
  for (const auto line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    lines.push_back(json::parse(line.begin(), line.end(), nullptr, false));
  }
  return lines;
}

TEST_CASE("A third party's document goes in, is traced, and comes out with the same hashes",
          "[integration][events]") {
  auto up = TestNetwork::Up(BuildDir() / "networks" / "events", {"--orgs", "2"});
  INFO(up.status());
  REQUIRE(up.ok());
  const std::string tool = (BuildDir() / "bin" / "suyuan").string();
  const std::string connection = ((*up)->dir() / "connection.json").string();
  struct Ran {
    int status;
    std::string output;
  };
  const auto run = [&](const Words& words, const std::string& org = "producer") {
    Words all = Join(
        {{"/usr/bin/env", "SUYUAN_CONNECTION=" + connection, "SUYUAN_ORG=" + org, tool}, words});
    const auto ran = RunCommand(all);
    REQUIRE(ran.ok());
    return Ran{ran->exit_status, ran->output};
  };
  const auto file = [&](const std::string& name, const std::string& text) {
    const std::string path = ((*up)->dir() / name).string();
    REQUIRE(WriteFileAtomically(path, text).ok());
    return path;
  };

  const std::string first =
      file("first.jsonld",
           Document(absl::StrCat(
               Event("ObjectEvent", 0,
                     absl::StrCat(R"("action":"ADD","bizStep":"commissioning","quantityList":)",
                                  Quantity(kBeans, 100))),
               ",", Press(1, 40, "38", kOil, 2))));
  const Ran captured = run({"epcis", "capture", first});
  INFO(captured.output);
  CHECK(captured.status == 0);
  const auto results = Lines(captured.output);
  REQUIRE(results.size() == 3);
  CHECK(results[0]["result"] == "stored");
  CHECK(results[2]["stored"] == 2);
  CHECK(results[2]["success"] == true);

  // The same again stores nothing; a lot can't give more than it has, nor be another's.
  const auto again = Lines(run({"epcis", "capture", first}).output);
  CHECK(again[0]["result"] == "duplicate");
  CHECK(again[2]["stored"] == 0);
  const std::string second =
      file("second.jsonld",
           Document(absl::StrCat(Press(2, 50, "50", kCake, 0), ",", Press(3, 70, "70", kCake, 0))));
  const Ran refused = run({"epcis", "capture", second});
  CHECK(refused.status == 1);
  CHECK(Lines(refused.output)[0]["result"] == "rolledBack");
  CHECK_THAT(Lines(refused.output)[1].value("reason", ""),
             Contains("/epcisBody/eventList/1/inputQuantityList/0: lot ") &&
                 Contains("ProducerMSP has 10 KGM, not 70 KGM"));
  const auto foreign =
      Lines(run({"epcis", "capture", second, "--on-error", "proceed"}, "distributor").output);
  CHECK(foreign[2]["stored"] == 0);
  const auto proceed = Lines(run({"epcis", "capture", second, "--on-error", "proceed"}).output);
  CHECK(proceed[2]["stored"] == 1);
  CHECK(proceed[2]["refused"] == 1);

  // Traces, now and as they were after a block.
  const auto trace = [&](const Words& words, const std::string& org = "producer") {
    const Ran ran = run(Join({{"trace", "forward", kBeans}, words}), org);
    INFO(ran.output);
    CHECK(ran.status == 0);
    return ran.output;
  };
  const json now = json::parse(trace({}), nullptr, false);
  REQUIRE(now["nodes"].size() == 3);
  CHECK(now["edges"][0]["reason"] == "transformation");
  CHECK(now["events"].size() == 3);
  CHECK(now["events"][0]["author"]["mspId"] == "ProducerMSP");
  CHECK_THAT(trace({"--tree"}), Contains("  -> urn:epc") || Contains("-> https://id.gs1.org"));
  const auto chain =
      json::parse(run({"chaincode", "evaluate", "--name", "trace", "--connection", connection,
                       "--org", "producer", "Events:Trace", "forward", kBeans, "[]"})
                      .output,
                  nullptr, false);
  CHECK(chain["transactions"].size() == 2);
  // The first capture is in the first block after those that the network begins with.
  json before;
  uint64_t block = 0;
  for (block = 1; block < 100; ++block) {
    const Ran ran = run({"trace", "forward", kBeans, "--at", absl::StrCat(block)});
    if (ran.status != 0) continue;
    before = json::parse(ran.output, nullptr, false);
    break;
  }
  REQUIRE(before.is_object());
  CHECK(before["nodes"].size() == 2);
  CHECK(before["events"].size() == 2);
  const Words at_block = {"--at", absl::StrCat(block)};
  CHECK(trace(at_block) == trace(at_block, "distributor"));
  CHECK(run({"trace", "forward", kBeans, "--at", "100000"}).status == 1);

  // Out again: the same events, by their hashes.
  const Ran document = run({"epcis", "events", "--document", "--epc", kBeans});
  const std::string out = file("out.jsonld", document.output);
  std::vector<std::string> hashes;
  for (const auto& line : Lines(run({"epcis", "hash", out}).output))
    hashes.push_back(line["eventHash"]);
  CHECK(hashes == std::vector<std::string>{results[0]["eventHash"], results[1]["eventHash"],
                                           proceed[0]["eventHash"]});
  CHECK(
      Lines(run({"epcis", "events", "--biz-step", "commissioning"}, "distributor").output).size() ==
      1);
  CHECK(run({"epcis", "events", "--biz-step", "no_step"}).status == 1);

  // Fields that do not count in the hash are named by the document that comes out.
  constexpr char kSeeds[] = "urn:epc:class:lgtin:9520001.000015.S1";
  std::string noted =
      Document(Event("ObjectEvent", 4,
                     absl::StrCat(R"("action":"ADD","bizStep":"commissioning","suyuan:note":"x",)",
                                  R"("quantityList":)", Quantity(kSeeds, 5))));
  noted.insert(noted.find(R"("epcisBody")"), R"("suyuan:ignoreFields":["suyuan:note"],)");
  const auto stored = Lines(run({"epcis", "capture", file("noted.jsonld", noted)}).output);
  REQUIRE(stored.at(0)["result"] == "stored");
  const Ran noted_out = run({"epcis", "events", "--document", "--epc", kSeeds});
  CHECK(Lines(run({"epcis", "hash", file("noted-out.jsonld", noted_out.output)}).output)
            .at(0)["eventHash"] == stored[0]["eventHash"]);
}

}  // namespace
}  // namespace suyuan
