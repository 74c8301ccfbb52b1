// Every document of the shared data behaves as its folder says.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "chaincode/epcis/document.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/lineage.h"
#include "network/common/file_util.h"
#include "network/common/text.h"

namespace suyuan::epcis {
namespace {

namespace fs = std::filesystem;

fs::path Root() {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  const fs::path root = fs::path(shared ? shared : "/nowhere") / "epcis";
  if (!fs::exists(root)) WARN("skipped: no epcis in $SUYUAN_SHARED_DATA");
  return root;
}

// Files below `folder`, sorted; paths relative to Root().
std::vector<std::string> Files(const fs::path& root, const std::string& folder = "") {
  std::vector<std::string> files;
  if (!fs::exists(root / folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), root).string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Text(const fs::path& file) {
  auto text = ReadFile(file);
  REQUIRE(text.ok());
  return *text;
}

std::vector<std::string> Lines(const fs::path& file) {
  return absl::StrSplit(Text(file), '\n', absl::SkipWhitespace());
}

// No documents of events: capture jobs, queries, master data of another vocabulary, the
// expectations themselves.
bool IsNoDocument(const std::string& file) {
  return absl::StrContains(file, "CaptureJob") || absl::StrContains(file, "/Queries/") ||
         absl::StrContains(file, "gs1-vocab-") || absl::StrContains(file, "epc_tests") ||
         absl::StrContains(file, "expected-traceback") || absl::StartsWith(file, "schema/") ||
         absl::EndsWith(file, "hashes");
}

std::vector<std::string> Hashes(const Document& document) {
  std::vector<std::string> hashes;
  for (const ReadEventResult& read : document.events) {
    INFO(read.event.status());
    CHECK(read.event.ok());
    if (read.event.ok()) {
      hashes.push_back(HashEvent(*read.event, document.ignored_fields).uri);
    }
  }
  return hashes;
}

TEST_CASE("Event hashes equal the published ones", "[epcis]") {
  const fs::path root = Root();
  size_t compared = 0;
  for (const std::string& file : Files(root, "eventhash/examples")) {
    fs::path hashes = root / file;
    hashes.replace_extension(".hashes");
    // epcisDocHavingTooManyUserExtensions has a pre-hash string, but neither document nor hash.
    if (absl::EndsWith(file, "hashes") || !fs::exists(hashes)) continue;
    INFO(file);
    const auto document = ReadDocument(Text(root / file));
    REQUIRE(document.ok());
    CHECK(Hashes(*document) == Lines(hashes));
    ++compared;
  }
  CHECK((compared >= 20 || !fs::exists(root)));
}

TEST_CASE("Pre-hash strings equal the published ones", "[epcis]") {
  const fs::path root = Root();
  for (const std::string& file : Files(root, "eventhash/examples")) {
    fs::path expected = root / file;
    expected.replace_extension(".prehashes");
    // The strings of these two do not have the published hashes: they are damaged.
    if (absl::EndsWith(file, "hashes") || !fs::exists(expected) ||
        absl::StrContains(file, "AllGS1Keys") || absl::StrContains(file, "DefaultSchema")) {
      continue;
    }
    INFO(file);
    const auto document = ReadDocument(Text(root / file));
    REQUIRE(document.ok());
    const std::vector<std::string> lines = Lines(expected);
    REQUIRE(document->events.size() == lines.size());
    for (size_t i = 0; i < lines.size(); ++i) {
      CHECK(HashEvent(*document->events[i].event, document->ignored_fields).pre_hash == lines[i]);
    }
  }
}

TEST_CASE("Forms of one event have one hash", "[epcis]") {
  const fs::path root = Root();
  for (const std::string& file : Files(root, "eventhash/expected_equal")) {
    INFO(file);
    const auto document = ReadDocument(Text(root / file));
    REQUIRE(document.ok());
    const std::vector<std::string> hashes = Hashes(*document);
    CHECK(hashes.size() > 1);
    CHECK(std::set<std::string>(hashes.begin(), hashes.end()).size() == 1);
  }
}

TEST_CASE("Valid documents are read, and written with the same hashes", "[epcis]") {
  const fs::path root = Root();
  size_t valid = 0;
  for (const std::string& file : Files(root)) {
    if (IsNoDocument(file) || absl::StrContains(file, "nvalid/")) continue;
    INFO(file);
    const auto document = ReadDocument(Text(root / file));
    INFO(document.status());
    REQUIRE(document.ok());
    const std::vector<std::string> hashes = Hashes(*document);
    std::vector<Event> events;
    for (const ReadEventResult& read : document->events) events.push_back(*read.event);
    const auto written = ReadDocument(WriteDocumentJson(
        events, "2026-01-01T00:00:00Z", document->prefixes, document->ignored_fields));
    INFO(written.status());
    REQUIRE(written.ok());
    CHECK(Hashes(*written) == hashes);
    ++valid;
  }
  CHECK((valid >= 100 || !fs::exists(root)));
}

TEST_CASE("Invalid documents are refused with the field and the rule", "[epcis]") {
  const fs::path root = Root();
  // What each refusal must name; more than one where the document has more than one bad event.
  const std::map<std::string, std::vector<std::string>> kExpected = {
      {"Combination_of_events_with_missing_mandatory_fields.json",
       {"/0/action: missing", "/1/eventTimeZoneOffset: missing"}},
      {"Combination_of_multiple_invalid_fields.json",
       {"/0/bizStep", "/1/disposition", "/2/sourceList/0/type", "/3/ilmd/materialType",
        "/4/eventTime"}},
      {"Combination_of_non_standard_bizStep_and_disposition.json",
       {"/0/bizStep", "/1/disposition"}},
      {"ObjectEvent_with_ilmd_field_without_namespace.json", {"/ilmd/materialType"}},
      {"ObjectEvent_with_invalid_certificationInfo.json", {"/certificationInfo/0"}},
      {"ObjectEvent_with_non_standard_bizStep.json", {"/bizStep"}},
      {"ObjectEvent_with_non_standard_disposition.json", {"/disposition"}},
      {"ObjectEvent_with_unknown_field_in_quantityList.json", {"/quantityList/0/weight"}},
      {"ObjectEvent_without_identifier_list.json", {"/epcList: missing"}},
      {"QueryDocument_with_invalid_action.json", {"/action: \"INVALIDACTION\""}},
      {"ObjectEvent_bare_event_without_action.xml", {"/ObjectEvent/action: missing"}},
      {"ObjectEvent_with_invalid_eventTime_format.xml", {"/ObjectEvent/eventTime: \"22-07-2026\""}},
      {"ObjectEvent_with_unknown_element.xml", {"/ObjectEvent/madeUpField"}},
      {"ObjectEvent_without_eventTime.xml", {"/ObjectEvent/eventTime: missing"}},
      {"gdst_certification_invalid_type.jsonld", {"/certificationType"}},
      {"gdst_event_missing_information_provider.jsonld", {"/informationProvider: missing"}},
      {"gdst_farm_harvest_event_invalid.jsonld", {"/productionMethodForFishAndSeafoodCode"}},
      {"gdst_feedmill_missing_protein_source.jsonld", {"/proteinSource: missing"}},
      {"gdst_fishing_event_invalid.jsonld", {"/productionMethodForFishAndSeafoodCode"}},
      {"gdst_hatching_missing_broodstock.jsonld", {"/broodstockSource: missing"}},
      {"gdst_processing_missing_lot_number.jsonld", {"/lotNumber: missing"}},
      {"gdst_vessel_invalid_imo.jsonld", {"/imoNumber: \"INVALID_IMO\""}},
  };
  size_t refused = 0;
  for (const std::string& file : Files(root)) {
    if (!absl::StrContains(file, "nvalid/") || IsNoDocument(file)) continue;
    INFO(file);
    const auto expected = kExpected.find(fs::path(file).filename().string());
    REQUIRE(expected != kExpected.end());
    const auto document = ReadDocument(Text(root / file));
    REQUIRE(document.ok());
    std::vector<std::string> reasons;
    for (const ReadEventResult& read : document->events) {
      if (!read.event.ok()) reasons.emplace_back(read.event.status().message());
    }
    REQUIRE(reasons.size() == expected->second.size());
    for (size_t i = 0; i < reasons.size(); ++i) {
      CHECK_THAT(reasons[i], Catch::Matchers::Contains(expected->second[i]));
    }
    ++refused;
  }
  CHECK((refused == kExpected.size() || !fs::exists(root)));
}

TEST_CASE("The seafood chain is traced back to farm and vessel", "[epcis]") {
  const fs::path root = Root();
  if (!fs::exists(root)) return;
  const fs::path folder = root / "opentraceability";
  const auto expectations = nlohmann::json::parse(Text(folder / "expected-traceback.json"));
  REQUIRE(!expectations.empty());
  for (const auto& expected : expectations) {
    const auto document = ReadDocument(Text(folder / expected["file"].get<std::string>()));
    REQUIRE(document.ok());
    CHECK(document->events.size() == expected["events_in_file"].get<size_t>());
    std::vector<Event> events;
    std::vector<std::string> hashes = Hashes(*document);
    for (const ReadEventResult& read : document->events) events.push_back(*read.event);
    const Lineage lineage(std::move(events), std::move(hashes));
    const auto trace =
        lineage.Walk(expected["traceback_epc"].get<std::string>(), Direction::kBackward);
    REQUIRE(trace.ok());
    std::set<std::string> ids;
    for (const TraceEvent& event : trace->events) {
      ids.insert(lineage.Find(event.hash)->event.event_id);
    }
    CHECK(ids.size() == expected["expected_events_in_traceback"].get<size_t>());
  }
}

}  // namespace
}  // namespace suyuan::epcis
