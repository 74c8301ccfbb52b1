// Every document of the shared data behaves at the contract as its folder says.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "chaincode/contracts/trace/events/capture.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "network/common/file_util.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;

fs::path Root() {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  const fs::path root = fs::path(shared ? shared : "/nowhere") / "epcis";
  if (!fs::exists(root)) WARN("skipped: no epcis in $SUYUAN_SHARED_DATA");
  return root;
}

std::vector<fs::path> Documents(const fs::path& root, bool invalid) {
  std::vector<fs::path> files;
  if (!fs::exists(root)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string file = fs::relative(entry.path(), root).string();
    if (!entry.is_regular_file() || absl::StrContains(file, "nvalid/") != invalid ||
        absl::StartsWith(file, "schema/") || absl::EndsWith(file, "hashes") ||
        absl::StrContains(file, "epc_tests") || absl::StrContains(file, "expected-traceback")) {
      continue;
    }
    const auto text = ReadFile(entry.path());
    REQUIRE(text.ok());
    // Capture jobs, queries and master data of another vocabulary are no documents of events.
    if (epcis::ReadDocument(*text).ok()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST_CASE("Valid documents are captured, and again as duplicates", "[events]") {
  const fs::path root = Root();
  size_t captured = 0;
  for (const fs::path& file : Documents(root, false)) {
    INFO(file);
    const auto text = ReadFile(file);
    const auto document = ReadForCapture(*text);
    INFO(document.status());
    REQUIRE(document.ok());
    if (document->events.empty()) continue;
    EventsFixture ledger;
    const json first = ledger.CaptureText(kMill, *text);
    INFO(first["job"].dump());
    CHECK(first["job"]["success"] == true);
    const json again = ledger.CaptureText(kMill, *text);
    CHECK(again["job"]["stored"] == 0);
    CHECK(again["job"]["declared"] == 0);
    CHECK(again["job"]["success"] == true);
    captured += first["job"]["stored"].get<size_t>();
  }
  CHECK((captured > 200 || !fs::exists(root)));
}

TEST_CASE("Events of invalid documents are refused, the others stored on request", "[events]") {
  const fs::path root = Root();
  size_t refused = 0;
  for (const fs::path& file : Documents(root, true)) {
    INFO(file);
    const auto text = ReadFile(file);
    const auto document = ReadForCapture(*text);
    REQUIRE(document.ok());
    EventsFixture ledger;
    const json rollback = ledger.CaptureText(kMill, *text);
    CHECK(rollback["job"]["success"] == false);
    CHECK(rollback["job"]["stored"] == 0);
    const json proceed = ledger.CaptureText(kMill, *text, R"({"onError":"proceed"})");
    for (size_t i = 0; i < document->events.size(); ++i) {
      const json& result = proceed["results"][i];
      if (document->events[i].event.ok()) {
        CHECK(result["result"] != "refused");
        continue;
      }
      CHECK(result["result"] == "refused");
      CHECK(result["reason"] == std::string(document->events[i].event.status().message()));
      ++refused;
    }
  }
  CHECK((refused >= 22 || !fs::exists(root)));
}

TEST_CASE("The seafood chain is traced back to farm and vessel by the contract", "[events]") {
  const fs::path root = Root();
  if (!fs::exists(root)) return;
  const fs::path folder = root / "opentraceability";
  const auto expectations = json::parse(*ReadFile(folder / "expected-traceback.json"));
  REQUIRE(!expectations.empty());
  for (const auto& expected : expectations) {
    EventsFixture ledger;
    const auto text = ReadFile(folder / expected["file"].get<std::string>());
    const json capture = ledger.CaptureText(kMill, *text);
    CHECK(capture["job"]["stored"] == expected["events_in_file"]);
    const json trace = ledger.Trace("backward", expected["traceback_epc"]);
    json hashes = json::array();
    for (const auto& event : trace["events"]) hashes.push_back(event["eventHash"]);
    std::set<std::string> ids;
    for (const auto& record : ledger.AskJson({"Events:GetEvents", hashes.dump()})) {
      ids.insert(record["event"]["eventID"].get<std::string>());
    }
    CHECK(ids.size() == expected["expected_events_in_traceback"].get<size_t>());
  }
}

}  // namespace
}  // namespace suyuan
