#include "chaincode/shim/client_identity.h"

#include <catch2/catch.hpp>

#include "chaincode/shim/testing/mock_ledger.h"
#include "network/crypto/testing/test_ca.h"

namespace suyuan {
namespace {

absl::StatusOr<ClientIdentity> IdentityOf(const std::string& certificate_pem) {
  testing::MockLedger ledger;
  testing::MockStub mock(&ledger, {.msp_id = "ProducerMSP", .certificate_pem = certificate_pem});
  return ClientIdentity::FromStub(mock.stub());
}

TEST_CASE("A client identity tells organisation, subject, units and attributes") {
  const TestCa ca("ca");
  CertificateTemplate t = TestTemplate("alice", {"client", "quality"});
  t.attributes_json = R"({"attrs":{"role":"inspector","level":"3"}})";
  const auto identity = IdentityOf(ca.Issue(t).certificate->ToPem());
  REQUIRE(identity.ok());
  CHECK(identity->msp_id() == "ProducerMSP");
  CHECK(identity->common_name() == "alice");
  CHECK(identity->id() == "x509::" + identity->subject() + "::" + identity->issuer());
  CHECK(identity->HasOrganizationalUnit("client"));
  CHECK_FALSE(identity->HasOrganizationalUnit("admin"));
  CHECK(identity->GetAttribute("role") == "inspector");
  CHECK_FALSE(identity->GetAttribute("none").has_value());
  CHECK(identity->AssertAttribute("level", "3").ok());
  CHECK(identity->AssertAttribute("level", "4").message() == "attribute 'level' is '3', not '4'");
  CHECK(absl::IsPermissionDenied(identity->AssertAttribute("none", "x")));
}

TEST_CASE("A certificate without or with malformed attributes") {
  const TestCa ca("ca");
  CHECK(IdentityOf(ca.Issue("bob").certificate->ToPem())->attributes().empty());
  CertificateTemplate t = TestTemplate("mallory");
  t.attributes_json = R"({"attrs":{"role":7}})";
  CHECK(absl::IsFailedPrecondition(IdentityOf(ca.Issue(t).certificate->ToPem()).status()));
  CHECK(absl::IsFailedPrecondition(IdentityOf("no certificate").status()));
}

}  // namespace
}  // namespace suyuan
