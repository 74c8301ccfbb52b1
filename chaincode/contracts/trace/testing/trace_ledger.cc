#include "chaincode/contracts/trace/testing/trace_ledger.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/trace_chaincode.h"
#include "network/crypto/testing/test_ca.h"

namespace suyuan::testing {

std::string CertificateOf(const Person& person) {
  static const auto& ca = *new TestCa("ca");
  static auto& made = *new std::map<std::string, std::string>();
  std::string& pem =
      made[absl::StrCat(person.msp_id, "/", person.name, "/", person.unit, "/", person.role)];
  if (pem.empty()) {
    CertificateTemplate t =
        TestTemplate(absl::StrCat(person.name, "@", person.msp_id), {person.unit});
    if (*person.role != 0) {
      t.attributes_json = nlohmann::json{{"attrs", {{"role", person.role}}}}.dump();
    }
    pem = ca.Issue(t).certificate->ToPem();
  }
  return pem;
}

TraceLedger::TraceLedger()
    : chaincode_(MakeTraceChaincode()),
      time_(absl::FromCivil(absl::CivilSecond(2026, 1, 1), absl::UTCTimeZone())) {}

MockCall TraceLedger::Call(const Person& person, Words args, Transient transient) {
  time_ += absl::Seconds(1);
  return {.args = std::move(args),
          .transient = std::move(transient),
          .msp_id = person.msp_id,
          .certificate_pem = CertificateOf(person),
          .timestamp = time_};
}

MockResult TraceLedger::Submit(const Person& person, Words args, Transient transient) {
  return ledger_.Submit(*chaincode_, Call(person, std::move(args), std::move(transient)));
}

std::string TraceLedger::Do(const Person& person, Words args, Transient transient) {
  const MockResult result = Submit(person, std::move(args), std::move(transient));
  INFO(result.response.message);
  REQUIRE(result.committed);
  CHECK(!result.event_name.empty());
  return result.response.payload;
}

std::string TraceLedger::Error(const Person& person, Words args, Transient transient) {
  const MockResult result = Submit(person, std::move(args), std::move(transient));
  CHECK(result.response.status == 500);
  return result.response.message;
}

nlohmann::json TraceLedger::Ask(Words args, const Person& person) {
  const MockResult result = ledger_.Evaluate(*chaincode_, Call(person, std::move(args)));
  INFO(result.response.message);
  REQUIRE(result.response.ok());
  return nlohmann::json::parse(result.response.payload);
}

std::string TraceLedger::AskError(Words args, const Person& person) {
  const MockResult result = ledger_.Evaluate(*chaincode_, Call(person, std::move(args)));
  CHECK(result.response.status == 500);
  return result.response.message;
}

void TraceLedger::Capture(const Person& person, const std::string& document) {
  CHECK(Refusal(person, document).empty());
}

std::string TraceLedger::Refusal(const Person& person, const std::string& document) {
  const auto answer = nlohmann::json::parse(Do(person, {"Events:Capture", document, "{}"}));
  for (const auto& result : answer["results"]) {
    if (result["result"] == "refused") return result["reason"];
  }
  return "";
}

void TraceLedger::FoundCouncil() {
  Do(kRegulatorAdmin, {"Governance:Found",
                       R"({"members":["DistributorMSP","ProducerMSP","RegulatorMSP"],
                           "supervisors":["RegulatorMSP"]})"});
}

void TraceLedger::License(const Person& person, absl::string_view expires_on) {
  Do(person, {"Organizations:Register",
              R"({"name":"Dairy","address":"Bengbu","creditCode":"91340600MA2PBM9HXD"})"});
  const nlohmann::json licence{{"kind", "licence"},        {"number", "L-1"},
                               {"issuer", "Bengbu"},       {"hash", std::string(64, 'a')},
                               {"issuedOn", "2020-01-01"}, {"expiresOn", std::string(expires_on)}};
  Do(person, {"Organizations:FilePaper", "licence-1", licence.dump()});
  Do(kRegulatorReviewer, {"Organizations:ReviewPaper", person.msp_id, "licence-1", "true", ""});
}

void TraceLedger::SetTime(absl::string_view rfc3339) {
  std::string error;
  REQUIRE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time_, &error));
}

}  // namespace suyuan::testing
