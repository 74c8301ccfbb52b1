#include <algorithm>
#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/testing/code_ledger.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kDetails[] = R"({"reason":"as agreed"})";

TEST_CASE_METHOD(CodeLedger, "Limits at four levels: the tightest applies, what was used stays",
                 "[anticounterfeit]") {
  Issue("b1", 0, 100);
  Activate("b1");
  std::vector<std::string> scans;
  for (int i = 0; i < 4; ++i) scans.push_back(Scan(kConsumer, "b1", 5, Code("b1", 5)).tx_id);
  const auto state = [&](size_t scan) { return StateOf("b1", 5, Code("b1", 5), scans[scan]); };
  CHECK(state(3) == "repeated");
  const auto set = [](const std::string& level, const std::string& subject, int limit) {
    return Words{"ScanPolicies:Set", level, subject, json{{"scanLimit", limit}}.dump()};
  };
  Do(kProducerUser, set("issuer", "ProducerMSP", 50));
  Do(kProducerUser, set("product", kGtin, 40));
  Do(kProducerUser, set("batch", "b1", 30));
  CHECK(Verify("b1", 5, Code("b1", 5))["authenticity"]["limit"] == 30);
  Do(kProducerUser, set("code", "b1/5", 3));
  CHECK(Ask({"ScanPolicies:GetOf", "b1", "5"})["scanLimit"] == 3);
  CHECK(Ask({"ScanPolicies:GetOf", "b1", "6"})["scanLimit"] == 30);
  const json fourth = Verify("b1", 5, Code("b1", 5), scans[3]);
  CHECK(fourth["authenticity"]["state"] == "over-limit");
  CHECK(fourth["authenticity"]["count"] == 4);
  CHECK(fourth["authenticity"]["left"] == 0);
  CHECK(fourth["alerts"] == json::array({"over-limit"}));
  CHECK(state(2) == "repeated");
  CHECK(Error(kProducerUser, set("code", "b1/5", 4)) ==
        "argument 'policy': field scanLimit is above the present limit 3");

  CHECK_THAT(Error(kDistributorUser, set("issuer", "ProducerMSP", 2)),
             Contains("only ProducerMSP"));
  CHECK_THAT(Error(kDistributorUser, set("code", "b1/5", 2)), Contains("only ProducerMSP"));
  CHECK_THAT(Error(kProducerUser, set("code", "b1/100", 2)), Contains("below the batch's count"));
  CHECK_THAT(Error(kProducerUser, set("code", "b1", 2)), Contains("is not BATCH/INDEX"));
  CHECK_THAT(Error(kProducerUser, set("region", "b1", 2)), Contains("'level'"));
  CHECK(Ask({"ScanPolicies:Get", "batch", "b1"})["policy"]["scanLimit"] == 30);
  CHECK(Ask({"ScanPolicies:Get", "code", "b1/7"}) == json::object());
}

TEST_CASE_METHOD(CodeLedger,
                 "A device that scans twice is folded, and is on the ledger as a hash "
                 "of one code alone",
                 "[anticounterfeit]") {
  Issue("b1");
  Activate("b1");
  Do(kProducerUser, {"ScanPolicies:Set", "issuer", "ProducerMSP", R"({"foldSeconds":3600})"});
  const auto scan = [&](uint64_t index, const std::string& device) {
    return Scan(kConsumer, "b1", index, Code("b1", index, "330106", device));
  };
  const auto first = scan(5, "phone"), again = scan(5, "phone"), other = scan(5, "tablet");
  CHECK(StateOf("b1", 5, Code("b1", 5), again.tx_id) == "first");
  CHECK(Verify("b1", 5, Code("b1", 5), other.tx_id)["authenticity"]["count"] == 2);
  scan(6, "phone");
  const std::string hash = HexEncode(Sha256("phone"));
  std::set<std::string> devices;
  for (const auto& [key, value] : ledger().state()) {
    CHECK(value.find(hash) == std::string::npos);
    if (key.rfind("scan/", 0) == 0) devices.insert(json::parse(value)["device"]);
  }
  CHECK(devices.size() == 2);  // the phone is another one at the other code
}

TEST_CASE_METHOD(CodeLedger, "Staff scan by their certificate, don't count, and see more",
                 "[anticounterfeit]") {
  Issue("b1");
  Activate("b1");
  for (const Person& person : {kWarehouse, kDealer, kInspector}) {
    Scan(person, "b1", 5, Code("b1", 5, "330206", "reader"));
  }
  const auto mine = Scan(kConsumer, "b1", 5, Code("b1", 5));
  CHECK(StateOf("b1", 5, Code("b1", 5), mine.tx_id) == "first");
  const auto ask = [&](const Person& person) { return Verify("b1", 5, Code("b1", 5), "", person); };
  CHECK(ask(kConsumer)["scanner"] == "consumer");
  CHECK_FALSE(ask(kConsumer).contains("code"));
  CHECK_FALSE(ask(kConsumer).contains("scans"));
  CHECK(ask(kWarehouse)["scanner"] == "warehouse");
  CHECK(ask(kDealer)["code"]["state"] == "sealed");
  CHECK_FALSE(ask(kDealer).contains("scans"));
  const json inspection = ask(kInspector);
  REQUIRE(inspection["scans"].size() == 4);
  CHECK(inspection["scans"][0]["kind"] == "staff");
  CHECK(inspection["scans"][3]["kind"] == "consumer");
  CHECK(inspection["score"]["points"] == 0);
}

TEST_CASE_METHOD(CodeLedger, "Three channels, one count", "[anticounterfeit]") {
  Issue("b1");
  Activate("b1");
  for (const char* channel : {"web", "phone", "sms"}) {
    Transient code = Code("b1", 5);
    code["channel"] = channel;
    Scan(kConsumer, "b1", 5, code);
  }
  CHECK(Verify("b1", 5, Code("b1", 5))["authenticity"]["count"] == 3);
  Transient code = Code("b1", 5);
  code["channel"] = "pigeon";
  CHECK(Error(kConsumer, {"AntiCounterfeit:RecordScan", "b1", "5"}, code) ==
        "argument 'channel': is not web, app, phone, sms or reader");
}

TEST_CASE_METHOD(CodeLedger, "A scan before activation is told and burns nothing",
                 "[anticounterfeit]") {
  Issue("b1");
  const auto early = Scan(kConsumer, "b1", 5, Code("b1", 5));
  CHECK(early.event_name == "EarlyScan");
  CHECK(json::parse(early.response.payload)["early"] == true);
  CHECK(StateOf("b1", 5, Code("b1", 5), early.tx_id) == "not-activated");
  CHECK(Verify("b1", 5, Code("b1", 5), early.tx_id)["alerts"] == json::array({"early"}));
  Activate("b1");
  const auto bought = Scan(kConsumer, "b1", 5, Code("b1", 5));
  CHECK(StateOf("b1", 5, Code("b1", 5), bought.tx_id) == "first");
}

TEST_CASE_METHOD(CodeLedger, "Returned goods cannot verify as first again", "[anticounterfeit]") {
  Issue("b1");
  Activate("b1");
  Issue("b2");
  const Words give_new{"CodeStates:Reissue", "b1", "5", "6", "b2", "10", kDetails};
  CHECK_THAT(Error(kProducerUser, give_new), Contains("are not activated together"));
  Activate("b2", "lot2");
  CHECK(Error(kProducerUser, give_new) == "codes are sealed: they cannot become reissued");
  Do(kProducerUser, {"CodeStates:Mark", "b1", "5", "5", "opened", kDetails});
  CHECK(StateOf("b1", 5, Code("b1", 5)) == "opened");
  Do(kProducerUser, {"CodeStates:Mark", "b1", "4", "7", "returned", kDetails});
  CHECK(StateOf("b1", 3, Code("b1", 3)) == "first");
  for (const uint64_t index : {4, 5, 6, 7})
    CHECK(StateOf("b1", index, Code("b1", index)) == "returned");
  const auto scan = Scan(kConsumer, "b1", 5, Code("b1", 5));
  CHECK(StateOf("b1", 5, Code("b1", 5), scan.tx_id) == "returned");

  Do(kProducerUser, give_new);
  for (const uint64_t index : {4, 7}) CHECK(StateOf("b1", index, Code("b1", index)) == "returned");
  for (const uint64_t index : {5, 6}) CHECK(StateOf("b1", index, Code("b1", index)) == "reissued");
  CHECK(StateOf("b2", 10, Code("b2", 10)) == "first");
  const json old = Ask({"CodeStates:Get", "b1", "5"});
  CHECK(old["replacedBy"] == json{{"batch", "b2"}, {"from", 10}, {"to", 11}});
  CHECK(Ask({"CodeStates:Get", "b2", "11"})["replaces"]["batch"] == "b1");
  CHECK(Ask({"CodeStates:Get", "b2", "11"})["state"] == "sealed");
  CHECK(Ask({"CodeStates:Get", "b2", "12"}) == json{{"state", "sealed"}});

  CHECK_THAT(Error(kProducerUser, {"CodeStates:Mark", "b1", "5", "5", "returned", kDetails}),
             Contains("codes are reissued: they cannot become returned"));
  CHECK_THAT(Error(kProducerUser, {"CodeStates:Reissue", "b1", "4", "4", "b2", "11", kDetails}),
             Contains("replace others already"));
  CHECK_THAT(Error(kProducerUser, {"CodeStates:Reissue", "b1", "4", "7", "b2", "97", kDetails}),
             Contains("has not so many codes"));
  CHECK_THAT(Error(kDistributorUser, {"CodeStates:Mark", "b1", "8", "8", "returned", kDetails}),
             Contains("only ProducerMSP may mark"));
}

TEST_CASE_METHOD(CodeLedger, "A list that leaked is revoked as a whole", "[anticounterfeit]") {
  FoundCouncil();
  Issue("b1");
  Activate("b1");
  Do(kProducerUser, {"CodeStates:Mark", "b1", "10", "19", "opened", kDetails});
  const Words revoke{"CodeStates:Mark", "b1", "0", "99", "revoked", R"({"reason":"stolen"})"};
  CHECK_THAT(Error(kDistributorUser, revoke), Contains("supervising organisation may revoke"));
  Do(kRegulatorUser, revoke);
  for (const uint64_t index : {0, 10, 15, 99}) {
    CHECK(StateOf("b1", index, Code("b1", index)) == "revoked");
  }
  CHECK_THAT(Error(kProducerUser, revoke), Contains("codes are revoked"));
  size_t ranges = 0;
  for (const auto& [key, value] : ledger().state()) ranges += key.rfind("code-state/b1/", 0) == 0;
  CHECK(ranges == 1);
}

TEST_CASE_METHOD(CodeLedger, "Authenticity and trace are two results", "[anticounterfeit]") {
  Issue("b1");
  Activate("b1");
  const auto place_hold = [](const char* id) {
    return Words{"Holds:Place", id, json::array({LotOf("lot1")}).dump(), R"({"reason":"check"})"};
  };
  json answer = Verify("b1", 5, Code("b1", 5));
  CHECK(answer["authenticity"]["state"] == "first");
  CHECK(answer["trace"]["state"] == "known");
  CHECK(answer["trace"]["prompt"] == "");
  Do(kProducerUser, place_hold("h1"));
  answer = Verify("b1", 5, Code("b1", 5));
  CHECK(answer["authenticity"]["state"] == "first");
  CHECK(answer["trace"]["state"] == "held");
  CHECK(answer["trace"]["prompt"] != "");
  CHECK(answer["alerts"] == json::array({"held"}));
  Do(kProducerUser,
     {"Recalls:Open", "r1", json{{"units", json::array({LotOf("lot1")})}}.dump(), kDetails});
  answer = Verify("b1", 5, Code("b1", 5));
  CHECK(answer["trace"]["state"] == "recalled");
  CHECK(answer["trace"]["hold"] == "recall:r1");
  // Trace alone never vouches: a forged code of a fine lot is known to nobody.
  Transient forged = Code("b1", 5);
  forged["code"] = Code("b1", 6)["code"];
  answer = Verify("b1", 5, forged);
  CHECK(answer["authenticity"]["state"] == "unknown");
  CHECK(answer["trace"]["state"] == "unknown");
  CHECK(answer["trace"].size() == 3);  // with two empty prompts
}

TEST_CASE_METHOD(CodeLedger, "An item is expired on the day after its shelf life",
                 "[anticounterfeit]") {
  Issue("b1");
  Do(kProducerUser, {"Batches:Register", kGtin, "M-1",
                     R"({"identification":{"user":"Dairy","productName":"Milk","model":"1L",
                         "batchNumber":"M-1","productionDate":"2026-01-01",
                         "inspectionStatus":"passed"}})"});
  Do(kProducerUser, {"AntiCounterfeit:Activate", "b1", "0", "9", "M-1"});
  SetTime("2026-01-31T23:00:00+08:00");
  CHECK(Verify("b1", 5, Code("b1", 5))["trace"]["state"] == "known");
  SetTime("2026-02-01T00:00:00+08:00");
  const json answer = Verify("b1", 5, Code("b1", 5));
  CHECK(answer["trace"]["state"] == "expired");
  CHECK(answer["trace"]["expiresOn"] == "2026-01-31");
  CHECK(answer["authenticity"]["state"] == "first");
}

TEST_CASE_METHOD(CodeLedger, "The open code traces, the covered code decides",
                 "[anticounterfeit]") {
  Issue("b1", 17);
  Activate("b1");
  const auto shelf = Scan(kConsumer, "b1", 5, Code("b1", 5));
  const json open = Verify("b1", 5, Code("b1", 5), shelf.tx_id);
  CHECK(open["authenticity"]["state"] == "open-code");
  CHECK(open["trace"]["state"] == "known");
  // The covered code alone is enough, and nobody has asked for it yet.
  const Transient both = WithInner(Code("b1", 5), "b1", 5, 17);
  Transient alone = both;
  for (const char* name : {"code", "salt", "proof"}) alone.erase(name);
  const auto bought = Scan(kConsumer, "b1", 5, alone);
  CHECK(StateOf("b1", 5, both, bought.tx_id) == "first");
  CHECK(StateOf("b1", 5, alone, Scan(kConsumer, "b1", 5, alone).tx_id) == "repeated");
  CHECK(StateOf("b1", 5, Code("b1", 5)) == "open-code");
  // Nothing but commitments of either is on the ledger.
  for (const auto& [key, value] : ledger().state()) {
    CHECK((key + value).find(both.at("inner")) == std::string::npos);
    CHECK((key + value).find(both.at("innerSalt")) == std::string::npos);
  }
}

TEST_CASE_METHOD(CodeLedger, "A verification code belongs to its code", "[anticounterfeit]") {
  Issue("b1", 6);
  Activate("b1");
  const Transient right = WithInner(Code("b1", 5), "b1", 5, 6);
  Transient wrong = right;
  wrong["inner"][0] = wrong["inner"][0] == '9' ? '0' : '9';
  const auto tried = Scan(kConsumer, "b1", 5, wrong);
  CHECK(tried.event_name == "WrongCode");
  CHECK(json::parse(tried.response.payload)["state"] == "wrong-code");
  CHECK(StateOf("b1", 5, wrong, tried.tx_id) == "wrong-code");
  CHECK(Verify("b1", 5, wrong, tried.tx_id)["alerts"] == json::array({"wrong-code"}));
  const auto scanned = Scan(kConsumer, "b1", 5, right);
  CHECK(StateOf("b1", 5, right, scanned.tx_id) == "first");
  // Not without the code that it stands beside.
  Transient alone = right;
  for (const char* name : {"code", "salt", "proof"}) alone.erase(name);
  CHECK(Error(kConsumer, {"AntiCounterfeit:RecordScan", "b1", "5"}, alone) ==
        "transient value 'code' is missing");
  // Another item's verification code does not do.
  Transient other = right;
  for (const char* name : {"inner", "innerSalt", "innerProof"}) {
    other[name] = WithInner(Code("b1", 6), "b1", 6, 6).at(name);
  }
  CHECK(StateOf("b1", 5, other) == "wrong-code");
}

TEST_CASE_METHOD(CodeLedger, "Covered codes come before the first activation, once",
                 "[anticounterfeit]") {
  Issue("b1");
  const auto inner = [](const char* length) {
    return Words{"AntiCounterfeit:IssueInnerCodes", "b1", length, std::string(64, 'a')};
  };
  CHECK(Error(kProducerUser, inner("8")) == "argument 'length': is not 6, 15, 17 or 21");
  CHECK_THAT(Error(kDistributorUser, inner("6")), Contains("only ProducerMSP"));
  CHECK(Error(kConsumer, {"AntiCounterfeit:RecordScan", "b1", "5"},
              WithInner(Code("b1", 5), "b1", 5, 6)) ==
        "argument 'inner': the batch has no covered codes");
  Activate("b1");
  CHECK_THAT(Error(kProducerUser, inner("6")), Contains("are activated already"));
  Issue("b2", 6);
  CHECK_THAT(
      Error(kProducerUser, {"AntiCounterfeit:IssueInnerCodes", "b2", "6", std::string(64, 'a')}),
      Contains("has covered codes"));
  CHECK(Ask({"AntiCounterfeit:GetBatch", "b2"})["innerLength"] == 6);
}

TEST_CASE_METHOD(CodeLedger, "500 copies in 20 cities: the code is frozen, the owner is served",
                 "[anticounterfeit][stories]") {
  Issue("b1", 6);
  Activate("b1");
  std::string last;
  for (int i = 0; i < 500; ++i) {
    const std::string city = absl::StrCat(11 + i % 5, "0", 1 + i % 4, "00");
    last = Scan(kConsumer, "b1", 5, Code("b1", 5, city, absl::StrCat("phone", i))).tx_id;
  }
  const json copy = Verify("b1", 5, Code("b1", 5), last, kInspector);
  CHECK(copy["authenticity"]["state"] == "frozen");
  CHECK(copy["score"]["points"] == 100);
  CHECK(copy["score"]["reasons"][0] == json{{"rule", "places"}, {"value", 20}, {"points", 40}});
  CHECK(copy["score"]["reasons"][1] == json{{"rule", "devices"}, {"value", 500}, {"points", 30}});
  CHECK(copy["alerts"] == json::array({"copied"}));
  // Who has the item has its covered code.
  const Transient owner = WithInner(Code("b1", 5), "b1", 5, 6);
  CHECK(StateOf("b1", 5, owner, Scan(kConsumer, "b1", 5, owner).tx_id) == "first");

  const Words alert{"AntiCounterfeit:Alert", "b1", "5", last};
  const MockResult told = Submit(kConsumer, alert, Code("b1", 5));
  REQUIRE(told.committed);
  CHECK(told.event_name == "CodeAlert");
  CHECK_THAT(Error(kConsumer, alert, Code("b1", 5)), Contains("already exists"));
  const json alerts = Ask({"AntiCounterfeit:GetAlerts", "b1"});
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0]["alerts"] == json::array({"copied"}));
  CHECK(alerts[0]["regions"].size() == 20);
  CHECK(alerts[0]["scanTx"] == last);
}

TEST_CASE_METHOD(CodeLedger, "An alert tells what was known at its scan", "[anticounterfeit]") {
  Issue("b1", 0, 2);
  Activate("b1");
  std::vector<std::string> scans;
  for (int i = 0; i < 4; ++i) scans.push_back(Scan(kConsumer, "b1", 5, Code("b1", 5)).tx_id);
  const auto alert = [&](const std::string& tx) {
    return Words{"AntiCounterfeit:Alert", "b1", "5", tx};
  };
  CHECK(Error(kConsumer, alert(scans[1]), Code("b1", 5)) ==
        absl::StrCat("scan ", scans[1], " is nothing to alert of"));
  const json third = json::parse(Do(kConsumer, alert(scans[2]), Code("b1", 5)));
  CHECK(third["count"] == 3);  // though there are four by now
  CHECK(third["alerts"] == json::array({"over-limit"}));
  CHECK_THAT(Error(kConsumer, alert("nothing"), Code("b1", 5)), Contains("not on this peer yet"));
}

TEST_CASE_METHOD(CodeLedger, "Tenants have words of their own, or none", "[anticounterfeit]") {
  Issue("b1");
  Activate("b1");
  Do(kProducerUser, {"ScanPolicies:Set", "issuer", "ProducerMSP",
                     R"({"prompts":{"first":{"zh":"正品！{product} 批次 {lot}"}}})"});
  json authenticity = Verify("b1", 5, Code("b1", 5))["authenticity"];
  CHECK(authenticity["prompt"] ==
        "正品！06901234567892 批次 https://id.gs1.org/01/06901234567892/10/lot1");
  CHECK_THAT(authenticity["promptEn"].get<std::string>(), Contains("Genuine"));
  Do(kProducerUser, {"ScanPolicies:Set", "product", kGtin, R"({"traceOnly":true})"});
  authenticity = Verify("b1", 5, Code("b1", 5))["authenticity"];
  CHECK(authenticity["state"] == "trace-only");
  CHECK(authenticity["prompt"] == "");
  CHECK(Verify("b1", 5, Code("b1", 5))["trace"]["state"] == "known");
}

TEST_CASE_METHOD(CodeLedger, "A checker is shown what to look for on the label",
                 "[anticounterfeit]") {
  Issue("b1");
  Activate("b1");
  const auto describe = [](const std::string& label) {
    return Words{"AntiCounterfeit:DescribeLabel", "b1", label};
  };
  CHECK_THAT(Error(kProducerUser, describe("{}")), Contains("tells nothing"));
  CHECK_THAT(Error(kProducerUser, describe(R"({"smell":"x"})")), Contains("smell"));
  CHECK_THAT(Error(kDistributorUser, describe(R"({"ink":"x"})")), Contains("only ProducerMSP"));
  Do(kProducerUser, describe(R"({"ink":"turns green","conformity":"GB/T 22258 report 7"})"));
  CHECK(Verify("b1", 5, Code("b1", 5))["label"]["ink"] == "turns green");
  CHECK(Ask({"AntiCounterfeit:GetBatch", "b1"})["label"]["conformity"] == "GB/T 22258 report 7");
}

}  // namespace
}  // namespace suyuan
