#include "network/msp/msp.h"

#include <catch2/catch.hpp>

#include "network/msp/testing/test_organization.h"

namespace suyuan {
namespace {

using ::common::MSPRole;

::common::MSPPrincipal RoleOf(const std::string& msp_id, MSPRole::MSPRoleType role) {
  MSPRole content;
  content.set_msp_identifier(msp_id);
  content.set_role(role);
  ::common::MSPPrincipal principal;
  principal.set_principal(content.SerializeAsString());
  return principal;
}

IdentityPtr Parsed(const Msp& msp, const SigningIdentity& signer) {
  auto identity = msp.Deserialize(signer.serialized());
  REQUIRE(identity.ok());
  return *identity;
}

TEST_CASE("Each role fits its own principal and MEMBER only", "[msp]") {
  TestOrganization org("Org1MSP");
  const auto msp = org.MakeMsp();
  const struct {
    std::shared_ptr<const SigningIdentity> signer;
    MSPRole::MSPRoleType role;
  } rows[] = {{org.NewClient(), MSPRole::CLIENT},
              {org.NewPeer(), MSPRole::PEER},
              {org.NewAdmin(), MSPRole::ADMIN},
              {org.NewOrderer(), MSPRole::ORDERER}};
  for (const auto& row : rows) {
    const IdentityPtr identity = Parsed(*msp, *row.signer);
    CHECK(msp->Validate(*identity) == absl::OkStatus());
    for (const auto role : {MSPRole::CLIENT, MSPRole::PEER, MSPRole::ADMIN, MSPRole::ORDERER}) {
      CHECK(msp->Satisfies(*identity, RoleOf("Org1MSP", role)).ok() == (role == row.role));
    }
    CHECK(msp->Satisfies(*identity, RoleOf("Org1MSP", MSPRole::MEMBER)).ok());
    CHECK(absl::IsPermissionDenied(msp->Satisfies(*identity, RoleOf("Org2MSP", MSPRole::MEMBER))));
  }
}

TEST_CASE("A signature verifies under the deserialised identity", "[msp]") {
  TestOrganization org("Org1MSP");
  const auto msp = org.MakeMsp();
  const auto signer = org.NewPeer();
  const auto signature = signer->Sign({"a", "bc"});
  REQUIRE(signature.ok());
  const IdentityPtr identity = Parsed(*msp, *signer);
  CHECK(identity->Verify({"ab", "c"}, *signature) == absl::OkStatus());
  CHECK(absl::IsUnauthenticated(identity->Verify({"abd"}, *signature)));
}

absl::Status Validity(const Msp& msp, const SigningIdentity& signer) {
  return msp.Validate(*Parsed(msp, signer));
}

TEST_CASE("With NodeOUs a certificate carries exactly one role unit", "[msp]") {
  TestOrganization org("Org1MSP");
  const auto msp = org.MakeMsp();
  CHECK(Validity(*msp, *org.NewMember("a", {"sales", "client"})).ok());
  CHECK(absl::IsUnauthenticated(Validity(*msp, *org.NewMember("b", {"sales"}))));
  CHECK(absl::IsUnauthenticated(Validity(*msp, *org.NewMember("c", {}))));
  CHECK(absl::IsUnauthenticated(Validity(*msp, *org.NewMember("d", {"client", "peer"}))));
  CHECK(absl::IsUnauthenticated(Validity(*msp, *org.NewMember("e", {"peer", "peer"}))));
}

TEST_CASE("Without NodeOUs there are members and listed admins only", "[msp]") {
  TestOrganization org("Org1MSP");
  const TestCertificate admin = org.ca().Issue("boss");
  auto config = org.fabric_config();
  config.clear_fabric_node_ous();
  config.add_admins(admin.certificate->ToPem());
  const auto msp = Msp::Create(WrapMspConfig(config)).value();
  const IdentityPtr boss = Parsed(*msp, *org.SignerFor(admin));
  const IdentityPtr other = Parsed(*msp, *org.NewMember("other", {"peer"}));
  CHECK(msp->Satisfies(*boss, RoleOf("Org1MSP", MSPRole::ADMIN)).ok());
  CHECK(msp->Satisfies(*other, RoleOf("Org1MSP", MSPRole::MEMBER)).ok());
  CHECK_FALSE(msp->Satisfies(*other, RoleOf("Org1MSP", MSPRole::ADMIN)).ok());
  CHECK_FALSE(msp->Satisfies(*other, RoleOf("Org1MSP", MSPRole::PEER)).ok());
}

TEST_CASE("A revoked member is refused, others stay", "[msp]") {
  TestOrganization org("Org1MSP");
  const auto good = org.NewClient("good"), bad = org.NewClient("bad");
  org.Revoke(*bad);
  const auto msp = org.MakeMsp();
  CHECK(Validity(*msp, *good).ok());
  CHECK(absl::IsUnauthenticated(Validity(*msp, *bad)));
  CHECK(absl::IsPermissionDenied(
      msp->Satisfies(*Parsed(*msp, *bad), RoleOf("Org1MSP", MSPRole::MEMBER))));
}

TEST_CASE("A TLS certificate is good while it lasts and is not revoked", "[msp]") {
  TestOrganization org("Org1MSP");
  const TestOrganization other("Org2MSP");
  const CertificatePtr good = org.tls_ca().IssueTls("good").certificate;
  const CertificatePtr bad = org.tls_ca().IssueTls("bad").certificate;
  const absl::Time now = TestNotBefore() + absl::Hours(24);
  // Not good any more for the next configuration, though this one remembers it.
  const auto before = org.MakeMsp();
  CHECK(before->CheckTls(bad, now).ok());
  org.RevokeTls(bad);
  const auto msp = org.MakeMsp();
  for (int i = 0; i < 2; ++i) {
    CHECK(msp->CheckTls(good, now).ok());
    const absl::Status revoked = msp->CheckTls(bad, now);
    CHECK(absl::IsUnauthenticated(revoked));
    CHECK_THAT(std::string(revoked.message()),
               Catch::Contains("CN=bad") && Catch::Contains("revoked"));
    CHECK(absl::IsUnauthenticated(msp->CheckTls(good, TestNotAfter() + absl::Hours(1))));
    CHECK(absl::IsUnauthenticated(
        msp->CheckTls(other.tls_ca().IssueTls("foreign").certificate, now)));
    // Of the organisation, but not for TLS.
    CHECK(absl::IsUnauthenticated(msp->CheckTls(org.ca().Issue("peer0").certificate, now)));
  }
}

TEST_CASE("Validity is judged as of the member certificate's own start", "[msp]") {
  TestOrganization org("Org1MSP");
  const auto msp = org.MakeMsp();
  CertificateTemplate t = TestTemplate("expired", {"client"});
  t.not_after = t.not_before + absl::Hours(1);
  CHECK(Validity(*msp, *org.SignerFor(org.ca().Issue(t))).ok());
  t = TestTemplate("early", {"client"});
  t.not_before -= absl::Hours(1);
  CHECK(absl::IsUnauthenticated(Validity(*msp, *org.SignerFor(org.ca().Issue(t)))));
}

TEST_CASE("Foreign and CA certificates are no members", "[msp]") {
  TestOrganization org("Org1MSP"), impostor("Org1MSP");
  const auto msp = org.MakeMsp();
  CHECK(absl::IsUnauthenticated(Validity(*msp, *impostor.NewClient())));
  CHECK(absl::IsUnauthenticated(
      Validity(*msp, *org.SignerFor({org.ca().certificate(),
                                     PrivateKey::FromPem(org.ca().key().ToPem()).value()}))));
}

TEST_CASE("A root that certifies an intermediate does not certify members", "[msp]") {
  TestOrganization org("Org1MSP");
  TestCa middle("middle", org.ca());
  auto config = org.fabric_config();
  config.add_intermediate_certs(middle.pem());
  const auto msp = Msp::Create(WrapMspConfig(config)).value();
  CHECK(Validity(*msp, *org.SignerFor(middle.Issue("m", {"peer"}))).ok());
  CHECK(absl::IsUnauthenticated(Validity(*msp, *org.NewPeer())));
}

TEST_CASE("A role unit may be bound to one CA", "[msp]") {
  TestOrganization org("Org1MSP");
  TestCa people("people", org.ca()), machines("machines", org.ca());
  auto config = org.fabric_config();
  config.add_intermediate_certs(people.pem());
  config.add_intermediate_certs(machines.pem());
  config.mutable_fabric_node_ous()->mutable_peer_ou_identifier()->set_certificate(machines.pem());
  const auto msp = Msp::Create(WrapMspConfig(config)).value();
  CHECK(Validity(*msp, *org.SignerFor(machines.Issue("p", {"peer"}))).ok());
  CHECK(Validity(*msp, *org.SignerFor(people.Issue("c", {"client"}))).ok());
  CHECK(absl::IsUnauthenticated(Validity(*msp, *org.SignerFor(people.Issue("p", {"peer"})))));
}

TEST_CASE("OU, IDENTITY and COMBINED principals", "[msp]") {
  TestOrganization org("Org1MSP");
  const auto msp = org.MakeMsp();
  const auto signer = org.NewMember("m", {"client", "sales"});
  const IdentityPtr identity = Parsed(*msp, *signer);
  ::common::OrganizationUnit unit;
  unit.set_msp_identifier("Org1MSP");
  unit.set_organizational_unit_identifier("sales");
  unit.set_certifiers_identifier(Sha256(org.ca().certificate()->der()));
  ::common::MSPPrincipal principal;
  principal.set_principal_classification(::common::MSPPrincipal::ORGANIZATION_UNIT);
  principal.set_principal(unit.SerializeAsString());
  CHECK(msp->Satisfies(*identity, principal) == absl::OkStatus());

  ::common::CombinedPrincipal all;
  *all.add_principals() = principal;
  *all.add_principals() = RoleOf("Org1MSP", MSPRole::CLIENT);
  ::common::MSPPrincipal combined;
  combined.set_principal_classification(::common::MSPPrincipal::COMBINED);
  combined.set_principal(all.SerializeAsString());
  CHECK(msp->Satisfies(*identity, combined) == absl::OkStatus());
  *all.add_principals() = RoleOf("Org1MSP", MSPRole::PEER);
  combined.set_principal(all.SerializeAsString());
  CHECK(absl::IsPermissionDenied(msp->Satisfies(*identity, combined)));

  principal.set_principal_classification(::common::MSPPrincipal::IDENTITY);
  principal.set_principal(signer->serialized());
  CHECK(msp->Satisfies(*identity, principal) == absl::OkStatus());
  CHECK(absl::IsPermissionDenied(msp->Satisfies(*Parsed(*msp, *org.NewClient()), principal)));
  principal.set_principal_classification(::common::MSPPrincipal::ANONYMITY);
  CHECK(absl::IsInvalidArgument(msp->Satisfies(*identity, principal)));
}

TEST_CASE("A broken configuration names the field", "[msp]") {
  TestOrganization org("Org1MSP"), foreign("Org2MSP");
  const auto message = [](const ::msp::FabricMSPConfig& config) {
    const auto status = Msp::Create(WrapMspConfig(config)).status();
    CHECK(absl::IsInvalidArgument(status));
    return std::string(status.message());
  };
  using Catch::Matchers::Contains;
  auto config = org.fabric_config();
  config.clear_root_certs();
  CHECK_THAT(message(config), Contains("root_certs"));
  config = org.fabric_config();
  config.add_root_certs("junk");
  CHECK_THAT(message(config), Contains("root_certs[1]"));
  config = org.fabric_config();
  config.add_intermediate_certs(TestCa("m", foreign.ca()).pem());
  CHECK_THAT(message(config), Contains("intermediate_certs"));
  config = org.fabric_config();
  config.add_admins(foreign.ca().Issue("x", {"admin"}).certificate->ToPem());
  CHECK_THAT(message(config), Contains("admins"));
  config = org.fabric_config();
  config.mutable_crypto_config()->set_signature_hash_family("SHA1");
  CHECK_THAT(message(config), Contains("signature_hash_family"));
  config = org.fabric_config();
  config.add_revocation_list("junk");
  CHECK_THAT(message(config), Contains("revocation_list[0]"));
  config = org.fabric_config();
  config.clear_name();
  CHECK_THAT(message(config), Contains("name"));
  ::msp::MSPConfig idemix = org.config();
  idemix.set_type(1);
  CHECK(absl::IsInvalidArgument(Msp::Create(idemix).status()));
}

TEST_CASE("A manager finds the MSP that an identity names", "[msp]") {
  TestOrganization one("Org1MSP"), two("Org2MSP"), three("Org3MSP");
  const auto msps = MakeMspManager({&two, &one});
  REQUIRE(msps->msps().size() == 2);
  CHECK(msps->msps()[0]->id() == "Org1MSP");
  CHECK(msps->Find("Org3MSP") == nullptr);
  const auto signer = two.NewPeer();
  const auto identity = msps->Deserialize(signer->serialized());
  REQUIRE(identity.ok());
  CHECK(*msps->Deserialize(signer->serialized()) == *identity);  // cached
  CHECK(msps->Validate(**identity) == absl::OkStatus());
  CHECK(absl::IsInvalidArgument(msps->Deserialize(three.NewPeer()->serialized()).status()));
  CHECK(absl::IsInvalidArgument(msps->Deserialize("junk").status()));
  CHECK(absl::IsInvalidArgument(msps->Deserialize("").status()));
  CHECK(absl::IsInvalidArgument(MspManager::Create({one.MakeMsp(), one.MakeMsp()}).status()));
}

TEST_CASE("A signing identity needs the key of its certificate", "[identity]") {
  TestCa ca("ca");
  const TestCertificate a = ca.Issue("a"), b = ca.Issue("b");
  CHECK(MakeSigningIdentity("X", a.certificate->ToPem(), a.key->ToPem()).ok());
  CHECK(absl::IsInvalidArgument(
      MakeSigningIdentity("X", a.certificate->ToPem(), b.key->ToPem()).status()));
  CHECK(absl::IsInvalidArgument(MakeSigningIdentity("X", "junk", b.key->ToPem()).status()));
}

}  // namespace
}  // namespace suyuan
