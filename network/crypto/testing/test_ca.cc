#include "network/crypto/testing/test_ca.h"

#include "network/common/check.h"

namespace suyuan {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  SUYUAN_CHECK(value.ok());
  return *std::move(value);
}

CertificateTemplate CaTemplate(const std::string& name) {
  CertificateTemplate t = TestTemplate(name);
  t.is_ca = true;
  return t;
}

}  // namespace

absl::Time TestNotBefore() { return absl::FromUnixSeconds(1577836800); }
absl::Time TestNotAfter() { return absl::FromUnixSeconds(2208988800); }

CertificateTemplate TestTemplate(const std::string& common_name,
                                 std::vector<std::string> organizational_units) {
  CertificateTemplate t;
  t.common_name = common_name;
  t.organization = "Suyuan test";
  t.organizational_units = std::move(organizational_units);
  t.not_before = TestNotBefore();
  t.not_after = TestNotAfter();
  return t;
}

TestCa::TestCa(const std::string& name, KeyAlgorithm algorithm)
    : algorithm_(algorithm),
      key_(Must(PrivateKey::Generate(algorithm))),
      certificate_(Must(IssueCertificate(CaTemplate(name), *key_->public_key(), nullptr, *key_))) {}

TestCa::TestCa(const std::string& name, const TestCa& parent, KeyAlgorithm algorithm)
    : algorithm_(algorithm),
      key_(Must(PrivateKey::Generate(algorithm))),
      certificate_(Must(IssueCertificate(CaTemplate(name), *key_->public_key(),
                                         parent.certificate().get(), parent.key()))) {}

TestCertificate TestCa::Issue(const CertificateTemplate& t) const {
  auto key = Must(PrivateKey::Generate(algorithm_));
  auto certificate = Must(IssueCertificate(t, *key->public_key(), certificate_.get(), *key_));
  return {std::move(certificate), std::move(key)};
}

TestCertificate TestCa::Issue(const std::string& common_name,
                              std::vector<std::string> organizational_units) const {
  return Issue(TestTemplate(common_name, std::move(organizational_units)));
}

TestCertificate TestCa::IssueTls(const std::string& common_name) const {
  CertificateTemplate t = TestTemplate(common_name);
  t.for_tls = true;
  t.dns_names = {common_name, "localhost"};
  t.ip_addresses = {"127.0.0.1"};
  return Issue(t);
}

std::string TestCa::RevocationListPem(absl::Span<const CertificatePtr> revoked) const {
  std::vector<std::string> serials;
  for (const CertificatePtr& certificate : revoked) serials.push_back(certificate->serial_hex());
  return Must(IssueRevocationList(*certificate_, *key_, serials, TestNotBefore(), TestNotAfter()));
}

}  // namespace suyuan
