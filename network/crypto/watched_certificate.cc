#include "network/crypto/watched_certificate.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::Status AppendPem(absl::string_view kind, absl::string_view where, absl::string_view pem,
                       std::vector<WatchedCertificate>* out) {
  constexpr absl::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  size_t at = pem.find(kBegin);
  do {
    const absl::string_view rest = at == absl::string_view::npos ? "" : pem.substr(at);
    SUYUAN_ASSIGN_OR_RETURN(CertificatePtr certificate, Certificate::FromPem(rest),
                            std::string(where));
    out->push_back({std::string(kind), std::string(where), std::move(certificate)});
    at = pem.find(kBegin, at + kBegin.size());
  } while (at != absl::string_view::npos);
  return absl::OkStatus();
}

Expiry JudgeExpiry(const Certificate& certificate, absl::Time now) {
  if (certificate.not_after() < now) return Expiry::kPast;
  return certificate.not_after() - now <= kExpiryWarning ? Expiry::kSoon : Expiry::kFarOff;
}

}  // namespace suyuan
