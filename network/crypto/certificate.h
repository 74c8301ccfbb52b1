// X.509 (RFC 5280): reading certificates, building chains, revocation lists, and
// issuing for `suyuan crypto`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "network/crypto/keys.h"

namespace suyuan {

class Certificate;
using CertificatePtr = std::shared_ptr<const Certificate>;

// Immutable, thread-safe.
class Certificate {
 public:
  // The first CERTIFICATE block of `pem`; text around it is ignored.
  //   kInvalidArgument  no such block, malformed DER, trailing bytes, an
  //                     unsupported key, or more than 64 KiB
  static absl::StatusOr<CertificatePtr> FromPem(absl::string_view pem);
  static absl::StatusOr<CertificatePtr> FromDer(absl::string_view der);
  virtual ~Certificate() = default;

  virtual const std::string& der() const = 0;
  virtual std::string ToPem() const = 0;
  virtual const std::string& common_name() const = 0;
  // RFC 2253 text of subject and issuer.
  virtual const std::string& subject() const = 0;
  virtual const std::string& issuer() const = 0;
  // DER of the subject and issuer names, for comparison.
  virtual const std::string& subject_der() const = 0;
  virtual const std::string& issuer_der() const = 0;
  // Every organizationalUnitName of the subject, in order.
  virtual const std::vector<std::string>& organizational_units() const = 0;
  // Lower-case hex of the serial number.
  virtual const std::string& serial_hex() const = 0;
  virtual absl::Time not_before() const = 0;
  virtual absl::Time not_after() const = 0;
  virtual bool is_ca() const = 0;
  // Raw bytes; empty when the extension is absent.
  virtual const std::string& subject_key_id() const = 0;
  virtual const std::string& authority_key_id() const = 0;
  virtual std::vector<std::string> dns_names() const = 0;
  virtual const std::shared_ptr<const PublicKey>& public_key() const = 0;
  // Value bytes of an extension by dotted OID, e.g. "1.2.3.4.5.6.7.8.1" for
  // Fabric's attributes. nullopt when absent.
  virtual std::optional<std::string> extension(absl::string_view oid) const = 0;
  // SHA-256 of the DER.
  virtual const std::string& fingerprint() const = 0;
  // SHA-256 of what the CA signed. An ECDSA signature has two valid forms, so one
  // certificate can come in two encodings: this is the same for both.
  virtual const std::string& content_fingerprint() const = 0;
  // OK when `ca`'s key signed this certificate and `ca` is a CA that is named as issuer.
  virtual absl::Status SignedBy(const Certificate& ca) const = 0;
};

// The path from `leaf` to one of `roots` over `intermediates`, leaf first, checked
// as of `at` (RFC 5280 path validation: names, signatures, basic constraints, key
// usage, validity). Roots and intermediates are CA certificates.
//   kUnauthenticated  no such path; the message tells why
absl::StatusOr<std::vector<CertificatePtr>> BuildChain(
    const CertificatePtr& leaf, absl::Span<const CertificatePtr> roots,
    absl::Span<const CertificatePtr> intermediates, absl::Time at);

// Immutable, thread-safe.
class RevocationList {
 public:
  // PEM ("X509 CRL") or DER.  kInvalidArgument  malformed
  static absl::StatusOr<std::shared_ptr<const RevocationList>> Parse(absl::string_view bytes);
  virtual ~RevocationList() = default;
  // OK when `ca` signed this list.
  virtual absl::Status SignedBy(const Certificate& ca) const = 0;
  virtual bool Revokes(const Certificate& certificate) const = 0;
};

// Issuing ------------------------------------------------------------------

struct CertificateTemplate {
  std::string common_name;
  std::string organization;                       // O
  std::vector<std::string> organizational_units;  // OU: the node role, e.g. "peer"
  std::string country, province, locality;        // left out when empty
  std::vector<std::string> dns_names;             // subjectAltName
  std::vector<std::string> ip_addresses;          // subjectAltName, "127.0.0.1"
  absl::Time not_before;
  absl::Time not_after;
  bool is_ca = false;
  bool for_tls = false;  // extended key usage server and client authentication
  // JSON for Fabric's attribute extension 1.2.3.4.5.6.7.8.1; left out when empty.
  std::string attributes_json;
};

// Signs `subject_key` under `ca` (and its key); a self-signed root when `ca` is null.
absl::StatusOr<CertificatePtr> IssueCertificate(const CertificateTemplate& t,
                                                const PublicKey& subject_key, const Certificate* ca,
                                                const PrivateKey& ca_key);

// A PKCS#10 request made elsewhere: its own signature is checked, so the requester
// holds the key.
struct CertificateRequest {
  std::string common_name;
  std::string organization;
  std::vector<std::string> organizational_units;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  std::shared_ptr<const PublicKey> public_key;
};
absl::StatusOr<CertificateRequest> ParseCertificateRequest(absl::string_view pem);
// The PEM of a request, for tests and for `suyuan crypto csr`.
absl::StatusOr<std::string> MakeCertificateRequest(const CertificateTemplate& t,
                                                   const PrivateKey& key);

// A CRL of `serials` (hex), PEM.
absl::StatusOr<std::string> IssueRevocationList(const Certificate& ca, const PrivateKey& ca_key,
                                                absl::Span<const std::string> serials,
                                                absl::Time this_update, absl::Time next_update);

}  // namespace suyuan
