#include <catch2/catch.hpp>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/registration/organization.h"
#include "chaincode/contracts/trace/testing/trace_ledger.h"

namespace suyuan {
namespace {

using namespace testing;  // NOLINT: the fixture's people
using Catch::Matchers::Contains;
using ::nlohmann::json;

constexpr char kGtin[] = "06901234567892";

const std::string& Hash() {
  static const auto& hash = *new std::string(64, 'a');
  return hash;
}

class RegistrationLedger : public TraceLedger {
 public:
  void Product(const std::string& information = R"({"name":"Milk"})") {
    Do(kProducerUser, {"RegisterProduct", kGtin, information});
    Do(kRegulatorReviewer, {"ApproveProduct", kGtin});
  }
  TraceLedger::Words Issue(const std::string& batch) {
    return {"AntiCounterfeit:IssueCodes", batch, kGtin, "100", "17", Hash(), "PEM", "3"};
  }
  static TraceLedger::Words RegisterBatch(const char* batch, const char* day) {
    const json identification{{"user", "Dairy"},       {"productName", "Milk"},
                              {"model", "1L"},         {"batchNumber", batch},
                              {"productionDate", day}, {"inspectionStatus", "passed"}};
    return {"Batches:Register", kGtin, batch, json{{"identification", identification}}.dump()};
  }
  void File(const char* id, json content) {
    content.update({{"number", "N-1"}, {"issuer", "office"}, {"hash", Hash()}});
    if (!content.contains("issuedOn")) content["issuedOn"] = "2020-01-01";
    Do(kProducerUser, {"Organizations:FilePaper", id, content.dump()});
  }
  void Accept(const char* id) {
    Do(kRegulatorReviewer, {"Organizations:ReviewPaper", "ProducerMSP", id, "true", ""});
  }
};

TEST_CASE_METHOD(RegistrationLedger, "An expired licence blocks new codes, old ones resolve",
                 "[registration]") {
  Product();
  CHECK(Error(kProducerUser, Issue("b0")) == "organization ProducerMSP is not registered");
  License(kProducerUser, "2026-06-30");
  Do(kProducerUser, Issue("b1"));

  SetTime("2026-06-30T23:00:00+08:00");  // through its last day in China
  Do(kProducerUser, Issue("b2"));
  SetTime("2026-07-01T00:00:00+08:00");
  CHECK(Error(kProducerUser, Issue("b3")) ==
        "organization ProducerMSP has no licence in force on 2026-07-01: licence-1 expired on "
        "2026-06-30");
  CHECK(Ask({"AntiCounterfeit:GetBatch", "b1"})["count"] == 100);
  CHECK(Ask({"GetProduct", kGtin})["status"] == "approved");
  Do(kProducerUser, RegisterBatch("lot1", "2026-06-30"));
  Do(kProducerUser, {"AntiCounterfeit:Activate", "b1", "0", "9", "lot1"});

  File("licence-2", {{"kind", "licence"}, {"issuedOn", "2026-07-01"}, {"expiresOn", "2031-06-30"}});
  CHECK_THAT(Error(kProducerUser, Issue("b3")), Contains("licence-2 is not reviewed"));
  Accept("licence-2");
  Do(kProducerUser, Issue("b3"));
  CHECK(Ask({"Organizations:GetPapers", "ProducerMSP"}).size() == 2);
}

TEST_CASE_METHOD(RegistrationLedger, "Papers are reviewed once, by another organisation's reviewer",
                 "[registration]") {
  const char* organization = R"({"name":"Dairy","creditCode":"91340600ma2pbm9hxd"})";
  Do(kProducerUser, {"Organizations:Register", organization});
  CHECK(Ask({"Organizations:Get", "ProducerMSP"})["information"]["creditCode"] ==
        "91340600MA2PBM9HXD");
  File("l1", {{"kind", "licence"}, {"expiresOn", "2027-01-01"}});
  const auto review = [](const char* accept, const char* reason) {
    return TraceLedger::Words{"Organizations:ReviewPaper", "ProducerMSP", "l1", accept, reason};
  };
  CHECK(Error(kProducerAdmin, review("true", "")) ==
        "a paper is reviewed by another organisation than its registrant");
  CHECK(Error(kDistributorUser, review("true", "")) ==
        "only a client with role reviewer may review a paper");
  CHECK(Error(kDistributorReviewer, review("false", "")) == "argument 'reason': must not be empty");
  Do(kDistributorReviewer, review("false", "unreadable"));
  CHECK(Error(kDistributorReviewer, review("true", "")) == "paper l1 is rejected, not pending");
  File("l1", {{"kind", "licence"}, {"expiresOn", "2027-01-01"}});
  Do(kDistributorReviewer, review("true", ""));
  CHECK_THAT(Error(kProducerUser, {"Organizations:FilePaper", "l1",
                                   json{{"kind", "licence"},
                                        {"number", "2"},
                                        {"issuer", "x"},
                                        {"hash", Hash()},
                                        {"issuedOn", "2026-01-01"},
                                        {"expiresOn", "2027-01-01"}}
                                       .dump()}),
             Contains("paper l1 is accepted"));
}

TEST_CASE_METHOD(RegistrationLedger, "Bad organisations and papers are refused by field",
                 "[registration]") {
  const auto organization = [&](const char* text) {
    return Error(kProducerUser, {"Organizations:Register", text});
  };
  CHECK_THAT(organization(R"({"name":"D","creditCode":"91340600MA2PBM9HXA"})"),
             Contains("field creditCode"));
  CHECK(organization(R"({"name":"D","country":"China"})") ==
        "argument 'information': field country is not two upper-case letters");
  CHECK_THAT(organization("{}"), Contains("field name is missing"));
  const auto paper = [&](const char* text) {
    return Error(kProducerUser, {"Organizations:FilePaper", "p", text});
  };
  CHECK_THAT(paper(R"({"kind":"licence"})"),
             Contains("field number is missing; field issuer is missing; field hash is missing; "
                      "field issuedOn is missing; field expiresOn is missing"));
  CHECK_THAT(paper(R"({"kind":"permit"})"), Contains("field products is missing"));
  CHECK_THAT(paper(R"({"kind":"brand-authorisation"})"), Contains("field brands is missing"));
  Do(kProducerUser, {"Organizations:Register", R"({"name":"D"})"});
  CHECK(Error(kProducerUser, {"Organizations:FilePaper", "p",
                              json{{"kind", "licence"},
                                   {"number", "2"},
                                   {"issuer", "x"},
                                   {"hash", Hash()},
                                   {"issuedOn", "2026-01-01"},
                                   {"expiresOn", "2027-01-01"}}
                                  .dump()}) ==
        "organization ProducerMSP has no field creditCode on file");
}

TEST_CASE_METHOD(RegistrationLedger, "A category's papers are needed for its products",
                 "[registration]") {
  FoundCouncil();
  License(kProducerUser, "2026-12-31");
  Do(kRegulatorUser, {"Categories:Create", "food", R"({"name":"Food","papers":["permit"]})"});
  Do(kRegulatorUser,
     {"Categories:Create", "milk", R"({"name":"Milk","parent":"food","papers":["brand"]})"});
  Product(R"({"name":"Milk","category":"milk"})");
  File("permit-0", {{"kind", "permit"}, {"products", {kGtin}}, {"expiresOn", "2026-01-01"}});
  Accept("permit-0");
  CHECK(Error(kProducerUser, Issue("b1")) ==
        "product 06901234567892 has no field brand, which category milk asks for");
  Do(kProducerUser, {"ChangeProduct", kGtin, R"({"brand":"Snow"})"});
  Do(kRegulatorReviewer, {"ApproveProduct", kGtin});
  SetTime("2026-01-02T08:00:00+08:00");
  CHECK(Error(kProducerUser, Issue("b1")) ==
        "organization ProducerMSP has no permit for product 06901234567892 in force on "
        "2026-01-02: permit-0 expired on 2026-01-01");
  File("permit-1", {{"kind", "permit"}, {"products", {kGtin}}, {"expiresOn", "2026-03-31"}});
  Accept("permit-1");
  CHECK_THAT(Error(kProducerUser, Issue("b1")), Contains("has no brand of Snow"));
  File("brand-1",
       {{"kind", "brand-authorisation"}, {"brands", {"Snow"}}, {"expiresOn", "2026-02-28"}});
  Accept("brand-1");
  Do(kProducerUser, Issue("b1"));
  SetTime("2026-03-01T08:00:00+08:00");
  CHECK_THAT(Error(kProducerUser, Issue("b2")), Contains("brand-1 expired on 2026-02-28"));
  SetTime("2026-04-01T08:00:00+08:00");
  CHECK_THAT(Error(kProducerUser, Issue("b2")), Contains("permit-1 expired on 2026-03-31"));
}

TEST_CASE_METHOD(RegistrationLedger, "Foreign organisations need their country's papers",
                 "[registration]") {
  FoundCouncil();
  Product();
  CHECK_THAT(Error(kProducerAdmin, {"Organizations:SetFileRules", "{}"}),
             Contains("only a regulator of a supervising organisation"));
  Do(kRegulatorUser, {"Organizations:SetFileRules",
                      R"({"documents":{"NZ":["registration","customs"],"*":["licence"]}})"});
  Do(kProducerUser, {"Organizations:Register", R"({"name":"Kiwi Dairy","country":"NZ"})"});
  CHECK_THAT(Error(kProducerUser, Issue("b1")), Contains("has no registration in force"));
  File("r1", {{"kind", "registration"}, {"country", "NZ"}});
  Accept("r1");
  CHECK_THAT(Error(kProducerUser, Issue("b1")), Contains("has no customs in force"));
  File("c1", {{"kind", "customs"}});
  Accept("c1");
  Do(kProducerUser, Issue("b1"));
  CHECK_THAT(Error(kRegulatorUser, {"Organizations:SetFileRules", R"({"documents":{"CN":[]}})"}),
             Contains("has no list '*'"));
}

TEST_CASE_METHOD(RegistrationLedger, "What changed must be on file before its deadline",
                 "[registration]") {
  License(kProducerUser, "2026-02-10");
  const char* moved = R"({"field":"address","changedOn":"2026-01-05"})";
  CHECK_THAT(Error(kDistributorUser, {"Organizations:ReportChange", "c1", "ProducerMSP", moved}),
             Contains("only a regulator"));
  Do(kProducerUser, {"Organizations:ReportChange", "c1", "ProducerMSP", moved});
  CHECK(Ask({"Organizations:GetOverdue", "2026-02-04"})["changes"].empty());
  json overdue = Ask({"Organizations:GetOverdue", "2026-02-05"});
  REQUIRE(overdue["changes"].size() == 1);
  CHECK(overdue["changes"][0]["deadline"] == "2026-02-04");
  CHECK(overdue["papers"].empty());
  overdue = Ask({"Organizations:GetOverdue", "2026-02-11"});
  REQUIRE(overdue["papers"].size() == 1);
  CHECK(overdue["papers"][0]["kind"] == "licence");
  Do(kProducerUser, {"Organizations:Register",
                     R"({"name":"Dairy","address":"Hefei","creditCode":"91340600MA2PBM9HXD"})"});
  CHECK(Ask({"Organizations:GetOverdue", "2026-02-05"})["changes"].empty());
}

TEST_CASE_METHOD(RegistrationLedger, "A blacklisted organisation registers nothing",
                 "[registration]") {
  FoundCouncil();
  Do(kRegulatorAdmin, {"Governance:Propose", "m1",
                       R"({"kind":"blacklist","reason":"forged reports",
                           "content":{"organization":"ProducerMSP","from":"2026-01-01"}})"});
  Do(kRegulatorAdmin, {"Governance:Vote", "m1", "true"});
  Do(kDistributorAdmin, {"Governance:Vote", "m1", "true"});
  Do(kRegulatorAdmin, {"Governance:Conclude", "m1"});
  CHECK(Error(kProducerUser, {"RegisterProduct", kGtin, R"({"name":"Milk"})"}) ==
        "organization ProducerMSP is blacklisted since 2026-01-01: forged reports");
  Do(kDistributorUser, {"RegisterProduct", kGtin, R"({"name":"Milk"})"});
}

TEST_CASE_METHOD(RegistrationLedger, "Moving, merging and retiring categories keeps products",
                 "[registration]") {
  FoundCouncil();
  for (const auto& [id, parent] : {std::pair{"food", ""},
                                   {"dairy", "food"},
                                   {"milk", "dairy"},
                                   {"drinks", "food"},
                                   {"fresh", "drinks"}}) {
    Do(kRegulatorUser, {"Categories:Create", id, json{{"name", id}, {"parent", parent}}.dump()});
  }
  CHECK_THAT(Error(kProducerAdmin, {"Categories:Create", "x", R"({"name":"x"})"}),
             Contains("only a regulator"));
  Product(R"({"name":"Milk","category":"milk"})");
  const auto path = [&] { return Ask({"GetProduct", kGtin})["categoryPath"]; };
  CHECK(path() == json{"food", "dairy", "milk"});
  const size_t versions = Ask({"GetProductHistory", kGtin}).size();

  CHECK(Error(kRegulatorUser, {"Categories:Move", "dairy", "milk"}) ==
        "category milk lies below category dairy");
  CHECK_THAT(Error(kRegulatorUser, {"Categories:Merge", "milk", "milk", "x"}),
             Contains("lies below"));
  SetTime("2026-03-01T08:00:00+08:00");
  Do(kRegulatorUser, {"Categories:Move", "milk", "drinks"});
  CHECK(path() == json{"food", "drinks", "milk"});
  Do(kRegulatorUser, {"Categories:Merge", "milk", "fresh", "one name"});
  CHECK(path() == json{"food", "drinks", "fresh"});
  Do(kRegulatorUser, {"Categories:Retire", "fresh", "no longer made"});
  CHECK(path() == json{"food", "drinks", "fresh"});
  CHECK(Ask({"GetProductHistory", kGtin}).size() == versions);
  CHECK(Ask({"GetProduct", kGtin})["status"] == "approved");
  CHECK(Ask({"Categories:GetHistory", "milk"}).size() == 3);
  CHECK(Error(kProducerUser,
              {"RegisterProduct", "06901234567908", R"({"name":"Milk","category":"fresh"})"})
            .find("category fresh is retired: it takes no new products") != std::string::npos);
}

TEST_CASE_METHOD(RegistrationLedger, "Was this product bound to be traced on a day",
                 "[registration]") {
  FoundCouncil();
  for (const auto& [id, parent] : {std::pair{"food", ""}, {"milk", "food"}, {"other", ""}}) {
    Do(kRegulatorUser, {"Categories:Create", id, json{{"name", id}, {"parent", parent}}.dump()});
  }
  Product(R"({"name":"Milk","category":"milk"})");
  Do(kRegulatorUser, {"Categories:Bind", "food",
                      R"({"from":"2026-02-01","until":"2026-05-31","reason":"catalogue 2026"})"});
  const auto bound = [&](const char* day) {
    return Ask({"Categories:WasBound", kGtin, day})["bound"].get<bool>();
  };
  CHECK_FALSE(bound("2026-01-31"));
  CHECK(bound("2026-02-01"));
  CHECK(bound("2026-05-31"));
  CHECK_FALSE(bound("2026-06-01"));
  // The tree as it was on the day is what counts.
  SetTime("2026-04-01T08:00:00+08:00");
  Do(kRegulatorUser, {"Categories:Move", "milk", "other"});
  CHECK(bound("2026-03-31"));
  CHECK_FALSE(bound("2026-04-01"));
}

TEST_CASE_METHOD(RegistrationLedger, "Fields are set by whom the category's rights name",
                 "[registration]") {
  FoundCouncil();
  Do(kRegulatorUser,
     {"Categories:SetFieldRights", "*",
      R"({"riskLevel":{"by":"supervisor"},"standard":{"by":"registrant","role":"quality"}})"});
  CHECK(Error(kProducerUser, {"RegisterProduct", kGtin, R"({"name":"Milk","riskLevel":"low"})"}) ==
        "field riskLevel is set by a supervisor alone");
  Product();
  const auto change = [](const char* changes) {
    return TraceLedger::Words{"ChangeProduct", kGtin, changes};
  };
  CHECK(Error(kProducerUser, change(R"({"standard":"GB 19645"})")) ==
        "field standard is set by a client with role quality alone");
  CHECK(Error(kRegulatorUser, change(R"({"name":"x"})")) ==
        "only the registrant may change a product");
  Do(kRegulatorUser, change(R"({"riskLevel":"high"})"));
  CHECK(Ask({"GetProduct", kGtin})["status"] == "approved");
  Do(kProducerQuality, change(R"({"standard":"GB 19645"})"));
  CHECK(Ask({"GetProduct", kGtin})["status"] == "pending");
  const json history = Ask({"GetProductHistory", kGtin});
  REQUIRE(history.size() == 4);
  CHECK(history[2]["actor"] == "RegulatorMSP");
  CHECK(history[2]["changes"] == json::parse(R"([{"field":"riskLevel","new":"high","old":null}])"));
  CHECK(history[3]["person"] != history[0]["person"]);
}

TEST_CASE_METHOD(RegistrationLedger, "A batch shows the product as it was when it was made",
                 "[registration]") {
  SetTime("2026-02-01T08:00:00+08:00");
  Product(R"({"name":"Milk"})");
  SetTime("2026-03-01T08:00:00+08:00");
  Do(kProducerUser, {"ChangeProduct", kGtin, R"({"name":"New Milk"})"});
  CHECK_THAT(Error(kProducerUser, RegisterBatch("x", "2026-03-01")), Contains("is pending"));
  SetTime("2026-03-05T08:00:00+08:00");
  Do(kRegulatorReviewer, {"ApproveProduct", kGtin});
  Do(kProducerUser, RegisterBatch("early", "2026-03-02"));
  Do(kProducerUser, RegisterBatch("late", "2026-03-05"));
  Do(kProducerUser, RegisterBatch("before", "2026-01-31"));

  CHECK(Ask({"Batches:Get", kGtin, "early"})["product"]["information"]["name"] == "Milk");
  CHECK(Ask({"Batches:Get", kGtin, "late"})["product"]["information"]["name"] == "New Milk");
  CHECK(Ask({"Batches:Get", kGtin, "before"})["product"].is_null());
  CHECK(Ask({"GetProductAt", kGtin, "2026-03-04T00:00:00Z"})["information"]["name"] == "Milk");
  CHECK(AskError({"GetProductAt", kGtin, "2026-01-01T00:00:00Z"}) ==
        "the product had no approved version at 2026-01-01T00:00:00Z");
  const json list = Ask({"Batches:List", kGtin, "2026-03-01", "2026-03-04"});
  REQUIRE(list.size() == 1);
  CHECK(list[0]["batch"] == "early");
}

TEST_CASE_METHOD(RegistrationLedger, "Each missing identification field has its own error",
                 "[registration]") {
  Product();
  const json full{
      {"user", "Dairy"},     {"productName", "Milk"},          {"model", "1L"},
      {"batchNumber", "B1"}, {"productionDate", "2026-01-01"}, {"inspectionStatus", "passed"}};
  for (const auto& [name, value] : full.items()) {
    json lacking = full;
    lacking.erase(name);
    CHECK(Error(kProducerUser,
                {"Batches:Register", kGtin, "b1", json{{"identification", lacking}}.dump()}) ==
          absl::StrCat("argument 'identification': field ", name, " is missing"));
  }
  Do(kProducerUser, {"Batches:Register", kGtin, "b1", json{{"identification", full}}.dump()});
  CHECK(Error(kDistributorUser,
              {"Batches:Register", kGtin, "b2", json{{"identification", full}}.dump()}) ==
        "only ProducerMSP may register batches of this product, the client is of DistributorMSP");
  Do(kProducerUser, {"Batches:Correct", kGtin, "b1",
                     R"({"identification":{"inspectionStatus":"failed"}})", "typing error"});
  const json versions = Ask({"Batches:GetHistory", kGtin, "b1"});
  REQUIRE(versions.size() == 2);
  CHECK(versions[0]["identification"]["inspectionStatus"] == "passed");
  CHECK(versions[1]["correction"] == "typing error");
  CHECK(versions[1]["eventTime"] == versions[0]["eventTime"]);
  CHECK(versions[1]["recordedAt"] != versions[0]["recordedAt"]);
}

TEST_CASE_METHOD(RegistrationLedger, "Images, standards and test reports are kept by hash",
                 "[registration]") {
  Product();
  const auto attach = [](const char* id, const json& content) {
    return TraceLedger::Words{"Attach", kGtin, "", id, content.dump()};
  };
  const json image{{"kind", "image"}, {"hash", Hash()}, {"mediaType", "image/png"}};
  const json report{{"kind", "test-report"}, {"laboratory", "SGS"}, {"number", "R-1"},
                    {"date", "2026-01-01"},  {"result", "passed"},  {"hash", Hash()}};
  Do(kProducerUser, attach("front", image));
  Do(kProducerUser, {"Attach", kGtin, "b1", "report", report.dump()});
  CHECK(Error(kProducerUser, attach("front", image)) == "attachment front already exists");
  CHECK_THAT(Error(kDistributorUser, attach("x", image)), Contains("only a regulator"));
  CHECK_THAT(Error(kProducerUser, attach("x", {{"kind", "image"}})),
             Contains("field hash is missing; field mediaType is missing"));
  CHECK_THAT(Error(kProducerUser, attach("x", {{"kind", "song"}})),
             Contains("field kind is not one of"));
  CHECK(Ask({"GetAttachments", kGtin, ""}).size() == 1);
  CHECK(Ask({"GetAttachments", kGtin, "b1"})[0]["laboratory"] == "SGS");
}

}  // namespace
}  // namespace suyuan
