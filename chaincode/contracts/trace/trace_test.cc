#include <catch2/catch.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/codes/codes.h"
#include "chaincode/contracts/trace/testing/events_fixture.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"
#include "chaincode/shim/testing/mock_ledger.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

using ::nlohmann::json;
using testing::MockLedger;
using testing::MockResult;

constexpr char kGtin[] = "6901234567892";
constexpr char kProducer[] = "ProducerMSP";
constexpr char kDistributor[] = "DistributorMSP";
constexpr char kRegulator[] = "RegulatorMSP";

class TraceFixture {
 public:
  using Transient = std::map<std::string, std::string>;

  // As a reviewer of the organisation.
  MockResult Submit(const std::string& msp, std::vector<std::string> args,
                    Transient transient = {}) {
    return trace_.Submit({msp.c_str(), "user", "client", "reviewer"}, std::move(args),
                         std::move(transient));
  }
  // Submits as the producer; must succeed and announce `event`.
  void Do(const std::string& event, std::vector<std::string> args,
          const std::string& msp = kProducer) {
    const MockResult result = Submit(msp, std::move(args));
    INFO(result.response.message);
    REQUIRE(result.committed);
    CHECK(result.event_name == event);
  }
  std::string Error(std::vector<std::string> args, const std::string& msp = kProducer) {
    const MockResult result = Submit(msp, std::move(args));
    CHECK(result.response.status == 500);
    return result.response.message;
  }
  json Ask(std::vector<std::string> args, Transient transient = {}) {
    const MockResult result =
        ledger_.Evaluate(*chaincode_, {.args = std::move(args), .transient = std::move(transient)});
    INFO(result.response.message);
    REQUIRE(result.response.ok());
    return json::parse(result.response.payload);
  }
  void Licensed() { trace_.License(testing::kProducerUser, "2026-12-31"); }
  void ApprovedProduct() {
    Do("RegisterProduct", {"RegisterProduct", kGtin, R"({"name":"Milk","model":"1L"})"});
    Do("ApproveProduct", {"ApproveProduct", kGtin}, kRegulator);
  }
  // Batch b1 of 100 codes, limit 3.
  void Issued() {
    Licensed();
    ApprovedProduct();
    Do("IssueCodes", {"AntiCounterfeit:IssueCodes", "b1", kGtin, "100", "17",
                      HexEncode(batch_.root()), "PEM", "3"});
  }
  // A lot of the product, by an event.
  void MakeLot(const std::string& number) {
    trace_.Capture(testing::kProducerUser, EventsFixture::Document({EventsFixture::Make(
                                               1, {}, {Quantity(LotOf(number), "100", "")})}));
  }
  static std::string LotOf(const std::string& number) {
    return absl::StrCat("urn:epc:class:lgtin:6901234.056789.", number);
  }
  Transient CodeOf(uint64_t index, const std::string& region = "330106") {
    const TraceCode code = DeriveCode(seed_, index, 17);
    return {{"code", code.code},
            {"salt", HexEncode(code.salt)},
            {"proof", HexEncode(batch_.Proof(index))},
            {"place", absl::StrCat(R"({"region":")", region, R"(","source":"ip"})")}};
  }
  MockResult Scan(uint64_t index, const std::string& region = "330106") {
    MockResult result =
        Submit("RegulatorMSP", {"AntiCounterfeit:RecordScan", "b1", absl::StrCat(index)},
               CodeOf(index, region));
    INFO(result.response.message);
    REQUIRE(result.committed);
    return result;
  }
  // What is said of the code, with the lot.
  json Verify(uint64_t index, const std::string& tx = "") {
    json answer = Ask({"AntiCounterfeit:Verify", "b1", absl::StrCat(index), tx}, CodeOf(index));
    answer["authenticity"]["lot"] = answer["trace"].value("lot", "");
    return answer["authenticity"];
  }

  testing::TraceLedger trace_;
  MockLedger& ledger_ = trace_.ledger();
  Chaincode* const chaincode_ = &trace_.chaincode();
  const std::string seed_ = BatchSeed("a signature");
  const CodeBatch batch_ = CodeBatch::Derive(seed_, 100, 17);
};

TEST_CASE_METHOD(TraceFixture, "A product is approved by another organisation") {
  Do("RegisterProduct", {"RegisterProduct", kGtin, R"({"name":"Milk"})"});
  CHECK(Error({"ApproveProduct", kGtin}) ==
        "a product is reviewed by another organisation than its registrant");
  Do("RejectProduct", {"RejectProduct", kGtin, "no label"}, kRegulator);
  CHECK(Ask({"GetProduct", kGtin})["reason"] == "no label");
  CHECK(Error({"ApproveProduct", kGtin}, kRegulator) ==
        "product 06901234567892 is rejected: cannot approve it");
  Do("ChangeProduct", {"ChangeProduct", kGtin, R"({"label":"new"})"});
  Do("ApproveProduct", {"ApproveProduct", kGtin}, kRegulator);
  CHECK(Error({"ChangeProduct", kGtin, R"({"name":"x"})"}, kRegulator) ==
        "only the registrant may change a product");
  Do("WithdrawProduct", {"WithdrawProduct", kGtin, "gone"});
  CHECK(Error({"ChangeProduct", kGtin, R"({"name":"x"})"}).find("withdrawn") != std::string::npos);
}

TEST_CASE_METHOD(TraceFixture, "A product's history keeps old and new values") {
  ApprovedProduct();
  Do("ChangeProduct", {"ChangeProduct", kGtin, R"({"name":"Cream","model":null})"});
  const json history = Ask({"GetProductHistory", kGtin});
  REQUIRE(history.size() == 3);
  CHECK(history[2]["actor"] == kProducer);
  CHECK(history[2]["changes"] == json::parse(R"([{"field":"model","new":null,"old":"1L"},
                        {"field":"name","new":"Cream","old":"Milk"},
                        {"field":"status","new":"pending","old":"approved"}])"));
}

TEST_CASE_METHOD(TraceFixture, "Bad products are refused by argument") {
  CHECK(Error({"RegisterProduct", "1", "{}"}).find("'gtin'") != std::string::npos);
  CHECK(Error({"RegisterProduct", kGtin, "{}"}) == "argument 'information': field name is missing");
  CHECK(Error({"RegisterProduct", kGtin, R"({"name":"x","price":1.5})"}).find("field price") !=
        std::string::npos);
  CHECK(Error({"RegisterProduct", kGtin, "[]"}) == "argument 'information': is not a JSON object");
  CHECK(Error({"GetProduct", kGtin}) == "product 06901234567892 does not exist");
}

TEST_CASE_METHOD(TraceFixture, "Codes are issued for an approved product of one's own") {
  const std::string root = HexEncode(batch_.root());
  const auto issue = [&](const std::string& count, const std::string& length,
                         const std::string& r) {
    return std::vector<std::string>{
        "AntiCounterfeit:IssueCodes", "b1", kGtin, count, length, r, "PEM", "3"};
  };
  Licensed();
  Do("RegisterProduct", {"RegisterProduct", kGtin, R"({"name":"Milk"})"});
  CHECK(Error(issue("100", "17", root)) == "product 06901234567892 is pending, not approved");
  Do("ApproveProduct", {"ApproveProduct", kGtin}, kRegulator);
  CHECK(Error(issue("100", "17", root), kDistributor).find("only ProducerMSP may issue") == 0);
  CHECK(Error(issue("100", "16", root)) == "argument 'length': is not 15, 17 or 21");
  CHECK(Error(issue("0", "17", root)).find("'count'") != std::string::npos);
  CHECK(Error(issue("100", "17", "00")).find("'root'") != std::string::npos);
  Do("IssueCodes", issue("100", "17", root));
  CHECK(Error(issue("100", "17", root)) == "batch b1 already exists");
  CHECK(Ask({"AntiCounterfeit:GetBatch", "b1"})["count"] == 100);
}

TEST_CASE_METHOD(TraceFixture, "The first scan is locked, later ones are counted and warned of") {
  Issued();
  MakeLot("lot1");
  CHECK(Verify(5)["state"] == "not-activated");
  Do("Activate", {"AntiCounterfeit:Activate", "b1", "0", "49", "lot1"});
  CHECK(Verify(5)["state"] == "first");
  CHECK(Verify(60)["state"] == "not-activated");

  std::vector<MockResult> scans;
  for (int i = 0; i < 4; ++i) scans.push_back(Scan(5));
  const json first = Verify(5, scans[0].tx_id);
  CHECK(first["state"] == "first");
  CHECK(first["lot"] == "https://id.gs1.org/01/06901234567892/10/lot1");
  const json second = Verify(5, scans[1].tx_id);
  CHECK(second["state"] == "repeated");
  CHECK(second["count"] == 4);
  CHECK(second["firstTime"] == first["firstTime"]);
  CHECK(Verify(5, scans[2].tx_id)["state"] == "repeated");
  CHECK(Verify(5, scans[3].tx_id)["state"] == "over-limit");
  CHECK(Verify(6)["state"] == "first");

  Do("SetScanLimit", {"AntiCounterfeit:SetScanLimit", "b1", "2"});
  CHECK(Verify(5, scans[2].tx_id)["state"] == "over-limit");
  CHECK(Error({"AntiCounterfeit:SetScanLimit", "b1", "9"}) ==
        "argument 'scanLimit': is above the present limit 2");
}

TEST_CASE_METHOD(TraceFixture, "Scans of one code side by side all commit, one is first") {
  Issued();
  MakeLot("lot1");
  Do("Activate", {"AntiCounterfeit:Activate", "b1", "0", "49", "lot1"});
  std::vector<std::unique_ptr<testing::MockStub>> stubs;
  for (int i = 0; i < 50; ++i) {
    stubs.push_back(std::make_unique<testing::MockStub>(
        &ledger_, testing::MockCall{.args = {"AntiCounterfeit:RecordScan", "b1", "5"},
                                    .transient = CodeOf(5)}));
    REQUIRE(chaincode_->Invoke(stubs.back()->stub()).ok());
  }
  for (auto it = stubs.rbegin(); it != stubs.rend(); ++it) CHECK((*it)->Commit());
  // Ledger order decides, not the order of simulation.
  CHECK(Verify(5, stubs.back()->tx_id())["state"] == "first");
  CHECK(Verify(5, stubs.front()->tx_id())["ordinal"] == 50);
}

TEST_CASE_METHOD(TraceFixture,
                 "Neither arguments nor state hold a code, an unknown one leaves no trace") {
  Issued();
  Scan(5);
  const std::string code = CodeOf(5)["code"];
  for (const auto& [key, value] : ledger_.state()) {
    CHECK(key.find(code) == std::string::npos);
    CHECK(value.find(code) == std::string::npos);
  }
  const size_t before = ledger_.state().size();
  auto forged = CodeOf(6);
  forged["code"] = CodeOf(7)["code"];
  const MockResult result = Submit(kRegulator, {"AntiCounterfeit:RecordScan", "b1", "6"}, forged);
  CHECK(json::parse(result.response.payload)["state"] == "unknown");
  CHECK(result.event_name == "UnknownCode");
  CHECK(ledger_.state().size() == before);
  CHECK(Ask({"AntiCounterfeit:Verify", "b1", "6", ""}, forged)["authenticity"]["state"] ==
        "unknown");
  CHECK(Ask({"AntiCounterfeit:Verify", "b9", "6", ""}, forged)["authenticity"]["state"] ==
        "unknown");
  CHECK(Submit(kRegulator, {"AntiCounterfeit:RecordScan", "b1", "6"}).response.message ==
        "transient value 'place' is missing");
}

TEST_CASE_METHOD(TraceFixture, "An index is activated once, by the issuer, within the batch") {
  Issued();
  MakeLot("lot1");
  const auto activate = [](const char* from, const char* to) {
    return std::vector<std::string>{"AntiCounterfeit:Activate", "b1", from, to, "lot1"};
  };
  Do("Activate", activate("10", "19"));
  Do("Activate", activate("0", "9"));
  CHECK(Error(activate("19", "30")) ==
        "indexes 10 to 19 of batch b1 are bound to lot https://id.gs1.org/01/"
        "06901234567892/10/lot1");
  CHECK(Error(activate("9", "9")).find("indexes 0 to 9") == 0);
  CHECK(Error(activate("20", "100")) == "argument 'to': is not below the batch's count 100");
  CHECK(Error(activate("30", "20")) == "argument 'to': is below 'from'");
  CHECK(Error(activate("20", "30"), kDistributor).find("only ProducerMSP") == 0);
  Do("Activate", activate("20", "99"));
}

TEST_CASE_METHOD(TraceFixture, "Codes are activated onto a lot of their product that there is") {
  Issued();
  const auto activate = [](const std::string& index, const std::string& lot) {
    return std::vector<std::string>{"AntiCounterfeit:Activate", "b1", index, index, lot};
  };
  CHECK(Error(activate("0", "lot1")) ==
        "lot https://id.gs1.org/01/06901234567892/10/lot1 does not exist");
  MakeLot("lot1");
  Do("Activate", activate("0", "lot1"));
  Do("Activate", activate("1", LotOf("lot1")));
  Do("Activate", activate("2", "(01)06901234567892(10)lot1"));
  for (const uint64_t index : {0, 1, 2}) {
    CHECK(Verify(index)["lot"] == "https://id.gs1.org/01/06901234567892/10/lot1");
  }
  // A registered batch of the number, though no event tells of it.
  Do("RegisterBatch", {"Batches:Register", kGtin, "B-7",
                       R"({"identification":{"user":"Dairy","productName":"Milk","model":"1L",
                           "batchNumber":"B-7","productionDate":"2026-01-01",
                           "inspectionStatus":"passed"}})"});
  Do("Activate", activate("3", "B-7"));
  // A lot under the maker's own identifier.
  trace_.Capture(testing::kProducerUser, EventsFixture::Document({EventsFixture::Make(
                                             2, {"dairy:box:1"}, {Quantity("dairy:8", "9")})}));
  Do("Activate", activate("4", "dairy:8"));
  CHECK(Verify(4)["lot"] == "dairy:8");
  CHECK_THAT(Error(activate("5", "dairy:box:1")), Catch::Matchers::Contains("does not exist"));
  CHECK(Error(activate("5", "(01)09506000134352(10)lot1")) ==
        "argument 'lot': (01)09506000134352(10)lot1 is no lot of product 06901234567892");
  CHECK_THAT(Error(activate("5", "(01)06901234567892(21)lot1")),
             Catch::Matchers::Contains("is no lot of product"));
  CHECK_THAT(Error(activate("5", "")), Catch::Matchers::Contains("argument 'lot'"));
}

TEST_CASE_METHOD(TraceFixture, "A scan where its dealer may not sell raises an alert") {
  Issued();
  Do("RegisterDealer", {"Dealers:Register", "zj", R"({"name":"Zhejiang","regions":["33"]})"});
  Do("ShipGoods", {"Dealers:Ship", "s1", R"({"codes":[{"batch":"b1","from":0,"to":49}]})", "zj"});
  MakeLot("lot1");
  Do("Activate", {"AntiCounterfeit:Activate", "b1", "0", "99", "lot1"});
  CHECK(Scan(5, "330206").event_name == "RecordScan");
  CHECK(Scan(70, "440305").event_name == "RecordScan");
  const MockResult diverted = Scan(5, "440305");
  CHECK(diverted.event_name == "DiversionAlert");
  CHECK(json::parse(diverted.response.payload)["diverted"] == true);
}

}  // namespace
}  // namespace suyuan
