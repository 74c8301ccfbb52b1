// A certificate and its key in two PEM files, as issuer of further certificates.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/crypto/certificate.h"
#include "network/crypto/keys.h"

namespace suyuan {

// Writes a private key for its owner alone (mode 0600).
absl::Status WriteKeyFile(const std::filesystem::path& path, const PrivateKey& key);
// The key in `path`, or a new one, which is then written there.
absl::StatusOr<std::shared_ptr<const PrivateKey>> LoadOrMakeKey(const std::filesystem::path& path,
                                                                KeyAlgorithm algorithm);
absl::StatusOr<std::shared_ptr<const PrivateKey>> LoadKey(const std::filesystem::path& path);
absl::StatusOr<CertificatePtr> LoadCertificate(const std::filesystem::path& path);

// Sorts `hosts` into the template's DNS names and IP addresses.
void AddHosts(const std::vector<std::string>& hosts, CertificateTemplate* t);

struct Validity {
  absl::Time now;
  absl::Duration lifetime;
};

// Immutable, thread-safe.
class CertificateAuthority {
 public:
  // Loads DIR/NAME.pem and DIR/NAME.key; makes what is missing (the certificate of
  // an existing key, or both) when the certificate is absent.
  static absl::StatusOr<CertificateAuthority> LoadOrMake(const std::filesystem::path& dir,
                                                         const std::string& name,
                                                         const std::string& organization,
                                                         KeyAlgorithm algorithm,
                                                         const Validity& validity);
  //   kNotFound  the files are absent: another machine holds the key
  static absl::StatusOr<CertificateAuthority> Load(const std::filesystem::path& dir,
                                                   const std::string& name);

  const Certificate& certificate() const { return *certificate_; }
  const PrivateKey& key() const { return *key_; }

  // `t` with dates: from five minutes before now (clocks differ), never outside of
  // the authority's own.
  absl::StatusOr<CertificatePtr> Issue(CertificateTemplate t, const PublicKey& subject,
                                       const Validity& validity) const;

 private:
  CertificateAuthority(CertificatePtr certificate, std::shared_ptr<const PrivateKey> key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}

  CertificatePtr certificate_;
  std::shared_ptr<const PrivateKey> key_;
};

}  // namespace suyuan
