// Certificates whose end an operator must hear of in time.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/crypto/certificate.h"

namespace suyuan {

struct WatchedCertificate {
  // "identity" and "tls" of the node itself; "ca" and "tls_ca" of an organisation.
  std::string kind;
  std::string where;  // a file, or the organisation
  CertificatePtr certificate;
};

// Every certificate of a PEM text.
//   kInvalidArgument  one is malformed, or there is none
absl::Status AppendPem(absl::string_view kind, absl::string_view where, absl::string_view pem,
                       std::vector<WatchedCertificate>* out);

// How long before its end a certificate is warned of: time enough for a CA in another
// house, and for the configuration update that a CA's renewal takes.
inline constexpr absl::Duration kExpiryWarning = absl::Hours(24 * 30);

enum class Expiry { kFarOff, kSoon, kPast };
Expiry JudgeExpiry(const Certificate& certificate, absl::Time now);

}  // namespace suyuan
