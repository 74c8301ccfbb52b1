#include "chaincode/contracts/trace/nonconformity/hold.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kGtin[] = "06901234567892";
constexpr char kReason[] = R"({"reason":"salmonella found"})";

class HoldLedger : public TraceLedger {
 public:
  // A lot of the dairy's, "dairy:NAME".
  void MakeLot(const std::string& lot) {
    Capture(kProducerUser,
            EventsFixture::Document({EventsFixture::Make(1, {}, {Quantity(lot, "100")})}));
  }
  static std::string Shipment(const std::string& lot) {
    return EventsFixture::Document(
        {EventsFixture::Objects(2, "OBSERVE", "shipping", {}, {Quantity(lot, "100")})});
  }
  void Place(const char* hold, const std::string& units) {
    Do(kProducerUser, {"Holds:Place", hold, units, kReason});
  }
  absl::Status Check(const std::string& unit, Use use) {
    MockStub mock(&ledger(), Call(kProducerUser, {"x"}));
    return CheckNotHeld(mock.stub(), unit, use);
  }
  // The uses that are open, e.g. "ship sell ".
  std::string Open(const std::string& unit) {
    std::string out;
    for (const Use use : {Use::kShip, Use::kUse, Use::kPack, Use::kSell}) {
      if (Check(unit, use).ok()) absl::StrAppend(&out, std::string(UseName(use)), " ");
    }
    return out;
  }
  void Dispose(const char* hold, const char* units, const std::string& disposition) {
    Do(kProducerQuality,
       {"Holds:Dispose", hold, units,
        absl::StrCat(R"({"disposition":")", disposition, R"(","reason":"decided"})")});
  }
};

TEST_CASE_METHOD(HoldLedger, "A held lot is refused for all four uses", "[hold]") {
  MakeLot("dairy:milk1");
  MakeLot("dairy:milk2");
  CHECK(Open("dairy:milk1") == "ship use pack sell ");
  Place("h1", R"(["dairy:milk1"])");
  CHECK(Open("dairy:milk1").empty());
  CHECK(Open("dairy:milk2") == "ship use pack sell ");
  const absl::Status refused = Check("dairy:milk1", Use::kSell);
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK(refused.message() == "dairy:milk1 is held: salmonella found (hold h1)");

  CHECK_THAT(Refusal(kProducerUser, Shipment("dairy:milk1")),
             Contains("dairy:milk1 is held: salmonella found (hold h1)"));
  const auto transformation =
      EventsFixture::Transform(3, {Quantity("dairy:milk1", "10")}, {Quantity("dairy:cream", "10")});
  CHECK_THAT(Refusal(kProducerUser, EventsFixture::Document({transformation})),
             Contains("dairy:milk1 is held: salmonella found (hold h1)"));
  Capture(kProducerUser, Shipment("dairy:milk2"));
}

TEST_CASE_METHOD(HoldLedger, "A hold names its unit however it was written", "[hold]") {
  FoundCouncil();
  Do(kRegulatorUser, {"Holds:Order", "h1", R"(["(01)06901234567892(21)A1"])", kReason});
  CHECK(Open("urn:epc:id:sgtin:6901234.056789.A1").empty());
  CHECK(Open("https://example.com/01/06901234567892/21/A1").empty());
  CHECK(Open("urn:epc:id:sgtin:6901234.056789.A2") == "ship use pack sell ");
  CHECK_THAT(Error(kRegulatorUser, {"Holds:Order", "h2", R"(["(01)06901234567892"])", kReason}),
             Contains("is a product, not a lot or one thing of it"));
}

TEST_CASE_METHOD(HoldLedger, "Dispositions open what they allow", "[hold]") {
  for (const char* lot : {"a", "b", "c", "d", "e"}) MakeLot(absl::StrCat("dairy:", lot));
  Place("h1", R"(["dairy:a","dairy:b","dairy:c","dairy:d","dairy:e"])");
  Dispose("h1", R"(["dairy:a"])", "release");
  Dispose("h1", R"(["dairy:b"])", "rework");
  Dispose("h1", R"(["dairy:c"])", "return");
  Dispose("h1", R"(["dairy:d"])", "scrap");
  CHECK(Open("dairy:a") == "ship use pack sell ");
  CHECK(Open("dairy:b") == "use ");
  CHECK(Open("dairy:c") == "ship ");
  CHECK(Open("dairy:d").empty());
  CHECK(Open("dairy:e").empty());
  CHECK(Check("dairy:b", Use::kSell).message() ==
        "dairy:b is to be reworked: salmonella found (hold h1)");
  Dispose("h1", R"(["dairy:b"])", "release");  // once it is reworked
  CHECK(Open("dairy:b") == "ship use pack sell ");
  const char* release = R"({"disposition":"release","reason":"x"})";
  CHECK(Error(kProducerQuality, {"Holds:Dispose", "h1", R"(["dairy:d"])", release}) ==
        "hold h1 of dairy:d has ended: scrap");
  CHECK(Error(kProducerQuality, {"Holds:Dispose", "h1", R"(["dairy:z"])", release}) ==
        "dairy:z is not under hold h1");
  CHECK_THAT(Error(kProducerQuality, {"Holds:Dispose", "h1", R"(["dairy:e"])",
                                      R"({"disposition":"downgrade","reason":"x"})"}),
             Contains("field grade is missing"));
  Do(kProducerQuality, {"Holds:Dispose", "h1", R"(["dairy:e"])",
                        R"({"disposition":"downgrade","reason":"x","grade":"feed"})"});
  CHECK(Open("dairy:e") == "ship use pack sell ");

  const json hold = Ask({"Holds:GetHold", "h1"});
  CHECK(hold["dispositions"].size() == 6);
  CHECK(hold["author"]["mspId"] == "ProducerMSP");
  CHECK(Ask({"Holds:GetUnit", "dairy:e"})["holds"][0]["grade"] == "feed");
}

TEST_CASE_METHOD(HoldLedger, "A second hold stays when the first is released", "[hold]") {
  MakeLot("dairy:a");
  Place("h1", R"(["dairy:a"])");
  Place("h2", R"(["dairy:a"])");
  Dispose("h1", R"(["dairy:a"])", "release");
  CHECK(Check("dairy:a", Use::kShip).message() == "dairy:a is held: salmonella found (hold h2)");
}

TEST_CASE_METHOD(HoldLedger, "Who may hold, order and release", "[hold]") {
  MakeLot("dairy:a");
  const char* units = R"(["dairy:a"])";
  const char* release = R"({"disposition":"release","reason":"x"})";
  CHECK(Error(kDistributorUser, {"Holds:Place", "h1", units, kReason}) ==
        "only who has it, who registered its product or a supervisor may hold dairy:a");
  CHECK(Error(kRegulatorUser, {"Holds:Order", "h1", units, kReason}) ==
        "only a regulator of a supervising organisation may order a hold; there is none before "
        "the council is founded");
  FoundCouncil();
  CHECK_THAT(Error(kProducerAdmin, {"Holds:Order", "h1", units, kReason}),
             Contains("only a regulator of a supervising organisation"));
  Do(kRegulatorUser, {"Holds:Order", "h1", units, kReason});
  CHECK(Error(kProducerQuality, {"Holds:Dispose", "h1", units, release}) ==
        "hold h1 was ordered by a supervisor, who alone may end it");
  Do(kRegulatorUser, {"Holds:Dispose", "h1", units, release});
  Place("h2", units);
  CHECK(Error(kProducerUser, {"Holds:Dispose", "h2", units, release}) ==
        "only a client with role quality may decide what becomes of a held unit");
  CHECK(Error(kDistributorAdmin, {"Holds:Dispose", "h2", units, release}) ==
        "hold h2 was placed by ProducerMSP, not by DistributorMSP");
  CHECK(Error(kProducerUser, {"Holds:Place", "h2", units, kReason}) == "hold h2 already exists");
}

TEST_CASE_METHOD(HoldLedger, "Bad holds are refused by field", "[hold]") {
  MakeLot("dairy:a");
  const auto place = [&](const char* units, const char* details) {
    return Error(kProducerUser, {"Holds:Place", "h1", units, details});
  };
  CHECK(place("[]", kReason) == "argument 'units': not 1 to 1000 units");
  CHECK(place(R"(["dairy:a","dairy:a"])", kReason) == "argument 'units': dairy:a is named twice");
  CHECK(place("[1]", kReason) == "argument 'units': holds what is no text");
  CHECK(place(R"(["dairy:a"])", "{}") == "argument 'details': field reason is missing");
  CHECK(place(R"(["dairy:a"])", R"({"reason":"x","evidence":"abc","eventTime":"noon","why":1})") ==
        "argument 'details': field evidence is not a SHA-256 in 64 lower-case hex digits; field "
        "eventTime is not a time (RFC 3339); field why is not known here");
}

TEST_CASE_METHOD(HoldLedger, "An inspection gate is opened by a passed inspection", "[hold]") {
  MakeLot("dairy:a");
  const char* failed = R"({"result":"failed","method":"GB 4789.4","report":"R-1"})";
  const char* passed = R"({"result":"passed","method":"GB 4789.4","report":"R-2"})";
  CHECK(Error(kProducerUser, {"Holds:Inspect", "dairy:a", failed}) ==
        "only a client with role quality may inspect dairy:a");
  Do(kProducerQuality, {"Holds:Inspect", "dairy:a", failed});
  CHECK(Check("dairy:a", Use::kPack).message() ==
        "dairy:a failed its last inspection: cannot pack it");
  Do(kProducerQuality, {"Holds:Inspect", "dairy:a", passed});
  CHECK(Open("dairy:a") == "ship use pack sell ");
  CHECK(Ask({"Holds:GetUnit", "dairy:a"})["inspections"].size() == 2);

  FoundCouncil();
  Do(kRegulatorUser, {"Holds:SetGate", kGtin, R"(["ship","sell"])"});
  const std::string item = absl::StrCat("(01)", kGtin, "(21)7");
  CHECK(Open(item) == "use pack ");
  CHECK(Check(item, Use::kSell).message() ==
        "https://id.gs1.org/01/06901234567892/21/7 has not passed inspection, which product "
        "06901234567892 asks for: cannot sell it");
  Do(kRegulatorUser, {"Holds:Inspect", item, passed});
  CHECK(Open(item) == "ship use pack sell ");
  CHECK(Ask({"Holds:Check", item, "sell"})["allowed"] == true);
}

TEST_CASE_METHOD(HoldLedger, "A hold beats a shipment that was simulated before it", "[hold]") {
  MakeLot("dairy:a");
  MockStub shipment(&ledger(), Call(kProducerUser, {"Events:Capture", Shipment("dairy:a"), "{}"}));
  REQUIRE(chaincode().Invoke(shipment.stub()).ok());
  Do(kProducerQuality, {"Holds:Inspect", "dairy:a", R"({"result":"failed"})"});
  CHECK_FALSE(shipment.Commit());
}

TEST_CASE("An ended hold stays ended for everybody", "[hold]") {
  const Caller supervisor{"RegulatorMSP", "p", {kRegulator}, false};
  for (const char* state : {"release", "downgrade", "scrap"}) {
    const UnitHold hold{"h", "u", state, "r", "ProducerMSP", false, ""};
    CHECK(absl::IsFailedPrecondition(
        Dispose(hold, {"release", "x", "", "", ""}, supervisor, true).status()));
  }
}

}  // namespace
}  // namespace suyuan
