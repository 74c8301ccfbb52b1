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

}  // namespace
}  // namespace suyuan
