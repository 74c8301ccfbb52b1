#include <openssl/err.h>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "network/crypto/x509_certificate.h"

namespace suyuan {
namespace {

constexpr absl::string_view kListPem[] = {"X509 CRL"};

class X509RevocationList final : public RevocationList {
 public:
  explicit X509RevocationList(X509CrlPtr crl) : crl_(std::move(crl)) {
    // OpenSSL sorts the entries at the first look-up; do it before threads share them.
    X509_REVOKED* revoked = nullptr;
    Asn1IntegerPtr none(ASN1_INTEGER_new());
    X509_CRL_get0_by_serial(crl_.get(), &revoked, none.get());
  }

  absl::Status SignedBy(const Certificate& ca) const override {
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl_.get()), X509_get_subject_name(Native(ca))) != 0) {
      return absl::UnauthenticatedError(
          absl::StrCat("revocation list does not name ", ca.subject(), " as its issuer"));
    }
    if (!SignatureVerifies(ca)) {
      return absl::UnauthenticatedError(
          absl::StrCat(ca.subject(), " did not sign the revocation list"));
    }
    return absl::OkStatus();
  }

  bool Revokes(const Certificate& certificate) const override {
    X509_REVOKED* revoked = nullptr;
    X509* x509 = Native(certificate);
    return X509_NAME_cmp(X509_CRL_get_issuer(crl_.get()), X509_get_issuer_name(x509)) == 0 &&
           X509_CRL_get0_by_cert(crl_.get(), &revoked, x509) != 0;
  }

 private:
  bool SignatureVerifies(const Certificate& ca) const {
    if (X509_CRL_get_signature_nid(crl_.get()) == NID_SM2_with_SM3) {
      // OpenSSL 3.0 has no way to tell a list the SM2 identifier.
      const ASN1_BIT_STRING* signature = nullptr;
      X509_CRL_get0_signature(crl_.get(), &signature, nullptr);
      const std::string der = EncodeDer(crl_.get(), i2d_X509_CRL);
      return ca.public_key()
          ->Verify(HashFamily::kSm3, {SignedContent(der)}, ToString(signature))
          .ok();
    }
    const bool ok = X509_CRL_verify(crl_.get(), X509_get0_pubkey(Native(ca))) == 1;
    ERR_clear_error();
    return ok;
  }

  const X509CrlPtr crl_;
};

bool IsPem(absl::string_view bytes) { return bytes.find("-----BEGIN") != absl::string_view::npos; }

}  // namespace

absl::StatusOr<std::shared_ptr<const RevocationList>> RevocationList::Parse(
    absl::string_view bytes) {
  if (bytes.size() > kMaxRevocationListBytes) {
    return absl::InvalidArgumentError("revocation list of more than 16 MiB");
  }
  std::string decoded;
  if (IsPem(bytes)) {
    SUYUAN_ASSIGN_OR_RETURN(decoded, FirstPemBlock(bytes, kListPem, kMaxRevocationListBytes));
    bytes = decoded;
  }
  X509CrlPtr crl = DecodeDer<X509CrlPtr>(bytes, d2i_X509_CRL);
  if (!crl) return OpenSslError("malformed revocation list");
  return std::make_shared<const X509RevocationList>(std::move(crl));
}

}  // namespace suyuan
