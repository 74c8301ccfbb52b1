// What certificates, requests and revocation lists are made of, shared by the files
// that make them.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "network/crypto/certificate.h"
#include "network/crypto/openssl_handles.h"

namespace suyuan {

// The subject of `t`.
absl::StatusOr<X509NamePtr> SubjectName(const CertificateTemplate& t);

// OpenSSL's text for the alternative names of `t`: "DNS:a,IP:127.0.0.1". Empty for none.
//   kInvalidArgument  a name with a comma or a control character
absl::StatusOr<std::string> AlternativeNamesText(const CertificateTemplate& t);

absl::StatusOr<Asn1TimePtr> ToAsn1Time(absl::Time time);

// Signs until `signature()` has a low s where the algorithm has one: stock Fabric
// re-encodes certificates that have not, and then knows them by other bytes.
absl::Status SignLowS(const PrivateKey& key, const std::function<int(EVP_MD_CTX*)>& sign,
                      const std::function<const ASN1_BIT_STRING*()>& signature);

}  // namespace suyuan
