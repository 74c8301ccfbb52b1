// Rules of anti-counterfeiting, over plain structs.
#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "chaincode/contracts/trace/anticounterfeit/code_state.h"
#include "chaincode/contracts/trace/anticounterfeit/lot_state.h"
#include "chaincode/contracts/trace/anticounterfeit/prompts.h"
#include "chaincode/contracts/trace/anticounterfeit/scan_policy.h"
#include "chaincode/contracts/trace/anticounterfeit/verification.h"
#include "chaincode/contracts/trace/records.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;
using ::nlohmann::json;

Scan At(int seconds, const std::string& region = "330106", const std::string& device = "",
        Scan::Kind kind = Scan::Kind::kConsumer) {
  static int number = 0;
  return {absl::StrCat("t", ++number), TimeText(absl::FromUnixSeconds(1'770'000'000 + seconds)),
          kind, region, device};
}

CodeFacts Facts(std::vector<Scan> scans, int64_t limit = 3) {
  CodeFacts facts;
  facts.known = facts.activated = true;
  facts.policy.scan_limit = limit;
  facts.scans = std::move(scans);
  return facts;
}

std::string StateFor(CodeFacts facts, size_t scan) {
  facts.asking_tx = facts.scans.at(scan).tx_id;
  return Judge(facts).state;
}

TEST_CASE("A verdict needs no scan of its own to tell what the next would be",
          "[anticounterfeit]") {
  CHECK(Judge(Facts({})).state == "first");
  CHECK(Judge(Facts({At(0)}, 1)).state == "over-limit");
  const Verdict second = Judge(Facts({At(0)}, 5));
  CHECK(second.state == "repeated");
  CHECK(second.count == 1);
  CHECK(second.left == 4);
  CHECK(second.first_region == "330106");
}

TEST_CASE("With limit 5 the sixth query is warned of", "[anticounterfeit]") {
  CodeFacts facts = Facts({}, 5);
  for (int i = 0; i < 6; ++i) facts.scans.push_back(At(i));
  CHECK(StateFor(facts, 0) == "first");
  CHECK(StateFor(facts, 4) == "repeated");
  CHECK(StateFor(facts, 5) == "over-limit");
  CHECK(Judge(facts).left == 0);
}

TEST_CASE("One device that looks again within the setting is one query", "[anticounterfeit]") {
  CodeFacts facts = Facts({At(0, "330106", "a"), At(100, "330106", "a"), At(110, "330106", "b"),
                           At(300, "330106", "a"), At(305), At(306)},
                          2);
  CHECK(Judge(facts).count == 6);
  facts.policy.fold_seconds = 200;
  CHECK(Judge(facts).count == 5);  // a, b, a after 300 s, and two of unknown devices
  CHECK(StateFor(facts, 1) == "first");
  CHECK(StateFor(facts, 2) == "repeated");
  CHECK(StateFor(facts, 3) == "over-limit");
  facts.policy.fold_seconds = 0;
  CHECK(StateFor(facts, 1) == "repeated");
}

TEST_CASE("Staff, early scans and wrong codes don't burn the first query", "[anticounterfeit]") {
  const CodeFacts facts =
      Facts({At(0, "", "", Scan::Kind::kEarly), At(1, "", "", Scan::Kind::kStaff),
             At(2, "", "", Scan::Kind::kWrong), At(3), At(4)});
  const Verdict verdict = Judge(facts);
  CHECK(verdict.count == 2);
  CHECK(verdict.first_time == facts.scans[3].time);
  CHECK(StateFor(facts, 3) == "first");
  CHECK(StateFor(facts, 4) == "repeated");
}

TEST_CASE("Each thing that may have become of a code has its answer", "[anticounterfeit]") {
  CodeFacts facts = Facts({});
  facts.known = false;
  CHECK(Judge(facts).state == "unknown");
  facts.known = true;
  facts.activated = false;
  CHECK(Judge(facts).state == "not-activated");
  facts.mark = "revoked";  // before it was activated
  CHECK(Judge(facts).state == "revoked");
  facts.activated = true;
  for (const char* mark : {"returned", "reissued", "revoked", "opened"}) {
    facts.mark = mark;
    CHECK(Judge(facts).state == mark);
  }
  facts.mark.clear();
  facts.open_of_two = true;
  CHECK(Judge(facts).state == "open-code");
  facts.wrong_inner = true;
  CHECK(Judge(facts).state == "wrong-code");
  facts.wrong_inner = false;
  facts.policy.trace_only = true;
  CHECK(Judge(facts).state == "trace-only");
  facts.mark = "returned";
  CHECK(Judge(facts).state == "returned");
}

TEST_CASE("Changes of a code's state lead one way", "[anticounterfeit]") {
  CHECK(CheckStateChange("", "opened").ok());
  CHECK(CheckStateChange("opened", "returned").ok());
  CHECK(CheckStateChange("returned", "reissued").ok());
  CHECK(CheckStateChange("returned", "revoked").ok());
  CHECK(CheckStateChange("returned", "opened").message() ==
        "codes are returned: they cannot become opened");
  CHECK(CheckStateChange("", "reissued").message() ==
        "codes are sealed: they cannot become reissued");
  CHECK_FALSE(CheckStateChange("revoked", "returned").ok());
  CHECK_FALSE(CheckStateChange("", "lost").ok());
}

TEST_CASE("The clone score has its reasons, and they only grow", "[anticounterfeit]") {
  // A present that travels: three prefectures in three days, two devices.
  CHECK(ScoreOf({At(0, "330106", "a"), At(86'400, "310115", "a"), At(172'800, "440305", "b")})
            .points == 23);
  // A shop where many look at one item.
  std::vector<Scan> shop;
  for (int i = 0; i < 200; ++i) shop.push_back(At(i * 60, "330106", absl::StrCat("d", i)));
  const CloneScore looked_at = ScoreOf(shop);
  CHECK(looked_at.points == 30);
  REQUIRE(looked_at.reasons.size() == 1);
  CHECK(looked_at.reasons[0].rule == "devices");
  CHECK(looked_at.reasons[0].value == 200);
  // Copies: everywhere at once.
  std::vector<Scan> copies;
  int64_t last = 0;
  for (int i = 0; i < 40; ++i) {
    copies.push_back(At(i, absl::StrCat(11 + i % 4, "0", 1 + i % 5, "00"), absl::StrCat("d", i)));
    const int64_t points = ScoreOf(copies).points;
    CHECK(points >= last);
    last = points;
  }
  CHECK(last == 100);
  CHECK(ToJson(ScoreOf(copies))["reasons"].size() == 3);
}

TEST_CASE("A scan that is known to a province alone is no second place", "[anticounterfeit]") {
  CHECK(ScoreOf({At(0, "330000"), At(1, "330106")}).points == 0);
  CHECK(ScoreOf({At(0, "000000"), At(1, "330106"), At(2, "")}).points == 0);
  CHECK(ScoreOf({At(0, "330000"), At(100'000, "310000")}).points == 10);
}

TEST_CASE("Wrong verification codes raise the score after the second", "[anticounterfeit]") {
  std::vector<Scan> scans(2, At(0, "", "", Scan::Kind::kWrong));
  CHECK(ScoreOf(scans).points == 0);
  scans.push_back(scans[0]);
  CHECK(ScoreOf(scans).points == 5);
  scans.insert(scans.end(), 100, scans[0]);
  CHECK(ScoreOf(scans).points == 20);
}

TEST_CASE("A copied code is frozen, whatever its count", "[anticounterfeit]") {
  CodeFacts facts = Facts({}, 1000);
  for (int i = 0; i < 8; ++i) facts.scans.push_back(At(i, absl::StrCat(11 + i, "0100")));
  CHECK(Judge(facts).score.points == 70);
  CHECK(StateFor(facts, 0) == "frozen");
  CHECK(AlertsOf(facts, Judge(facts), "known") == std::vector<std::string>{"copied"});
  facts.policy.freeze_score = 101;
  CHECK(StateFor(facts, 0) == "first");
}

TEST_CASE("Of limits the tightest applies, of all else the narrowest", "[anticounterfeit]") {
  ScanPolicy issuer, product, batch, code;
  issuer.scan_limit = 8;
  issuer.fold_seconds = 60;
  issuer.trace_only = true;
  product.scan_limit = 4;
  product.trace_only = false;
  batch.scan_limit = 6;
  batch.fold_seconds = 0;
  CodePolicy policy = Combine({issuer, product, batch, code}, 10);
  CHECK(policy.scan_limit == 4);
  CHECK(policy.fold_seconds == 0);
  CHECK_FALSE(policy.trace_only);
  CHECK(Combine({}, 10).scan_limit == 10);
  CHECK(Combine({issuer}, 2).scan_limit == 2);
}

TEST_CASE("A limit that is set goes down alone", "[anticounterfeit]") {
  ScanPolicy present, next;
  CHECK(CheckTightens(present, next).ok());
  present.scan_limit = 5;
  CHECK_THAT(std::string(CheckTightens(present, next).message()), Contains("is missing"));
  next.scan_limit = 6;
  CHECK_THAT(std::string(CheckTightens(present, next).message()),
             Contains("field scanLimit is above the present limit 5"));
  next.scan_limit = 5;
  CHECK(CheckTightens(present, next).ok());
}

TEST_CASE("Bad policies are refused by field", "[anticounterfeit]") {
  const auto why = [](const char* text) {
    return std::string(ParseScanPolicy("policy", json::parse(text)).status().message());
  };
  CHECK_THAT(why(R"({"scanLimit":0})"), Contains("scanLimit"));
  CHECK_THAT(why(R"({"foldSeconds":-1})"), Contains("foldSeconds"));
  CHECK_THAT(why(R"({"freezeScore":102})"), Contains("freezeScore"));
  CHECK_THAT(why(R"({"traceOnly":"yes"})"), Contains("traceOnly"));
  CHECK_THAT(why(R"({"limit":3})"), Contains("limit"));
  CHECK_THAT(why(R"({"prompts":{"second":{}}})"), Contains("prompts.second is no state"));
  CHECK_THAT(why(R"({"prompts":{"first":{"fr":"x"}}})"), Contains("prompts.first.fr is unknown"));
  CHECK_THAT(why(R"({"prompts":{"first":{"zh":"<b>"}}})"), Contains("prompts.first.zh holds <"));
  CHECK_THAT(why(R"({"prompts":{"first":{"zh":"{name}"}}})"), Contains("no placeholder {name}"));
  CHECK_THAT(why(R"({"prompts":{"first":{"zh":"{count"}}})"), Contains("no placeholder"));
  CHECK_THAT(why(R"({"prompts":{"first":{"zh":"count}"}}})"), Contains("} without {"));
  const auto parsed = ParseScanPolicy(
      "policy", json::parse(R"({"scanLimit":3,"traceOnly":true,"prompts":{"first":{"zh":"好"}}})"));
  REQUIRE(parsed.ok());
  const auto again = ParseScanPolicy("policy", ToJson(*parsed));
  REQUIRE(again.ok());
  CHECK(ToJson(*again) == ToJson(*parsed));
}

TEST_CASE("Prompts fill their placeholders, and values stay values", "[anticounterfeit]") {
  const PromptFacts facts{"2026-11-21T09:43:18Z",    "330106", 7, 5, 0, "06901234567892",
                          "<script>{count}</script>"};
  const auto table = ParsePrompts(
      "policy",
      json::parse(
          R"({"repeated":{"zh":"第{count}次/{limit}，{firstTime}，{firstPlace}，{lot}"}})"));
  REQUIRE(table.ok());
  const PromptTexts own = PromptOf("repeated", facts, *table);
  CHECK(own.zh == "第7次/5，2026-11-21 17:43:18，330106，&lt;script&gt;{count}&lt;/script&gt;");
  CHECK_THAT(own.en, Contains("asked for 7 times, first at 2026-11-21 17:43:18 Beijing time"));
  CHECK_THAT(PromptOf("over-limit", facts, *table).zh, Contains("已被查询7次，超过上限"));
  CHECK(PromptOf("trace-only", facts, *table).zh.empty());
  CHECK(PromptOf("no such state", facts, *table).en.empty());
}

TEST_CASE("A lot is recalled, expired, held or on sale", "[anticounterfeit]") {
  LotFacts facts;
  facts.today = "2026-03-01";
  CHECK(JudgeLot(facts).state == "known");
  facts.expires_on = "2026-03-01";  // its last day
  CHECK(JudgeLot(facts).state == "known");
  facts.holds = {{"h1", "u", "held", "r", "A", false, ""},
                 {"h2", "u", "release", "r", "A", false, ""}};
  CHECK(JudgeLot(facts).state == "held");
  facts.expires_on = "2026-02-28";
  CHECK(JudgeLot(facts).state == "expired");
  facts.holds.push_back({"recall:R1", "u", "held", "r", "A", true, ""});
  CHECK(JudgeLot(facts).state == "recalled");
  CHECK(JudgeLot(facts).hold == "recall:R1");
  for (UnitHold& hold : facts.holds) hold.state = "release";
  facts.expires_on.clear();
  CHECK(JudgeLot(facts).state == "known");
}

}  // namespace
}  // namespace suyuan
