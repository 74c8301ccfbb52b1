#include <catch2/catch.hpp>

#include "chaincode/contracts/trace/governance/motion.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kListProducer[] =
    R"({"kind":"blacklist","reason":"forged reports",
        "content":{"organization":"ProducerMSP","from":"2026-01-01","until":"2026-06-30"}})";

TEST_CASE_METHOD(TraceLedger, "The council is founded once, by a member's administrator",
                 "[governance]") {
  const char* council = R"({"members":["ProducerMSP"],"supervisors":[]})";
  CHECK(Error(kProducerUser, {"Governance:Found", council}) ==
        "an organisation votes through its administrator (NodeOU admin)");
  CHECK(Error(kDistributorAdmin, {"Governance:Found", council}) ==
        "DistributorMSP is not a member of the council");
  CHECK(Error(kProducerAdmin, {"Governance:Found", R"({"members":["A"],"supervisors":["B"]})"}) ==
        "argument 'council': field supervisors holds B, which is no member");
  FoundCouncil();
  CHECK_THAT(Error(kProducerAdmin, {"Governance:Found", council}), Contains("is founded"));
  CHECK(Ask({"Governance:GetCouncil"})["supervisors"] == json{"RegulatorMSP"});
}

TEST_CASE_METHOD(TraceLedger, "An organisation is blacklisted by a majority of the others",
                 "[governance]") {
  FoundCouncil();
  Do(kRegulatorAdmin, {"Governance:Propose", "m1", kListProducer});
  CHECK(Error(kProducerAdmin, {"Governance:Vote", "m1", "false"}) ==
        "an organisation has no vote on itself");
  Do(kRegulatorAdmin, {"Governance:Vote", "m1", "true"});
  CHECK(Error(kRegulatorAdmin, {"Governance:Conclude", "m1"}) ==
        "motion m1 has 1 votes for and 0 against; it needs 2");
  Do(kDistributorAdmin, {"Governance:Vote", "m1", "true"});
  CHECK(Do(kRegulatorAdmin, {"Governance:Conclude", "m1"}) == "carried");
  CHECK(Error(kDistributorAdmin, {"Governance:Vote", "m1", "false"}) == "motion m1 is carried");

  json list = Ask({"Governance:GetBlacklist"});
  REQUIRE(list.size() == 1);
  CHECK(list[0]["reason"] == "forged reports");
  CHECK(list[0]["inForce"] == true);
  SetTime("2026-07-01T00:00:00+08:00");
  CHECK(Ask({"Governance:GetBlacklist"})[0]["inForce"] == false);
}

TEST_CASE_METHOD(TraceLedger, "A listing is removed by vote and stays on record", "[governance]") {
  FoundCouncil();
  const auto carry = [&](const char* id, const char* motion) {
    Do(kRegulatorAdmin, {"Governance:Propose", id, motion});
    Do(kRegulatorAdmin, {"Governance:Vote", id, "true"});
    Do(kDistributorAdmin, {"Governance:Vote", id, "true"});
    CHECK(Do(kDistributorAdmin, {"Governance:Conclude", id}) == "carried");
  };
  carry("m1", kListProducer);
  carry("m2", R"({"kind":"removal","reason":"remedied","content":{"organization":"ProducerMSP"}})");
  const json list = Ask({"Governance:GetBlacklist"});
  REQUIRE(list.size() == 1);
  CHECK(list[0]["removed"] == true);
  CHECK(list[0]["removalReason"] == "remedied");
  CHECK(list[0]["inForce"] == false);
}

TEST_CASE_METHOD(TraceLedger, "Ballots of one motion side by side all commit", "[governance]") {
  FoundCouncil();
  Do(kRegulatorAdmin, {"Governance:Propose", "m1", kListProducer});
  MockStub first(&ledger(), Call(kRegulatorAdmin, {"Governance:Vote", "m1", "true"}));
  MockStub second(&ledger(), Call(kDistributorAdmin, {"Governance:Vote", "m1", "false"}));
  REQUIRE(chaincode().Invoke(first.stub()).ok());
  REQUIRE(chaincode().Invoke(second.stub()).ok());
  CHECK(second.Commit());
  CHECK(first.Commit());
  const json tally = Ask({"Governance:GetMotion", "m1"})["tally"];
  CHECK(tally["yes"] == 1);
  CHECK(tally["no"] == 1);
  CHECK(tally["outcome"] == "rejected");
}

TEST_CASE_METHOD(TraceLedger, "Bad motions are refused by field", "[governance]") {
  FoundCouncil();
  const auto propose = [&](const char* motion) {
    return Error(kRegulatorAdmin, {"Governance:Propose", "m1", motion});
  };
  CHECK(propose(R"({"kind":"war","content":{},"reason":"x"})") ==
        "argument 'content': field kind is not one of council, blacklist, removal");
  CHECK(propose(R"({"kind":"blacklist","reason":"x",
                    "content":{"organization":"P","from":"2026-02-02","until":"2026-02-01"}})") ==
        "argument 'content.content': field until is before from");
  CHECK(propose(R"({"kind":"blacklist","reason":"x","content":7})") ==
        "argument 'content.content': is not a JSON object");
}

TEST_CASE("Only ballots of present members count", "[governance]") {
  Council council;
  council.members = {"A", "B", "C", "D", "E"};
  const Motion motion{"m", "blacklist", {{"organization", "A"}}, "r", "open"};
  CHECK(Count(motion, council, {{"B", true}, {"C", true}}).outcome == "open");
  CHECK(Count(motion, council, {{"B", true}, {"C", true}, {"A", true}}).outcome == "open");
  CHECK(Count(motion, council, {{"B", true}, {"C", true}, {"X", true}}).outcome == "open");
  CHECK(Count(motion, council, {{"B", true}, {"C", true}, {"D", true}}).outcome == "carried");
  CHECK(Count(motion, council, {{"B", false}, {"C", false}}).outcome == "rejected");
}

}  // namespace
}  // namespace suyuan
