// The one kind of Certificate, and from it to OpenSSL's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network/crypto/certificate.h"
#include "network/crypto/openssl_handles.h"

namespace suyuan {

class X509Certificate final : public Certificate {
 public:
  // `x509` is not shared with anyone.
  //   kInvalidArgument  an unsupported key or a malformed field
  static absl::StatusOr<CertificatePtr> Wrap(X509Ptr x509);

  const std::string& der() const override { return fields_.der; }
  std::string ToPem() const override;
  const std::string& common_name() const override { return fields_.common_name; }
  const std::string& subject() const override { return fields_.subject; }
  const std::string& issuer() const override { return fields_.issuer; }
  const std::string& subject_der() const override { return fields_.subject_der; }
  const std::string& issuer_der() const override { return fields_.issuer_der; }
  const std::vector<std::string>& organizational_units() const override {
    return fields_.organizational_units;
  }
  const std::string& serial_hex() const override { return fields_.serial_hex; }
  absl::Time not_before() const override { return fields_.not_before; }
  absl::Time not_after() const override { return fields_.not_after; }
  bool is_ca() const override { return fields_.is_ca; }
  const std::string& subject_key_id() const override { return fields_.subject_key_id; }
  const std::string& authority_key_id() const override { return fields_.authority_key_id; }
  std::vector<std::string> dns_names() const override;
  const std::shared_ptr<const PublicKey>& public_key() const override { return fields_.public_key; }
  std::optional<std::string> extension(absl::string_view oid) const override;
  const std::string& fingerprint() const override { return fields_.fingerprint; }
  const std::string& content_fingerprint() const override { return fields_.content_fingerprint; }
  absl::Status SignedBy(const Certificate& ca) const override;

  // Safe to share between threads for reading: all that OpenSSL computes on first
  // use was computed by Wrap().
  X509* native() const { return x509_.get(); }

 private:
  // What is asked for again and again, taken out once.
  struct Fields {
    std::string der, common_name, subject, issuer, subject_der, issuer_der, serial_hex;
    std::vector<std::string> organizational_units;
    absl::Time not_before, not_after;
    bool is_ca = false;
    std::string subject_key_id, authority_key_id, fingerprint, content_fingerprint;
    std::shared_ptr<const PublicKey> public_key;
  };

  X509Certificate(X509Ptr x509, Fields fields)
      : x509_(std::move(x509)), fields_(std::move(fields)) {}

  const X509Ptr x509_;
  const Fields fields_;
};

// Every Certificate is an X509Certificate; a fake is a bug here.
X509* Native(const Certificate& certificate);

// What the issuer signed of `der`, a well-formed certificate or list: its first element.
absl::string_view SignedContent(absl::string_view der);

// RFC 2253 text of a name.
std::string NameText(const X509_NAME* name);
// All values of one attribute of a name, as UTF-8, in order.
std::vector<std::string> NameEntries(const X509_NAME* name, int nid);
// The dNSName and iPAddress entries of a subjectAltName.
struct AlternativeNames {
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
};
AlternativeNames ReadAlternativeNames(const GENERAL_NAMES* names);
// kInvalidArgument  not a time
absl::StatusOr<absl::Time> ToTime(const ASN1_TIME* time, absl::string_view field);
std::string SerialHex(const ASN1_INTEGER* serial);

}  // namespace suyuan
