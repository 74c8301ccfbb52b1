#include "network/peer/caller_check.h"

#include <catch2/catch.hpp>

#include "network/common/testing/fake_clock.h"
#include "network/msp/testing/test_organization.h"

namespace suyuan {
namespace {

CertificatePtr TlsCertificate(const TestOrganization& organization) {
  return organization.tls_ca().IssueTls("gateway0").certificate;
}

}  // namespace

TEST_CASE("The own organisation's TLS certificates are let in while they last", "[caller_check]") {
  TestOrganization own("OwnMSP");
  const TestOrganization other("OtherMSP");
  FakeClock clock(absl::FromCivil(absl::CivilDay(2030, 1, 1), absl::UTCTimeZone()));
  const CallerCheck check(own.MakeMsp(), &clock);

  const CertificatePtr good = TlsCertificate(own);
  CHECK(check.OwnOrganisation(good).ok());
  CHECK(check.OwnOrganisation(good).ok());
  CHECK(absl::IsPermissionDenied(check.OwnOrganisation(TlsCertificate(other))));
  own.RevokeTls(good);
  CHECK(absl::IsPermissionDenied(CallerCheck(own.MakeMsp(), &clock).OwnOrganisation(good)));

  clock.Set(absl::FromCivil(absl::CivilDay(2100, 1, 1), absl::UTCTimeZone()));
  CHECK(absl::IsPermissionDenied(check.OwnOrganisation(good)));
}

}  // namespace suyuan
