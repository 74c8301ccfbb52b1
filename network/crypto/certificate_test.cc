#include "network/crypto/certificate.h"

#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "network/crypto/testing/test_ca.h"

namespace suyuan {
namespace {

const absl::Time kAt = TestNotBefore() + absl::Seconds(1);

TEST_CASE("A certificate tells what its template said", "[certificate]") {
  TestCa ca("ca");
  CertificateTemplate t = TestTemplate("peer0.org1", {"peer", "plant 7"});
  t.country = "CN";
  t.dns_names = {"peer0.org1", "localhost"};
  t.ip_addresses = {"127.0.0.1"};
  t.attributes_json = R"({"attrs":{"role":"qa"}})";
  const CertificatePtr certificate = ca.Issue(t).certificate;
  CHECK(certificate->common_name() == "peer0.org1");
  CHECK(certificate->organizational_units() == std::vector<std::string>{"peer", "plant 7"});
  CHECK(certificate->subject() == "CN=peer0.org1,OU=plant 7,OU=peer,O=Suyuan test,C=CN");
  CHECK(certificate->issuer() == "CN=ca,O=Suyuan test");
  CHECK(certificate->issuer_der() == ca.certificate()->subject_der());
  CHECK(certificate->not_before() == TestNotBefore());
  CHECK(certificate->not_after() == TestNotAfter());
  CHECK_FALSE(certificate->is_ca());
  CHECK(ca.certificate()->is_ca());
  CHECK(certificate->authority_key_id() == ca.certificate()->subject_key_id());
  CHECK(certificate->dns_names() == std::vector<std::string>{"peer0.org1", "localhost"});
  CHECK(certificate->extension("1.2.3.4.5.6.7.8.1") == t.attributes_json);
  CHECK(certificate->extension("1.2.3.4") == std::nullopt);
  CHECK(certificate->extension("not an oid") == std::nullopt);
  CHECK(certificate->fingerprint() == Sha256(certificate->der()));
  CHECK(certificate->serial_hex().size() == 32);
  CHECK(certificate->SignedBy(*ca.certificate()) == absl::OkStatus());
  const auto again = Certificate::FromPem("text before\n" + certificate->ToPem());
  REQUIRE(again.ok());
  CHECK((*again)->der() == certificate->der());
}

TEST_CASE("Damaged certificates are refused, never crash", "[certificate]") {
  TestCa ca("ca");
  const std::string der = ca.Issue("x").certificate->der();
  CHECK(absl::IsInvalidArgument(Certificate::FromDer(der + "x").status()));
  CHECK(absl::IsInvalidArgument(Certificate::FromDer("").status()));
  CHECK(absl::IsInvalidArgument(Certificate::FromPem("").status()));
  CHECK(absl::IsInvalidArgument(Certificate::FromPem(std::string(70000, 'x')).status()));
  CHECK(absl::IsInvalidArgument(Certificate::FromPem(ca.key().ToPem()).status()));
  for (size_t size = 0; size < der.size(); size += 3) {
    CHECK_FALSE(Certificate::FromDer(der.substr(0, size)).ok());
  }
  for (size_t i = 0; i < der.size(); ++i) {
    std::string flipped = der;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
    const auto certificate = Certificate::FromDer(flipped);
    if (certificate.ok()) CHECK_FALSE((*certificate)->SignedBy(*ca.certificate()).ok());
  }
}

TEST_CASE("A chain is checked as of the given time", "[chain]") {
  TestCa ca("ca");
  const CertificatePtr leaf = ca.Issue("leaf").certificate;
  CHECK(BuildChain(leaf, {ca.certificate()}, {}, kAt).ok());
  for (const absl::Time at :
       {TestNotBefore() - absl::Seconds(1), TestNotAfter() + absl::Seconds(1)}) {
    CHECK(absl::IsUnauthenticated(BuildChain(leaf, {ca.certificate()}, {}, at).status()));
  }
}

TEST_CASE("A chain needs the right root and every intermediate", "[chain]") {
  TestCa root("root"), other("root");
  TestCa middle("middle", root);
  const CertificatePtr leaf = middle.Issue("leaf").certificate;
  CHECK(BuildChain(leaf, {root.certificate()}, {middle.certificate()}, kAt).ok());
  CHECK_FALSE(BuildChain(leaf, {root.certificate()}, {}, kAt).ok());
  CHECK_FALSE(BuildChain(leaf, {other.certificate()}, {middle.certificate()}, kAt).ok());
  CHECK_FALSE(BuildChain(leaf, {}, {middle.certificate(), root.certificate()}, kAt).ok());
  // An intermediate is no root, even when it is on the list of roots.
  CHECK_FALSE(BuildChain(leaf, {middle.certificate()}, {}, kAt).ok());
}

TEST_CASE("A member cannot certify others", "[chain]") {
  TestCa root("root");
  const TestCertificate member = root.Issue("member");
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256).value();
  const auto forged = IssueCertificate(TestTemplate("forged"), *key->public_key(),
                                       member.certificate.get(), *member.key);
  REQUIRE(forged.ok());
  CHECK_FALSE(BuildChain(*forged, {root.certificate()}, {member.certificate}, kAt).ok());
  CHECK_FALSE((*forged)->SignedBy(*member.certificate).ok());
}

TEST_CASE("A revocation list revokes its CA's certificates only", "[crl]") {
  TestCa ca("ca"), namesake("ca"), other("other");
  const CertificatePtr good = ca.Issue("good").certificate;
  const CertificatePtr bad = ca.Issue("bad").certificate;
  const auto list = RevocationList::Parse(ca.RevocationListPem({bad})).value();
  CHECK(list->Revokes(*bad));
  CHECK_FALSE(list->Revokes(*good));
  CHECK(list->SignedBy(*ca.certificate()) == absl::OkStatus());
  CHECK_FALSE(list->SignedBy(*namesake.certificate()).ok());
  CHECK_FALSE(list->SignedBy(*other.certificate()).ok());
  CHECK_FALSE(RevocationList::Parse(other.RevocationListPem({bad})).value()->Revokes(*bad));
  CHECK(absl::IsInvalidArgument(RevocationList::Parse("junk").status()));
  CHECK(absl::IsInvalidArgument(RevocationList::Parse("").status()));
  CHECK(absl::IsInvalidArgument(
      IssueRevocationList(*ca.certificate(), ca.key(), {"xy"}, kAt, kAt).status()));
}

TEST_CASE("A request shows its names and holds its key", "[csr]") {
  const auto key = PrivateKey::Generate(KeyAlgorithm::kEcdsaP256).value();
  CertificateTemplate t = TestTemplate("node1", {"peer"});
  t.dns_names = {"node1", "localhost"};
  t.ip_addresses = {"127.0.0.1"};
  const std::string pem = MakeCertificateRequest(t, *key).value();
  const auto request = ParseCertificateRequest(pem);
  REQUIRE(request.ok());
  CHECK(request->common_name == "node1");
  CHECK(request->organization == "Suyuan test");
  CHECK(request->organizational_units == t.organizational_units);
  CHECK(request->dns_names == t.dns_names);
  CHECK(request->ip_addresses == t.ip_addresses);
  CHECK(request->public_key->ToDer() == key->public_key()->ToDer());
  std::string damaged = pem;
  damaged[damaged.size() / 2] = damaged[damaged.size() / 2] == 'A' ? 'B' : 'A';
  CHECK(absl::IsInvalidArgument(ParseCertificateRequest(damaged).status()));
}

TEST_CASE("A template that makes no sense is refused", "[issuing]") {
  TestCa ca("ca");
  const auto issue = [&](const CertificateTemplate& t) {
    return IssueCertificate(t, *ca.key().public_key(), ca.certificate().get(), ca.key()).status();
  };
  CertificateTemplate t = TestTemplate("");
  CHECK(absl::IsInvalidArgument(issue(t)));
  t = TestTemplate("x");
  t.not_after = t.not_before;
  CHECK(absl::IsInvalidArgument(issue(t)));
  t = TestTemplate("x");
  t.ip_addresses = {"300.1.1.1"};
  CHECK(absl::IsInvalidArgument(issue(t)));
  t = TestTemplate("x");
  t.dns_names = {"a,DNS:b"};
  CHECK(absl::IsInvalidArgument(issue(t)));
}

}  // namespace
}  // namespace suyuan
