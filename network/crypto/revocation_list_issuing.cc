#include <openssl/pem.h>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/certificate.h"
#include "network/crypto/certificate_issuing.h"
#include "network/crypto/x509_certificate.h"

namespace suyuan {
namespace {

constexpr size_t kMaxSerialBytes = 20;  // RFC 5280

absl::Status Internal() { return OpenSslError("revocation list", absl::StatusCode::kInternal); }

absl::Status AddSerial(X509_CRL* crl, const std::string& serial_hex, const ASN1_TIME* since) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                          HexDecode(serial_hex.size() % 2 == 0 ? serial_hex : "0" + serial_hex),
                          absl::StrCat("serial '", serial_hex, "'"));
  if (bytes.empty() || bytes.size() > kMaxSerialBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("serial '", serial_hex, "': not of 1 to 20 bytes"));
  }
  BignumPtr number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
  Asn1IntegerPtr serial(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  std::unique_ptr<X509_REVOKED, OpenSslFree<X509_REVOKED_free>> entry(X509_REVOKED_new());
  if (!serial || !entry || X509_REVOKED_set_serialNumber(entry.get(), serial.get()) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), const_cast<ASN1_TIME*>(since)) != 1 ||
      X509_CRL_add0_revoked(crl, entry.get()) != 1) {
    return Internal();
  }
  (void)entry.release();  // owned by `crl` now
  return absl::OkStatus();
}

// Stock Fabric finds the list that applies by this extension.
absl::Status AddAuthorityKeyId(X509_CRL* crl, const Certificate& ca) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, Native(ca), nullptr, nullptr, crl, 0);
  X509ExtensionPtr extension(
      X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
  if (!extension || X509_CRL_add_ext(crl, extension.get(), -1) != 1) return Internal();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> IssueRevocationList(const Certificate& ca, const PrivateKey& ca_key,
                                                absl::Span<const std::string> serials,
                                                absl::Time this_update, absl::Time next_update) {
  SUYUAN_ASSIGN_OR_RETURN(const Asn1TimePtr since, ToAsn1Time(this_update));
  SUYUAN_ASSIGN_OR_RETURN(const Asn1TimePtr until, ToAsn1Time(next_update));
  X509CrlPtr crl(X509_CRL_new());
  if (!crl || X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(Native(ca))) != 1 ||
      X509_CRL_set1_lastUpdate(crl.get(), since.get()) != 1 ||
      X509_CRL_set1_nextUpdate(crl.get(), until.get()) != 1) {
    return Internal();
  }
  for (const std::string& serial : serials) {
    SUYUAN_RETURN_IF_ERROR(AddSerial(crl.get(), serial, since.get()));
  }
  SUYUAN_RETURN_IF_ERROR(AddAuthorityKeyId(crl.get(), ca));
  X509_CRL_sort(crl.get());
  SUYUAN_RETURN_IF_ERROR(SignLowS(
      ca_key, [&](EVP_MD_CTX* context) { return X509_CRL_sign_ctx(crl.get(), context); },
      [&] {
        const ASN1_BIT_STRING* signature = nullptr;
        X509_CRL_get0_signature(crl.get(), &signature, nullptr);
        return signature;
      }));
  return WritePem([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, crl.get()); });
}

}  // namespace suyuan
