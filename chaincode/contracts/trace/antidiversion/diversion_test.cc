#include <catch2/catch.hpp>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/antidiversion/scan_log.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kGtin[] = "06901234567892";
constexpr Person kEastClerk{"ProducerMSP", "Xu", "client", "dealer:east"};
constexpr Person kZjClerk{"ProducerMSP", "Lu", "client", "dealer:zj"};
constexpr Person kStaff{"ProducerMSP", "Jin", "client", "staff"};
constexpr Person kConsumerDesk{"ProducerMSP", "Gate"};

std::string Device(int number) { return absl::StrCat(std::string(60, 'a'), 1000 + number); }
json Place(const std::string& region, int device = 0) {
  json place{{"region", region}, {"source", "ip"}};
  if (device > 0) place["device"] = Device(device);
  return place;
}
std::string Codes(uint64_t from, uint64_t to, const std::string& batch = "b1") {
  return json{{"codes", json::array({{{"batch", batch}, {"from", from}, {"to", to}}})}}.dump();
}

class Diversion : public TraceLedger {
 protected:
  // Committed batches of codes.
  void PutBatch(const std::string& id, const std::string& issuer, uint64_t count = 100) {
    MockStub stub(&ledger(), Call(kProducerUser, {"f"}));
    REQUIRE(SaveBatch(stub.stub(), {id, issuer, kGtin, count, 17, std::string(64, '0'), "PEM", 3})
                .ok());
    REQUIRE(stub.Commit());
  }
  void Register(const std::string& id, const std::string& parent, const json& regions,
                const json& more = json::object(), const Person& person = kProducerUser) {
    json content{{"name", id}, {"parent", parent}, {"regions", regions}};
    content.update(more);
    Do(person, {"Dealers:Register", id, content.dump()});
  }
  // east (31, 32, 33) - zj (33); codes 0-49 of b1 at zj by shipments s1 and s2, received.
  void Chain() {
    PutBatch("b1", "ProducerMSP");
    Register("east", "", {"31", "32", "33"});
    Register("zj", "east", {"33"});
    Do(kProducerUser, {"Dealers:Ship", "s1", Codes(0, 49), "east"});
    Do(kEastClerk, {"Dealers:Receive", "s1"});
    Do(kEastClerk, {"Dealers:Ship", "s2", Codes(0, 49), "zj"});
    Do(kZjClerk, {"Dealers:Receive", "s2"});
  }
  // A scan that proved itself; true: diverted.
  bool Scan(uint64_t index, const json& place, const Person& person = kConsumerDesk,
            const std::string& batch = "b1") {
    const auto stub = Simulated(index, place, person, batch);
    CHECK(stub->Commit());
    return diverted_;
  }
  std::unique_ptr<MockStub> Simulated(uint64_t index, const json& place,
                                      const Person& person = kConsumerDesk,
                                      const std::string& batch = "b1") {
    auto stub = std::make_unique<MockStub>(&ledger(), Call(person, {"f"}));
    TransactionContext tx(&stub->stub());
    const auto parsed = ParseScanPlace("place", place);
    REQUIRE(parsed.ok());
    const auto noted = NoteCodeScan(tx, batch, index, *parsed);
    INFO(noted.status());
    REQUIRE(noted.ok());
    diverted_ = *noted;
    return stub;
  }
  // Five in Guangdong from four phones, four at home.
  void Divert(uint64_t first = 10) {
    for (uint64_t i = 0; i < 4; ++i) CHECK_FALSE(Scan(first + i, Place("330106", 90)));
    for (uint64_t i = 0; i < 5; ++i) {
      CHECK(Scan(first + i, Place("440305", static_cast<int>(i % 4) + 1)));
    }
  }
  json Check(const std::string& shipment, const Person& person = kProducerUser) {
    return json::parse(Do(person, {"AntiDiversion:Check", shipment, ""}));
  }

 private:
  bool diverted_ = false;
};

TEST_CASE_METHOD(Diversion, "Dealers form a tree, and moving one keeps history",
                 "[antidiversion]") {
  Register("cn", "", json::array({"000000"}));
  Register("east", "cn", {"33", "31"});
  Register("zj", "east", {"33"}, {{"edition", "201412"}, {"borders", {"34"}}});
  Register("hz", "zj", {"3301"});
  Register("xihu", "hz", {"330106"});
  Register("south", "cn", {"44", "33"});
  CHECK(Ask({"Dealers:Get", "xihu"}, kProducerUser)["ancestors"] ==
        json::array({"hz", "zj", "east", "cn"}));
  CHECK(Error(kProducerUser, {"Dealers:Register", "gz",
                              R"({"name":"Canton","parent":"zj","regions":["4401"]})"}) ==
        "argument 'regions': 440100 is outside the regions of dealer zj");
  CHECK(Error(kProducerUser, {"Dealers:Move", "zj", "xihu", "{}"}) ==
        "argument 'parent': is below the dealer");
  // Those below must still fit.
  CHECK_THAT(Error(kProducerUser, {"Dealers:Move", "zj", "east", R"({"regions":["3302"]})"}),
             Contains("dealer hz: argument 'regions': 330100 is outside"));
  CHECK_THAT(Error(kDistributorUser, {"Dealers:Move", "zj", "south", "{}"}),
             Contains("only ProducerMSP"));
  Do(kProducerUser, {"Dealers:Move", "zj", "south", "{}"});
  const json history = Ask({"Dealers:GetHistory", "zj"}, kProducerUser);
  REQUIRE(history.size() == 2);
  CHECK(history[0]["parent"] == "east");
  CHECK(history[0]["act"] == "RegisterDealer");
  CHECK(history[1]["parent"] == "south");
  CHECK(history[1]["edition"] == "201412");
  CHECK(history[1]["txId"] != history[0]["txId"]);
  CHECK(history[1]["author"]["mspId"] == "ProducerMSP");
  CHECK(Ask({"Dealers:List", "east", ""}, kProducerUser)["dealers"].empty());
  CHECK(Ask({"Dealers:List", "south", ""}, kProducerUser)["dealers"][0]["dealer"] == "zj");
  CHECK(Ask({"Dealers:List", "", ""}, kProducerUser)["dealers"].size() == 1);
  Do(kProducerUser, {"Dealers:Move", "zj", "", "{}"});
  CHECK(Ask({"Dealers:List", "", ""}, kProducerUser)["dealers"].size() == 2);
}

TEST_CASE_METHOD(Diversion, "A tree is at most so deep", "[antidiversion]") {
  Register("d0", "", {"33"});
  for (int i = 1; i <= 200; ++i) Register(absl::StrCat("d", i), absl::StrCat("d", i - 1), {"33"});
  CHECK(Error(kProducerUser,
              {"Dealers:Register", "d201", R"({"name":"x","parent":"d200","regions":["33"]})"}) ==
        "argument 'parent': is deeper than 200");
}

TEST_CASE_METHOD(Diversion, "Bad dealers are refused by field", "[antidiversion]") {
  const auto error = [this](const std::string& content) {
    return Error(kProducerUser, {"Dealers:Register", "d", content});
  };
  CHECK_THAT(error("{}"), Contains("field name is missing"));
  CHECK_THAT(error(R"({"name":"x","regions":[]})"), Contains("field regions"));
  CHECK_THAT(error(R"({"name":"x","regions":["9"]})"), Contains("field regions '9' is not"));
  CHECK_THAT(error(R"({"name":"x","regions":["33"],"until":"2026-13-01"})"),
             Contains("field until is not a day"));
  CHECK_THAT(error(R"({"name":"x","regions":["33"],"from":"2026-02-01","until":"2026-01-01"})"),
             Contains("field until is before field from"));
  CHECK_THAT(error(R"({"name":"x","regions":["33"],"price":1})"), Contains("field price"));
  CHECK(error(R"({"name":"x","regions":["33"],"parent":"nobody"})") ==
        "dealer nobody does not exist");
}

TEST_CASE_METHOD(Diversion, "Goods go to dealers under contract alone", "[antidiversion]") {
  PutBatch("b1", "ProducerMSP");
  Register("zj", "", {"33"}, {{"from", "2026-02-01"}, {"until", "2026-02-28"}});
  const std::vector<std::string> ship{"Dealers:Ship", "s1", Codes(0, 9), "zj"};
  CHECK(Error(kProducerUser, ship) == "the contract of dealer zj begins on 2026-02-01");
  SetTime("2026-03-01T00:00:00+08:00");
  CHECK(Error(kProducerUser, ship) == "the contract of dealer zj ended on 2026-02-28");
  SetTime("2026-02-28T23:00:00+08:00");
  Do(kProducerUser, ship);
}

TEST_CASE_METHOD(Diversion, "Codes go down the tree, each index once a level", "[antidiversion]") {
  PutBatch("b1", "ProducerMSP");
  Register("east", "", {"31", "33"});
  Register("zj", "east", {"33"});
  const auto ship = [](const char* id, uint64_t from, uint64_t to, const char* dealer) {
    return std::vector<std::string>{"Dealers:Ship", id, Codes(from, to), dealer};
  };
  CHECK_THAT(Error(kProducerUser, ship("s0", 0, 9, "zj")),
             Contains("not all in one shipment to dealer east"));
  CHECK_THAT(Error(kDistributorUser, ship("s0", 0, 9, "east")),
             Contains("only who issued or holds goods may ship"));
  CHECK_THAT(Error(kEastClerk, ship("s0", 0, 9, "east")), Contains("only who issued"));
  Do(kProducerUser, ship("s1", 0, 49, "east"));
  CHECK(Error(kProducerUser, ship("s1", 50, 60, "east")) == "shipment s1 already exists");
  CHECK(Error(kProducerUser, ship("s2", 49, 60, "east")) ==
        "indexes 0 to 49 were shipped to dealer east");
  CHECK_THAT(Error(kEastClerk, ship("s2", 40, 60, "zj")), Contains("not all in one"));
  CHECK_THAT(Error(kZjClerk, ship("s2", 40, 45, "zj")), Contains("who speaks for dealer east"));
  CHECK(Error(kProducerUser, ship("s2", 90, 100, "east")) ==
        "argument 'to': is not below the batch's count 100");
  Do(kEastClerk, ship("s2", 10, 19, "zj"));
  const auto holder = [this](int index) {
    return Ask({"Dealers:GetHolder", "b1", absl::StrCat(index)}, kProducerUser);
  };
  CHECK(holder(9)["dealer"] == "east");
  CHECK(holder(10)["dealer"] == "zj");
  CHECK(holder(10)["way"].size() == 2);
  CHECK(holder(20)["dealer"] == "east");
  CHECK(holder(20)["from"] == 20);
  CHECK(holder(50).empty());
  CHECK_THAT(Error(kProducerUser, {"Dealers:Ship", "s9", R"({"codes":[]})", "east"}),
             Contains("does not name 1 to 100"));
  CHECK_THAT(
      Error(kProducerUser,
            {"Dealers:Ship", "s9",
             R"({"codes":[{"batch":"b1","from":60,"to":70},{"batch":"b1","from":70,"to":80}]})",
             "east"}),
      Contains("names indexes of batch b1 twice"));
  PutBatch("b2", "DistributorMSP");
  CHECK_THAT(
      Error(kProducerUser,
            {"Dealers:Ship", "s9",
             R"({"codes":[{"batch":"b1","from":60,"to":70},{"batch":"b2","from":0,"to":1}]})",
             "east"}),
      Contains("of one issuer"));
}

TEST_CASE_METHOD(Diversion, "A pallet goes down the tree with all that is inside",
                 "[antidiversion]") {
  const std::string pallet = Pallet("1"), box = Pallet("2"), item = Item("1"), other = Item("2");
  Capture(kProducerUser,
          EventsFixture::Document({EventsFixture::Make(1, {item, other}),
                                   EventsFixture::Pack(2, "ADD", box, {item}),
                                   EventsFixture::Pack(3, "ADD", pallet, {box, other})}));
  Register("east", "", {"31", "33"});
  Register("zj", "east", {"33"});
  const auto units = [](const std::vector<std::string>& names) {
    return json{{"units", names}}.dump();
  };
  CHECK_THAT(Error(kDistributorUser, {"Dealers:Ship", "s1", units({pallet}), "east"}),
             Contains("only who issued or holds"));
  CHECK_THAT(Error(kProducerUser, {"Dealers:Ship", "s1", units({Item("99")}), "east"}),
             Contains("no event has made it"));
  Do(kProducerUser, {"Dealers:Ship", "s1", units({pallet}), "east"});
  CHECK_THAT(Error(kProducerUser, {"Dealers:Ship", "s2", units({item}), "east"}),
             Contains("was shipped to dealer east"));
  Do(kEastClerk, {"Dealers:Ship", "s2", units({box}), "zj"});
  const auto holder = [this](const std::string& unit) {
    return Ask({"Dealers:GetUnitHolder", unit}, kProducerUser).value("dealer", "");
  };
  CHECK(holder(pallet) == "east");
  CHECK(holder(box) == "zj");
  CHECK(holder(item) == "zj");
  CHECK(holder(other) == "east");
  const json stock = Ask({"Dealers:GetStock", "east"}, kProducerUser);
  CHECK(stock["products"]["09520001000225"]["in"] == 2);
  CHECK(stock["products"]["09520001000225"]["out"] == 1);
  CHECK(stock["products"]["units"]["in"] == 2);
  CHECK(stock["products"]["units"]["out"] == 1);

  // A unit seen in the wrong place.
  const auto seen = [&](const std::string& unit, const std::string& region) {
    return json::parse(Do(kConsumerDesk, {"AntiDiversion:RecordSighting", unit},
                          {{"place", Place(region).dump()}}))["diverted"];
  };
  CHECK(seen(item, "330106") == false);
  CHECK(seen(item, "310101") == true);
  CHECK(seen(other, "310101") == false);
  CHECK_THAT(Error(kDistributorUser, {"AntiDiversion:RecordSighting", item},
                   {{"place", Place("310101").dump()}}),
             Contains("for its issuer's platform to say"));
  CHECK(Error(kConsumerDesk, {"AntiDiversion:RecordSighting", Item("99")},
              {{"place", Place("330106").dump()}}) ==
        "https://id.gs1.org/01/09520001000225/21/99 was not sent to any dealer");
}

TEST_CASE_METHOD(Diversion, "A held unit is not sent to dealers", "[antidiversion]") {
  Capture(kProducerUser,
          EventsFixture::Document({EventsFixture::Make(1, {Item("1")}),
                                   EventsFixture::Pack(2, "ADD", Pallet("1"), {Item("1")})}));
  Register("zj", "", {"33"});
  Do(kProducerQuality,
     {"Holds:Place", "h1", json::array({Item("1")}).dump(), R"({"reason":"broken seal"})"});
  CHECK_THAT(Error(kProducerUser, {"Dealers:Ship", "s1",
                                   json{{"units", json::array({Pallet("1")})}}.dump(), "zj"}),
             Contains("is held: broken seal"));
}

TEST_CASE_METHOD(Diversion, "What was sent of a lot is told by its dealers' common way",
                 "[antidiversion]") {
  const std::string lot = Lot("A");
  Capture(kProducerUser,
          EventsFixture::Document({EventsFixture::Make(1, {}, {Quantity(lot, "9")})}));
  Register("east", "", {"31", "33"});
  Register("zj", "east", {"33"});
  Register("gd", "", {"44"});
  const std::string goods = json{{"units", json::array({lot})}}.dump();
  Do(kProducerUser, {"Dealers:Ship", "s1", goods, "east"});
  Do(kEastClerk, {"Dealers:Ship", "s2", goods, "zj"});
  CHECK(Ask({"Dealers:GetUnitHolder", lot}, kProducerUser)["dealer"] == "east");
  Do(kProducerUser, {"Dealers:Ship", "s3", goods, "gd"});
  FoundCouncil();
  CHECK(Ask({"Dealers:GetUnitHolder", lot}, kRegulatorUser).empty());
}

TEST_CASE_METHOD(Diversion, "A dealer sees nothing of another", "[antidiversion]") {
  Chain();
  Register("sh", "east", {"31"});
  const Person sh{"ProducerMSP", "Sha", "client", "dealer:sh"};
  CHECK(Ask({"Dealers:Get", "zj"}, kZjClerk)["name"] == "zj");
  CHECK_FALSE(Ask({"Dealers:Get", "zj"}, kZjClerk).contains("ancestors"));
  CHECK(Ask({"Dealers:GetStock", "zj"}, kZjClerk)["products"][kGtin]["stock"] == 50);
  CHECK(Ask({"Dealers:GetShipment", "s2"}, kZjClerk)["from"] == "east");
  CHECK_FALSE(Ask({"Dealers:GetShipment", "s2"}, kZjClerk).contains("way"));
  CHECK_FALSE(Ask({"Dealers:GetHolder", "b1", "5"}, kZjClerk).contains("way"));
  const std::vector<Words> questions{{"Dealers:Get", "zj"},
                                     {"Dealers:GetHistory", "zj"},
                                     {"Dealers:GetStock", "zj"},
                                     {"Dealers:List", "zj", ""},
                                     {"Dealers:GetHolder", "b1", "5"},
                                     {"Dealers:GetHolder", "b1", "70"},
                                     {"AntiDiversion:Preview", "s2", ""}};
  for (const Person& other : {sh, kEastClerk, kDistributorUser}) {
    for (const Words& question : questions) {
      INFO(other.name << " " << question[0] << " " << question[1]);
      CHECK_THAT(AskError(question, other), Contains("is not for this client of"));
    }
  }
  CHECK_THAT(AskError({"Dealers:GetShipment", "s2"}, sh), Contains("is not for this client"));
  CHECK(Ask({"Dealers:List", "east", ""}, kEastClerk)["dealers"].empty());
  CHECK_THAT(Error(sh, {"Dealers:Receive", "s2"}), Contains("who speaks for dealer zj"));
  for (const Person& dealer : {sh, kEastClerk}) {
    CHECK_THAT(AskError({"AntiDiversion:FindScans", "{}", ""}, dealer), Contains("is not for"));
    CHECK_THAT(AskError({"AntiDiversion:GetStatistics", "{}", ""}, dealer), Contains("is not for"));
    CHECK_THAT(AskError({"AntiDiversion:GetCases", "{}", ""}, dealer), Contains("is not for"));
    CHECK_THAT(AskError({"Dealers:GetStale", "1", ""}, dealer), Contains("no other dealers"));
    CHECK_FALSE(Submit(dealer, {"AntiDiversion:SetRule", "{}"}).committed);
    CHECK_FALSE(Submit(dealer, {"Dealers:Move", "zj", "", "{}"}).committed);
  }
}

TEST_CASE_METHOD(Diversion, "A dealer that is a member speaks for itself and has dealers below",
                 "[antidiversion]") {
  PutBatch("b1", "ProducerMSP");
  Register("east", "", {"31", "33"}, {{"organization", "DistributorMSP"}});
  Register("zj", "east", {"33"}, json::object(), kDistributorUser);
  CHECK(Ask({"Dealers:Get", "zj"}, kProducerUser)["owner"] == "ProducerMSP");
  CHECK(Ask({"Dealers:Get", "zj"}, kProducerUser)["registrant"] == "DistributorMSP");
  Do(kProducerUser, {"Dealers:Ship", "s1", Codes(0, 9), "east"});
  Do(kDistributorUser, {"Dealers:Receive", "s1"});
  CHECK(Error(kDistributorUser, {"Dealers:Receive", "s1"}) == "shipment s1 has been received");
  Do(kDistributorUser, {"Dealers:Ship", "s2", Codes(0, 9), "zj"});
  CHECK_THAT(Error(kDistributorUser, {"Dealers:Move", "zj", "", "{}"}),
             Contains("only ProducerMSP puts dealers below another parent"));
  Do(kDistributorUser, {"Dealers:Move", "zj", "east", R"({"regions":["3301"]})"});
}

TEST_CASE_METHOD(Diversion, "Five scans from four phones open one case, not five",
                 "[antidiversion]") {
  Chain();
  Divert();
  const json first = Check("s2");
  REQUIRE(first["findings"].size() == 1);
  CHECK(first["findings"][0]["diverted"] == true);
  CHECK(first["findings"][0]["scans"] == 5);
  CHECK(first["findings"][0]["devices"] == 4);
  CHECK(first["lastRightHands"]["dealer"] == "zj");
  const std::string id = first["findings"][0]["case"];
  // More of the same, and another look.
  CHECK(Scan(30, Place("440106", 7)));
  CHECK(Check("s2")["findings"][0]["case"] == id);
  const json cases = Ask({"AntiDiversion:GetCases", "{}", ""}, kProducerUser)["cases"];
  REQUIRE(cases.size() == 1);
  CHECK(cases[0]["case"] == id);
  CHECK(cases[0]["dealer"] == "zj");
  CHECK(cases[0]["region"] == "440000");
  CHECK(cases[0]["state"] == "open");
  const json opened = Ask({"AntiDiversion:GetCase", id}, kProducerUser);
  CHECK(opened["finding"]["scans"] == 5);
  CHECK(opened["confirmations"].size() == 1);
  CHECK(
      Ask({"AntiDiversion:GetCases", R"({"state":"closed"})", ""}, kProducerUser)["cases"].empty());
}

TEST_CASE_METHOD(Diversion, "Who finds a case at once with another does not conflict",
                 "[antidiversion]") {
  Chain();
  Divert();
  MockStub one(&ledger(), Call(kProducerUser, {"AntiDiversion:Check", "s2", ""}));
  MockStub two(&ledger(), Call(kProducerUser, {"AntiDiversion:Check", "s2", ""}));
  REQUIRE(chaincode().Invoke(one.stub()).ok());
  REQUIRE(chaincode().Invoke(two.stub()).ok());
  CHECK(two.Commit());
  CHECK(one.Commit());
  const json cases = Ask({"AntiDiversion:GetCases", "{}", ""}, kProducerUser)["cases"];
  REQUIRE(cases.size() == 1);
  const json opened =
      Ask({"AntiDiversion:GetCase", cases[0]["case"].get<std::string>()}, kProducerUser);
  // Ledger order decides.
  CHECK(opened["txId"] == two.tx_id());
  CHECK(opened["confirmations"] == json::array({one.tx_id()}));
}

TEST_CASE_METHOD(Diversion, "Scans side by side all commit", "[antidiversion]") {
  Chain();
  std::vector<std::unique_ptr<MockStub>> stubs;
  for (int i = 0; i < 50; ++i) stubs.push_back(Simulated(7, Place("440305", i + 1)));
  for (const auto& stub : stubs) CHECK(stub->Commit());
  const json scans =
      Ask({"AntiDiversion:FindScans", R"({"fit":"outside","limit":500})", ""}, kProducerUser);
  CHECK(scans["scans"].size() == 50);
}

TEST_CASE_METHOD(Diversion, "What is no diversion opens no case", "[antidiversion]") {
  Chain();
  for (uint64_t i = 0; i < 5; ++i) Scan(i, Place("440305", 1));  // one traveller
  for (uint64_t i = 0; i < 5; ++i) {                             // people of the house
    CHECK_FALSE(Scan(i, Place("440305", 10 + static_cast<int>(i)), kStaff));
    CHECK_FALSE(Scan(i, Place("440305", 10 + static_cast<int>(i)), kZjClerk));
  }
  for (uint64_t i = 0; i < 5; ++i) {  // nobody knows where
    CHECK_FALSE(Scan(
        i, {{"verdict", "vpn"}, {"source", "ip"}, {"device", Device(20 + static_cast<int>(i))}}));
  }
  CHECK_FALSE(Scan(70, Place("440305", 30)));  // was not sent to a dealer
  const json answer = Check("s2");
  REQUIRE(answer["findings"].size() == 1);
  CHECK(answer["findings"][0]["lacks"] == json::array({"devices 1 of 3"}));
  CHECK(Ask({"AntiDiversion:GetCases", "{}", ""}, kProducerUser)["cases"].empty());
}

TEST_CASE_METHOD(Diversion, "A rule holds from its time on", "[antidiversion]") {
  Chain();
  Divert();
  const std::string before = "2026-01-01T00:30:00Z";
  SetTime("2026-01-01T01:00:00Z");
  CHECK_THAT(
      Error(kProducerUser, {"AntiDiversion:SetRule", R"({"effective":"2026-01-01T00:00:00Z"})"}),
      Contains("field effective is in the past"));
  Do(kProducerUser, {"AntiDiversion:SetRule", R"({"minScans":6})"});
  Do(kProducerUser,
     {"AntiDiversion:SetRule", R"({"minScans":5,"effective":"2026-01-02T00:00:00Z"})"});
  CHECK(Ask({"AntiDiversion:Preview", "s2", before}, kProducerUser)["rule"]["version"] == 0);
  json now = Ask({"AntiDiversion:Preview", "s2", ""}, kProducerUser);
  CHECK(now["rule"]["version"] == 1);
  CHECK(now["findings"][0]["lacks"] == json::array({"scans 5 of 6"}));
  SetTime("2026-01-02T00:00:00Z");
  now = Ask({"AntiDiversion:Preview", "s2", ""}, kProducerUser);
  CHECK(now["rule"]["version"] == 2);
  CHECK(now["findings"][0]["diverted"] == true);
  CHECK(Ask({"AntiDiversion:GetRules", ""}, kProducerUser).size() == 2);
  CHECK_FALSE(Ask({"AntiDiversion:GetRules", ""}, kProducerUser)[0]["txId"].empty());
  CHECK(AskError({"AntiDiversion:Preview", "s2", "2027-01-01T00:00:00Z"}, kProducerUser) ==
        "argument 'asOf': is in the future");
  // And what is behind the window does not count.
  SetTime("2026-02-15T00:00:00Z");
  CHECK(Ask({"AntiDiversion:Preview", "s2", ""}, kProducerUser)["findings"].empty());
}

TEST_CASE_METHOD(Diversion, "All of a dealer's goods may be judged together", "[antidiversion]") {
  Chain();
  Do(kProducerUser, {"Dealers:Ship", "s3", Codes(50, 59), "east"});
  Do(kProducerUser, {"Dealers:Ship", "s4", Codes(50, 59), "zj"});
  for (int i = 0; i < 2; ++i) {
    CHECK(Scan(10, Place("440305", i + 1)));
    CHECK(Scan(50, Place("440305", i + 3)));
  }
  CHECK(Check("s2")["findings"][0]["diverted"] == false);
  Do(kProducerUser, {"AntiDiversion:SetRule", R"({"by":"dealer"})"});
  const json of_one = Check("s2"), of_other = Check("s4");
  CHECK(of_one["findings"][0]["diverted"] == true);
  CHECK(of_one["findings"][0]["case"] == of_other["findings"][0]["case"]);
}

TEST_CASE_METHOD(Diversion, "A case is decided step by step, and what follows is another",
                 "[antidiversion]") {
  Chain();
  Divert();
  FoundCouncil();
  const std::string id = Check("s2")["findings"][0]["case"];
  const auto decide = [&](const char* state) {
    return std::vector<std::string>{"AntiDiversion:Decide", id, state, R"({"reason":"seen"})"};
  };
  CHECK_THAT(Error(kDistributorUser, decide("checked")), Contains("is not for this client"));
  CHECK_THAT(Error(kProducerUser, decide("confirmed")), Contains("is open: it cannot become"));
  CHECK_THAT(Error(kProducerUser, {"AntiDiversion:Decide", id, "checked", "{}"}),
             Contains("field reason is missing"));
  Do(kProducerUser, decide("checked"));
  Do(kRegulatorUser, decide("confirmed"));
  // Still the same while it is not closed.
  CHECK(Check("s2")["findings"][0]["case"] == id);
  Do(kProducerUser, decide("closed"));
  const json closed = Ask({"AntiDiversion:GetCase", id}, kRegulatorUser);
  CHECK(closed["state"] == "closed");
  REQUIRE(closed["steps"].size() == 3);
  CHECK(closed["steps"][1]["author"]["mspId"] == "RegulatorMSP");
  CHECK(closed["steps"][1]["reason"] == "seen");
  // The old scans are dealt with.
  CHECK(Check("s2")["findings"][0]["diverted"] == false);
  for (int i = 0; i < 4; ++i) CHECK(Scan(40, Place("440305", 50 + i)));
  const std::string next = Check("s2")["findings"][0]["case"];
  CHECK(next != id);
  CHECK(Ask({"AntiDiversion:GetCase", next}, kProducerUser)["finding"]["scans"] == 4);
  CHECK(Ask({"AntiDiversion:GetCases", R"({"state":"open"})", ""}, kProducerUser)["cases"].size() ==
        1);
}

TEST_CASE_METHOD(Diversion, "Evidence names every transaction that it stands on",
                 "[antidiversion]") {
  Chain();
  Divert();
  const std::string id = Check("s2")["findings"][0]["case"];
  Check("s2");
  Do(kProducerUser, {"AntiDiversion:Decide", id, "checked", R"({"reason":"photo"})"});
  const json evidence = Ask({"AntiDiversion:GetEvidence", id}, kProducerUser);
  CHECK(evidence["case"]["case"] == id);
  CHECK(evidence["state"] == "checked");
  CHECK(evidence["scans"].size() == 5);
  CHECK(evidence["dealer"].size() == 1);
  CHECK(evidence["dealer"][0]["regions"] == json::array({"330000"}));
  REQUIRE(evidence["shipments"].size() == 2);
  CHECK(evidence["shipments"][1]["received"]["author"]["mspId"] == "ProducerMSP");
  CHECK(evidence["confirmations"].size() == 1);
  std::set<std::string> named = evidence["transactions"];
  for (const json& scan : evidence["scans"]) CHECK(named.count(scan["txId"]) == 1);
  CHECK(named.count(evidence["shipments"][0]["received"]["txId"]) == 1);
  CHECK(named.count(evidence["case"]["txId"]) == 1);
  CHECK(named.count(evidence["steps"][0]["txId"]) == 1);
  // 5 scans, 2 shipments, 2 receipts, dealer, opening, confirmation, step.
  CHECK(named.size() == 13);
}

TEST_CASE_METHOD(Diversion, "Goods that never arrived left the chain before", "[antidiversion]") {
  PutBatch("b1", "ProducerMSP");
  Register("east", "", {"31", "33"});
  Register("zj", "east", {"33"});
  Do(kProducerUser, {"Dealers:Ship", "s1", Codes(0, 49), "east"});
  Do(kEastClerk, {"Dealers:Receive", "s1"});
  Do(kEastClerk, {"Dealers:Ship", "s2", Codes(0, 49), "zj"});
  for (int i = 1; i <= 3; ++i) CHECK(Scan(5, Place("440305", i)));
  json last = Check("s2")["lastRightHands"];
  CHECK(last["dealer"] == "east");
  CHECK(last["level"] == 1);
  CHECK(last["next"] == "zj");
  // Its own clerk has seen them.
  CHECK_FALSE(Scan(6, Place("330106"), kZjClerk));
  last = Check("s2")["lastRightHands"];
  CHECK(last["dealer"] == "zj");
  CHECK(last["by"] == "scan");
}

TEST_CASE_METHOD(Diversion, "A tenant sees its own goods alone", "[antidiversion]") {
  Chain();
  Divert();
  Check("s2");
  PutBatch("b2", "DistributorMSP");
  Register("gd", "", {"44"}, json::object(), kDistributorUser);
  Do(kDistributorUser, {"Dealers:Ship", "t1", Codes(0, 9, "b2"), "gd"});
  Scan(1, Place("110101", 1), kConsumerDesk, "b2");
  const auto count = [this](const Person& person, const char* filters) {
    return Ask({"AntiDiversion:FindScans", filters, ""}, person)["scans"].size();
  };
  CHECK(count(kDistributorUser, "{}") == 1);
  CHECK(count(kProducerUser, "{}") == 9);
  CHECK(Ask({"AntiDiversion:GetCases", "{}", ""}, kDistributorUser)["cases"].empty());
  CHECK_THAT(
      AskError({"AntiDiversion:FindScans", R"({"issuer":"ProducerMSP"})", ""}, kDistributorUser),
      Contains("only a regulator"));
  CHECK_THAT(AskError({"AntiDiversion:GetStatistics", R"({"issuer":"ProducerMSP"})", ""},
                      kDistributorUser),
             Contains("only a regulator"));
  FoundCouncil();
  CHECK(count(kRegulatorUser, R"({"issuer":"ProducerMSP"})") == 9);
  CHECK(Ask({"AntiDiversion:GetCases", R"({"issuer":"ProducerMSP"})", ""}, kRegulatorUser)["cases"]
            .size() == 1);
}

TEST_CASE_METHOD(Diversion, "Statistics add up page by page, down to the scans",
                 "[antidiversion]") {
  Chain();
  SetTime("2026-01-31T15:59:00Z");  // before midnight in China
  Divert();
  SetTime("2026-02-10T00:00:00Z");
  Scan(3, Place("110101", 5));
  Scan(3, {{"verdict", "foreign"}, {"source", "ip"}});
  const json rows =
      Ask({"AntiDiversion:GetStatistics", R"({"by":"month"})", ""}, kProducerUser)["rows"];
  REQUIRE(rows.size() == 4);
  CHECK(rows[0] == json::parse(R"({"period":"2026-01","dealer":"zj","product":"06901234567892",
      "home":"330000","region":"330000","scans":4,"outside":0,"staff":0})"));
  CHECK(rows[1]["region"] == "440000");
  CHECK(rows[1]["outside"] == 5);
  CHECK(rows[2]["region"] == "110000");
  CHECK(rows[3]["region"] == "foreign");
  CHECK(rows[3]["outside"] == 0);
  const auto find = [this](const std::string& filters, const std::string& bookmark = "") {
    return Ask({"AntiDiversion:FindScans", filters, bookmark}, kProducerUser);
  };
  CHECK(find(R"({"region":"44","dealer":"zj"})")["scans"].size() == 5);
  CHECK(find(R"({"from":"2026-02-01T00:00:00Z"})")["scans"].size() == 2);
  CHECK(find(R"({"before":"2026-02-01T00:00:00Z"})")["scans"].size() == 9);
  CHECK(find(R"({"product":"6901234567892"})")["scans"].size() == 11);
  CHECK(find(R"({"shipment":"s1"})")["scans"].empty());
  size_t seen = 0, pages = 0;
  std::string bookmark;
  do {
    const json page = find(R"({"limit":2})", bookmark);
    seen += page["scans"].size();
    bookmark = page["bookmark"];
    ++pages;
  } while (!bookmark.empty());
  CHECK(seen == 11);
  CHECK(pages == 6);
}

TEST_CASE_METHOD(Diversion, "Stock follows shipments, and who is silent is listed",
                 "[antidiversion]") {
  Chain();
  const auto stock = [this](const char* dealer) {
    return Ask({"Dealers:GetStock", dealer}, kProducerUser)["products"][kGtin];
  };
  CHECK(stock("east") == json::parse(R"({"in":50,"received":50,"out":50,"stock":0})"));
  CHECK(stock("zj")["stock"] == 50);
  Do(kProducerUser, {"Dealers:Ship", "s3", Codes(50, 59), "east"});
  CHECK(stock("east") == json::parse(R"({"in":60,"received":50,"out":50,"stock":10})"));
  Register("gd", "", {"44"});
  const auto stale = [this](const char* days) {
    return Ask({"Dealers:GetStale", days, ""}, kProducerUser)["dealers"];
  };
  CHECK(stale("30") == json::array({"gd"}));
  SetTime("2026-03-01T00:00:00Z");
  CHECK(stale("30").size() == 3);
  Scan(5, Place("330106"));
  CHECK(stale("30") == json::array({"east", "gd"}));
}

}  // namespace
}  // namespace suyuan
