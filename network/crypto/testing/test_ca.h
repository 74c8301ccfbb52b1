// Certificates for tests, in one call: valid from 2020 to 2040.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network/crypto/certificate.h"

namespace suyuan {

struct TestCertificate {
  CertificatePtr certificate;
  std::shared_ptr<const PrivateKey> key;
};

absl::Time TestNotBefore();  // 2020-01-01
absl::Time TestNotAfter();   // 2040-01-01

// `common_name` with `organizational_units`, valid over the test period.
CertificateTemplate TestTemplate(const std::string& common_name,
                                 std::vector<std::string> organizational_units = {});

// A CA with its key: a root, or an intermediate under another TestCa. Aborts on
// mistakes. Thread-safe once built.
class TestCa {
 public:
  explicit TestCa(const std::string& name, KeyAlgorithm algorithm = KeyAlgorithm::kEcdsaP256);
  // An intermediate.
  TestCa(const std::string& name, const TestCa& parent,
         KeyAlgorithm algorithm = KeyAlgorithm::kEcdsaP256);

  const CertificatePtr& certificate() const { return certificate_; }
  const PrivateKey& key() const { return *key_; }
  std::string pem() const { return certificate_->ToPem(); }

  // A certificate with a fresh key of the CA's algorithm.
  TestCertificate Issue(const CertificateTemplate& t) const;
  // Short for Issue(TestTemplate(...)).
  TestCertificate Issue(const std::string& common_name,
                        std::vector<std::string> organizational_units = {}) const;
  // For TLS: `common_name`, localhost and 127.0.0.1 as alternative names.
  TestCertificate IssueTls(const std::string& common_name) const;

  // PEM of a list of these certificates' serials.
  std::string RevocationListPem(absl::Span<const CertificatePtr> revoked) const;

 private:
  KeyAlgorithm algorithm_;
  std::shared_ptr<const PrivateKey> key_;
  CertificatePtr certificate_;
};

}  // namespace suyuan
