#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/antidiversion/diversion_case.h"
#include "chaincode/contracts/trace/antidiversion/diversion_rule.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

ScanPlace At(const std::string& region) {
  ScanPlace place;
  place.verdict = "located";
  place.region = region;
  return place;
}

// A consumer's scan in Guangdong (outside) or elsewhere, of one thing, on a day.
LoggedScan Scan(const std::string& region, Fit fit, const std::string& device,
                const std::string& thing = "b1#1", int day = 1) {
  static int number = 0;
  LoggedScan scan;
  scan.tx_id = absl::StrCat("tx", ++number);
  scan.time = absl::StrCat("2026-03-0", day, "T04:00:00Z");
  scan.thing = thing;
  scan.place = At(region);
  scan.place.device = device;
  scan.fit = fit;
  return scan;
}

std::vector<LoggedScan> AtHome(int scans) {
  std::vector<LoggedScan> out;
  for (int i = 0; i < scans; ++i) {
    out.push_back(Scan("330106", Fit::kInside, absl::StrCat("home", i), absl::StrCat("b1#", i)));
  }
  return out;
}

TEST_CASE("A scan is compared at the level that both sides know", "[antidiversion]") {
  const SalesArea hangzhou{{"330100"}, {"340000"}};
  CHECK(FitOf(hangzhou, At("330106")) == Fit::kInside);
  CHECK(FitOf(hangzhou, At("330100")) == Fit::kInside);
  CHECK(FitOf(hangzhou, At("330206")) == Fit::kOutside);
  // Somewhere in the province, or in the country: it may well be there.
  CHECK(FitOf(hangzhou, At("330000")) == Fit::kUndecided);
  CHECK(FitOf(hangzhou, At("000000")) == Fit::kUndecided);
  CHECK(FitOf(hangzhou, At("341021")) == Fit::kBorder);
  CHECK(FitOf(hangzhou, At("440305")) == Fit::kOutside);
  // Counties of Beijing stand right below it, or below 110100, which editions may not list.
  CHECK(FitOf({{"110000"}, {}}, At("110101")) == Fit::kInside);
  CHECK(FitOf({{"110100"}, {}}, At("110101")) == Fit::kInside);
  CHECK(FitOf({{"110101"}, {}}, At("110000")) == Fit::kUndecided);
  CHECK(FitOf({{"000000"}, {}}, At("650100")) == Fit::kInside);
  ScanPlace relay;
  relay.verdict = "vpn";
  CHECK(FitOf(hangzhou, relay) == Fit::kUndecided);
}

TEST_CASE("A place is a region, a source and a hash, and nothing else", "[antidiversion]") {
  const auto parse = [](const char* text) { return ParseScanPlace("place", json::parse(text)); };
  const auto place = parse(R"({"region":"4403@201412","source":"ip","accuracyMetres":5000})");
  REQUIRE(place.ok());
  CHECK(place->region == "440300");
  CHECK(place->edition == "201412");
  CHECK(json(*place) == json::parse(R"({"verdict":"located","region":"440300","edition":"201412",
                                        "source":"ip","accuracyMetres":5000})"));
  CHECK(parse(R"({"verdict":"foreign","source":"ip"})")->region.empty());
  const auto error = [&](const char* text) { return std::string(parse(text).status().message()); };
  CHECK_THAT(error(R"({"region":"440305","ip":"1.2.3.4"})"), Contains("field ip is not known"));
  CHECK_THAT(error(R"({"region":"440305","device":"my phone"})"), Contains("field device"));
  CHECK_THAT(error(R"({"region":"4403051"})"), Contains("field region"));
  CHECK_THAT(error(R"({})"), Contains("field region is missing"));
  CHECK_THAT(error(R"({"verdict":"vpn","region":"440305"})"), Contains("does not go with"));
  CHECK_THAT(error(R"({"region":"440305","source":"guess"})"), Contains("field source"));
}

TEST_CASE("A consumer who travels is no diversion", "[antidiversion]") {
  const DiversionRule rule;
  // One phone, again and again.
  std::vector<LoggedScan> scans = AtHome(10);
  for (int i = 1; i <= 6; ++i) scans.push_back(Scan("440305", Fit::kOutside, "d1", "b1#1", i));
  auto findings = JudgeScans(rule, scans);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].region == "440000");
  CHECK(findings[0].scans == 6);
  CHECK(findings[0].lacks == std::vector<std::string>{"devices 1 of 3"});
  // Many travellers, each somewhere else.
  scans = AtHome(10);
  for (const char* region : {"440305", "110101", "650102", "230102", "310101"}) {
    scans.push_back(Scan(region, Fit::kOutside, region));
  }
  for (const Finding& one : JudgeScans(rule, scans)) CHECK_FALSE(one.lacks.empty());
  // Three in one place, among many at home.
  scans = AtHome(100);
  for (const char* device : {"d1", "d2", "d3"}) {
    scans.push_back(Scan("440305", Fit::kOutside, device));
  }
  CHECK(JudgeScans(rule, scans)[0].lacks == std::vector<std::string>{"share per mille 29 of 50"});
}

TEST_CASE("Goods that turn up together elsewhere are diverted", "[antidiversion]") {
  std::vector<LoggedScan> scans = AtHome(20);
  for (int i = 0; i < 5; ++i) {
    scans.push_back(Scan(i % 2 == 0 ? "440305" : "440106", Fit::kOutside, absl::StrCat("d", i % 4),
                         absl::StrCat("b1#", 50 + i)));
  }
  const auto findings = JudgeScans(DiversionRule(), scans);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].lacks.empty());
  CHECK(findings[0].scans == 5);
  CHECK(findings[0].things == 5);
  CHECK(findings[0].devices == 4);
  CHECK(findings[0].share_per_mille == 200);
  CHECK(findings[0].transactions.size() == 5);
  DiversionRule rule;
  rule.by_prefecture = true;
  CHECK(JudgeScans(rule, scans).size() == 2);
}

TEST_CASE("What says nothing does not count", "[antidiversion]") {
  std::vector<LoggedScan> scans = AtHome(3);
  for (int i = 0; i < 4; ++i) {
    const std::string device = absl::StrCat("d", i);
    // The same thing by the same phone on the same day in China, though not in UTC.
    scans.push_back(Scan("440305", Fit::kOutside, device));
    scans.push_back(Scan("440305", Fit::kOutside, device));
    LoggedScan staff = Scan("440305", Fit::kOutside, absl::StrCat("s", i));
    staff.staff = "staff";
    scans.push_back(staff);
    scans.push_back(Scan("440000", Fit::kUndecided, absl::StrCat("u", i)));
    scans.push_back(Scan("340102", Fit::kBorder, absl::StrCat("b", i)));
  }
  const auto findings = JudgeScans(DiversionRule(), scans);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].scans == 4);
  CHECK(findings[0].share_per_mille == 4 * 1000 / (3 + 4 + 4));
  CHECK(JudgeScans(DiversionRule(), {}).empty());
}

TEST_CASE("A rule is read field by field", "[antidiversion]") {
  const auto rule = ParseRule("rule", json::parse(R"({"by":"dealer","level":"prefecture",
      "windowDays":7,"minScans":10,"minThings":4,"minDevices":5,"minSharePerMille":50})"));
  REQUIRE(rule.ok());
  CHECK(json(*rule)["by"] == "dealer");
  CHECK(rule->min_things == 4);
  const auto error = [](const char* text) {
    return std::string(ParseRule("rule", json::parse(text)).status().message());
  };
  CHECK(error(R"({"windowDays":0})") ==
        "argument 'rule': field windowDays is not an integer from 1 to 366");
  CHECK_THAT(error(R"({"minSharePerMille":1001})"), Contains("from 0 to 1000"));
  CHECK_THAT(error(R"({"minShare":0.1})"), Contains("field minShare is not known"));
}

TEST_CASE("Goods left the chain behind the last right hands", "[antidiversion]") {
  const HopFacts east{"east", "s1", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", ""};
  HopFacts zj{"zj", "s2", "2026-01-03T00:00:00Z", "", ""};
  json last = LastRightHands(std::vector<HopFacts>{east, zj});
  CHECK(last["dealer"] == "east");
  CHECK(last["level"] == 1);
  CHECK(last["by"] == "receipt");
  CHECK(last["next"] == "zj");
  zj.seen_at = "2026-01-04T00:00:00Z";
  last = LastRightHands(std::vector<HopFacts>{east, zj});
  CHECK(last["dealer"] == "zj");
  CHECK(last["by"] == "scan");
  CHECK(last["next"] == "");
  zj.received_at = "2026-01-04T00:00:00.5Z";
  CHECK(LastRightHands(std::vector<HopFacts>{east, zj})["by"] == "receipt");
  const HopFacts sent{"east", "s1", "2026-01-01T00:00:00Z", "", ""};
  last = LastRightHands(std::vector<HopFacts>{sent});
  CHECK(last["level"] == 0);
  CHECK(last["next"] == "east");
  CHECK(last["at"] == "2026-01-01T00:00:00Z");
}

TEST_CASE("A case goes from state to state", "[antidiversion]") {
  CHECK(CheckStep("c", "open", "checked").ok());
  CHECK(CheckStep("c", "checked", "dismissed").ok());
  CHECK(CheckStep("c", "confirmed", "closed").ok());
  CHECK(std::string(CheckStep("c", "open", "confirmed").message()) ==
        "case c is open: it cannot become confirmed");
  CHECK_FALSE(CheckStep("c", "closed", "open").ok());
  CHECK_FALSE(CheckStep("c", "dismissed", "checked").ok());
  const CaseSubject subject{"ProducerMSP", "zj", "s1", "440000"};
  CHECK(CaseBase(subject).size() == 20);
  CHECK(CaseBase(subject) != CaseBase({"ProducerMSP", "zj", "s1", "310000"}));
  CHECK(CaseBase({"A", "bc", "s", "r"}) != CaseBase({"Ab", "c", "s", "r"}));
}

}  // namespace
}  // namespace suyuan
