#include "network/crypto/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "network/common/check.h"
#include "network/common/status_macros.h"
#include "network/crypto/native_keys.h"
#include "network/crypto/signature_scheme.h"
#include "network/crypto/x509_certificate.h"

namespace suyuan {
namespace {

constexpr absl::string_view kCertificatePem[] = {"CERTIFICATE"};

std::string FirstOrEmpty(const std::vector<std::string>& values) {
  return values.empty() ? std::string() : values.front();
}

absl::StatusOr<std::shared_ptr<const PublicKey>> KeyOf(X509* x509) {
  EvpPkeyPtr key(X509_get_pubkey(x509));
  if (!key) return OpenSslError("malformed or unsupported certificate key");
  return WrapPublicKey(std::move(key));
}

// SM2 signatures hash the signer's identifier too; OpenSSL has to be told which.
void SetSm2Identifier(X509* x509) {
  if (X509_get_signature_nid(x509) != NID_SM2_with_SM3) return;
  Asn1OctetStringPtr id(ASN1_OCTET_STRING_new());
  if (!id || ASN1_OCTET_STRING_set(id.get(), Bytes(kSm2DefaultId),
                                   static_cast<int>(kSm2DefaultId.size())) != 1) {
    return;
  }
  X509_set0_distinguishing_id(x509, id.release());
}

}  // namespace

absl::string_view SignedContent(absl::string_view der) {
  const unsigned char* p = Bytes(der);
  long size = 0;
  int tag = 0, cls = 0;
  ASN1_get_object(&p, &size, &tag, &cls, static_cast<long>(der.size()));
  const unsigned char* const begin = p;
  ASN1_get_object(&p, &size, &tag, &cls, static_cast<long>(Bytes(der) + der.size() - p));
  return absl::string_view(reinterpret_cast<const char*>(begin),
                           static_cast<size_t>(p - begin + size));
}

std::string NameText(const X509_NAME* name) {
  return WritePem(
      [name](BIO* bio) { return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0 ? 1 : 0; });
}

std::vector<std::string> NameEntries(const X509_NAME* name, int nid) {
  std::vector<std::string> values;
  for (int i = X509_NAME_get_index_by_NID(name, nid, -1); i >= 0;
       i = X509_NAME_get_index_by_NID(name, nid, i)) {
    unsigned char* utf8 = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i)));
    if (size < 0) continue;
    values.emplace_back(reinterpret_cast<const char*>(utf8), static_cast<size_t>(size));
    OPENSSL_free(utf8);
  }
  return values;
}

AlternativeNames ReadAlternativeNames(const GENERAL_NAMES* names) {
  AlternativeNames out;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) out.dns_names.push_back(ToString(name->d.dNSName));
    if (name->type != GEN_IPADD) continue;
    const std::string ip = ToString(name->d.iPAddress);
    if (ip.size() == 4) {
      const auto byte = [&ip](int at) { return static_cast<int>(static_cast<uint8_t>(ip[at])); };
      out.ip_addresses.push_back(absl::StrCat(byte(0), ".", byte(1), ".", byte(2), ".", byte(3)));
    } else if (ip.size() == 16) {
      std::string text;
      for (size_t at = 0; at < 16; at += 2) {
        absl::StrAppend(
            &text, at == 0 ? "" : ":",
            absl::Hex(static_cast<uint8_t>(ip[at]) << 8 | static_cast<uint8_t>(ip[at + 1])));
      }
      out.ip_addresses.push_back(text);
    }
  }
  return out;
}

absl::StatusOr<absl::Time> ToTime(const ASN1_TIME* time, absl::string_view field) {
  struct tm parts = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    return OpenSslError(absl::StrCat("malformed ", field));
  }
  return absl::FromTM(parts, absl::UTCTimeZone());
}

std::string SerialHex(const ASN1_INTEGER* serial) {
  BignumPtr number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (!number) return {};
  char* hex = BN_bn2hex(number.get());
  std::string out = absl::AsciiStrToLower(hex == nullptr ? "" : hex);
  OPENSSL_free(hex);
  return out;
}

absl::StatusOr<CertificatePtr> X509Certificate::Wrap(X509Ptr x509) {
  X509* const raw = x509.get();
  Fields fields;
  SUYUAN_ASSIGN_OR_RETURN(fields.public_key, KeyOf(raw));
  SUYUAN_ASSIGN_OR_RETURN(fields.not_before, ToTime(X509_get0_notBefore(raw), "notBefore"));
  SUYUAN_ASSIGN_OR_RETURN(fields.not_after, ToTime(X509_get0_notAfter(raw), "notAfter"));
  SetSm2Identifier(raw);
  // Decodes the extensions and keeps them inside `raw`.
  if (X509_check_purpose(raw, -1, 0) != 1 || (X509_get_extension_flags(raw) & EXFLAG_INVALID)) {
    return OpenSslError("malformed certificate extension");
  }
  fields.is_ca = (X509_get_extension_flags(raw) & EXFLAG_CA) != 0;
  fields.subject_key_id = ToString(X509_get0_subject_key_id(raw));
  fields.authority_key_id = ToString(X509_get0_authority_key_id(raw));
  const X509_NAME* subject = X509_get_subject_name(raw);
  const X509_NAME* issuer = X509_get_issuer_name(raw);
  fields.common_name = FirstOrEmpty(NameEntries(subject, NID_commonName));
  fields.organizational_units = NameEntries(subject, NID_organizationalUnitName);
  fields.subject = NameText(subject);
  fields.issuer = NameText(issuer);
  fields.subject_der = EncodeDer(subject, i2d_X509_NAME);
  fields.issuer_der = EncodeDer(issuer, i2d_X509_NAME);
  fields.serial_hex = SerialHex(X509_get0_serialNumber(raw));
  fields.der = EncodeDer(raw, i2d_X509);
  fields.fingerprint = Sha256(fields.der);
  fields.content_fingerprint = Sha256(SignedContent(fields.der));
  ERR_clear_error();
  return CertificatePtr(new X509Certificate(std::move(x509), std::move(fields)));
}

std::string X509Certificate::ToPem() const {
  return WritePem([this](BIO* bio) { return PEM_write_bio_X509(bio, x509_.get()); });
}

std::vector<std::string> X509Certificate::dns_names() const {
  GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  return ReadAlternativeNames(names.get()).dns_names;
}

std::optional<std::string> X509Certificate::extension(absl::string_view oid) const {
  Asn1ObjectPtr object(OBJ_txt2obj(std::string(oid).c_str(), /*no_name=*/1));
  const int at = object ? X509_get_ext_by_OBJ(x509_.get(), object.get(), -1) : -1;
  ERR_clear_error();
  if (at < 0) return std::nullopt;
  return ToString(X509_EXTENSION_get_data(X509_get_ext(x509_.get(), at)));
}

absl::Status X509Certificate::SignedBy(const Certificate& ca) const {
  if (!ca.is_ca()) {
    return absl::UnauthenticatedError(absl::StrCat(ca.subject(), " is not a CA"));
  }
  // Names and key identifiers, then the signature.
  if (X509_check_issued(Native(ca), x509_.get()) != X509_V_OK) {
    return absl::UnauthenticatedError(
        absl::StrCat(fields_.subject, " does not name ", ca.subject(), " as its issuer"));
  }
  if (X509_verify(x509_.get(), X509_get0_pubkey(Native(ca))) != 1) {
    ERR_clear_error();
    return absl::UnauthenticatedError(
        absl::StrCat(ca.subject(), " did not sign ", fields_.subject));
  }
  return absl::OkStatus();
}

X509* Native(const Certificate& certificate) {
  const auto* x509 = dynamic_cast<const X509Certificate*>(&certificate);
  SUYUAN_CHECK(x509 != nullptr);
  return x509->native();
}

absl::StatusOr<CertificatePtr> Certificate::FromPem(absl::string_view pem) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string der, FirstPemBlock(pem, kCertificatePem));
  return FromDer(der);
}

absl::StatusOr<CertificatePtr> Certificate::FromDer(absl::string_view der) {
  if (der.size() > kMaxEncodedBytes) {
    return absl::InvalidArgumentError("certificate of more than 64 KiB");
  }
  X509Ptr x509 = DecodeDer<X509Ptr>(der, d2i_X509);
  if (!x509) return OpenSslError("malformed certificate");
  SUYUAN_ASSIGN_OR_RETURN(CertificatePtr certificate, X509Certificate::Wrap(std::move(x509)));
  if (certificate->der() != der) return absl::InvalidArgumentError("certificate is not in DER");
  return certificate;
}

}  // namespace suyuan
