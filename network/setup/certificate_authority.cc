#include "network/setup/certificate_authority.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace fs = std::filesystem;
namespace {

constexpr absl::Duration kClockSkew = absl::Minutes(5);
constexpr uint64_t kMaxFileBytes = 1 << 20;

bool IsAddress(const std::string& host) {
  in6_addr buffer;
  return inet_pton(AF_INET, host.c_str(), &buffer) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &buffer) == 1;
}

absl::Time Seconds(absl::Time t) { return absl::FromUnixSeconds(absl::ToUnixSeconds(t)); }

}  // namespace

absl::Status WriteKeyFile(const fs::path& path, const PrivateKey& key) {
  return WriteFileAtomically(path, key.ToPem(), 0600);
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> LoadKey(const fs::path& path) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(auto key, PrivateKey::FromPem(pem), path.string());
  return key;
}

absl::StatusOr<CertificatePtr> LoadCertificate(const fs::path& path) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kMaxFileBytes));
  SUYUAN_ASSIGN_OR_RETURN(auto certificate, Certificate::FromPem(pem), path.string());
  return certificate;
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> LoadOrMakeKey(const fs::path& path,
                                                                KeyAlgorithm algorithm) {
  if (fs::exists(path)) return LoadKey(path);
  SUYUAN_ASSIGN_OR_RETURN(auto key, PrivateKey::Generate(algorithm));
  SUYUAN_RETURN_IF_ERROR(WriteKeyFile(path, *key));
  return key;
}

void AddHosts(const std::vector<std::string>& hosts, CertificateTemplate* t) {
  for (const std::string& host : hosts) {
    auto& list = IsAddress(host) ? t->ip_addresses : t->dns_names;
    if (std::find(list.begin(), list.end(), host) == list.end()) list.push_back(host);
  }
}

absl::StatusOr<CertificateAuthority> CertificateAuthority::LoadOrMake(
    const fs::path& dir, const std::string& name, const std::string& organization,
    KeyAlgorithm algorithm, const Validity& validity) {
  const fs::path file = dir / (name + ".pem");
  if (fs::exists(file)) return Load(dir, name);
  SUYUAN_ASSIGN_OR_RETURN(auto key, LoadOrMakeKey(dir / (name + ".key"), algorithm));
  CertificateTemplate t;
  t.common_name = absl::StrCat(name, ".", organization);
  t.organization = organization;
  t.is_ca = true;
  t.not_before = Seconds(validity.now - kClockSkew);
  t.not_after = Seconds(validity.now + validity.lifetime);
  SUYUAN_ASSIGN_OR_RETURN(auto certificate, IssueCertificate(t, *key->public_key(), nullptr, *key));
  SUYUAN_RETURN_IF_ERROR(WriteFileAtomically(file, certificate->ToPem()));
  return CertificateAuthority(std::move(certificate), std::move(key));
}

absl::StatusOr<CertificateAuthority> CertificateAuthority::Load(const fs::path& dir,
                                                                const std::string& name) {
  SUYUAN_ASSIGN_OR_RETURN(auto certificate, LoadCertificate(dir / (name + ".pem")));
  SUYUAN_ASSIGN_OR_RETURN(auto key, LoadKey(dir / (name + ".key")));
  if (key->public_key()->ToDer() != certificate->public_key()->ToDer()) {
    return absl::InvalidArgumentError(absl::StrCat((dir / (name + ".key")).string(),
                                                   " is not the key of ", name, ".pem beside it"));
  }
  return CertificateAuthority(std::move(certificate), std::move(key));
}

absl::StatusOr<CertificatePtr> CertificateAuthority::Issue(CertificateTemplate t,
                                                           const PublicKey& subject,
                                                           const Validity& validity) const {
  t.not_before = std::max(Seconds(validity.now - kClockSkew), certificate_->not_before());
  t.not_after = std::min(Seconds(validity.now + validity.lifetime), certificate_->not_after());
  return IssueCertificate(t, subject, certificate_.get(), *key_);
}

}  // namespace suyuan
