#include "network/crypto/certificate_issuing.h"

#include <openssl/err.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/status_macros.h"
#include "network/crypto/ecdsa_signature.h"
#include "network/crypto/native_keys.h"
#include "network/crypto/signature_scheme.h"
#include "network/crypto/x509_certificate.h"

namespace suyuan {
namespace {

constexpr char kAttributesOid[] = "1.2.3.4.5.6.7.8.1";
constexpr size_t kSerialBytes = 16;

absl::Status Internal(absl::string_view what) {
  return OpenSslError(what, absl::StatusCode::kInternal);
}

absl::Status AddEntry(X509_NAME* name, int nid, absl::string_view value) {
  if (value.empty()) return absl::OkStatus();
  if (X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, Bytes(value),
                                 static_cast<int>(value.size()), -1, 0) != 1) {
    return OpenSslError(absl::StrCat("bad ", OBJ_nid2sn(nid), " '", value, "'"));
  }
  return absl::OkStatus();
}

absl::Status CheckAlternativeName(absl::string_view name) {
  for (const char c : name) {
    if (c == ',' || static_cast<unsigned char>(c) <= ' ' || c == 0x7f) {
      return absl::InvalidArgumentError(absl::StrCat("bad subject alternative name '", name, "'"));
    }
  }
  return absl::OkStatus();
}

// One extension by OpenSSL's text form, e.g. "critical,CA:TRUE".
absl::Status AddExtension(X509* x509, X509V3_CTX* context, int nid, const std::string& value) {
  X509ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str()));
  if (!extension || X509_add_ext(x509, extension.get(), -1) != 1) {
    return OpenSslError(absl::StrCat("bad ", OBJ_nid2sn(nid), " '", value, "'"));
  }
  return absl::OkStatus();
}

absl::Status AddAttributes(X509* x509, const std::string& json) {
  if (json.empty()) return absl::OkStatus();
  Asn1ObjectPtr oid(OBJ_txt2obj(kAttributesOid, /*no_name=*/1));
  Asn1OctetStringPtr value(ASN1_OCTET_STRING_new());
  if (!oid || !value ||
      ASN1_OCTET_STRING_set(value.get(), Bytes(json), static_cast<int>(json.size())) != 1) {
    return Internal("attributes");
  }
  X509ExtensionPtr extension(
      X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), /*crit=*/0, value.get()));
  if (!extension || X509_add_ext(x509, extension.get(), -1) != 1) return Internal("attributes");
  return absl::OkStatus();
}

std::string KeyUsage(const CertificateTemplate& t) {
  if (t.is_ca) return "critical,digitalSignature,keyEncipherment,keyCertSign,cRLSign";
  return t.for_tls ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature";
}

absl::Status AddExtensions(X509* x509, X509* issuer, const CertificateTemplate& t) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  SUYUAN_RETURN_IF_ERROR(AddExtension(x509, &context, NID_basic_constraints,
                                      t.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE"));
  SUYUAN_RETURN_IF_ERROR(AddExtension(x509, &context, NID_key_usage, KeyUsage(t)));
  if (t.for_tls) {
    SUYUAN_RETURN_IF_ERROR(
        AddExtension(x509, &context, NID_ext_key_usage, "serverAuth,clientAuth"));
  }
  SUYUAN_RETURN_IF_ERROR(AddExtension(x509, &context, NID_subject_key_identifier, "hash"));
  SUYUAN_RETURN_IF_ERROR(
      AddExtension(x509, &context, NID_authority_key_identifier, "keyid:always"));
  SUYUAN_ASSIGN_OR_RETURN(const std::string names, AlternativeNamesText(t));
  if (!names.empty()) {
    SUYUAN_RETURN_IF_ERROR(AddExtension(x509, &context, NID_subject_alt_name, names));
  }
  return AddAttributes(x509, t.attributes_json);
}

absl::Status SetSerial(X509* x509) {
  std::string random = RandomBytes(kSerialBytes);
  random[0] = static_cast<char>((random[0] & 0x3f) | 0x40);  // positive, of full length
  BignumPtr number(BN_bin2bn(Bytes(random), kSerialBytes, nullptr));
  Asn1IntegerPtr serial(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  if (!serial || X509_set_serialNumber(x509, serial.get()) != 1) return Internal("serial number");
  return absl::OkStatus();
}

absl::Status SetValidity(X509* x509, const CertificateTemplate& t) {
  if (t.not_after <= t.not_before) {
    return absl::InvalidArgumentError("certificate ends before it starts");
  }
  SUYUAN_ASSIGN_OR_RETURN(const Asn1TimePtr begin, ToAsn1Time(t.not_before));
  SUYUAN_ASSIGN_OR_RETURN(const Asn1TimePtr end, ToAsn1Time(t.not_after));
  if (X509_set1_notBefore(x509, begin.get()) != 1 || X509_set1_notAfter(x509, end.get()) != 1) {
    return Internal("validity");
  }
  return absl::OkStatus();
}

absl::Status SetNames(X509* x509, const CertificateTemplate& t, const Certificate* ca) {
  SUYUAN_ASSIGN_OR_RETURN(const X509NamePtr subject, SubjectName(t));
  const X509_NAME* issuer = ca == nullptr ? subject.get() : X509_get_subject_name(Native(*ca));
  if (X509_set_subject_name(x509, subject.get()) != 1 || X509_set_issuer_name(x509, issuer) != 1) {
    return Internal("names");
  }
  return absl::OkStatus();
}

absl::Status SignX509(X509* x509, const PrivateKey& key) {
  return SignLowS(
      key, [x509](EVP_MD_CTX* context) { return X509_sign_ctx(x509, context); },
      [x509] {
        const ASN1_BIT_STRING* signature = nullptr;
        X509_get0_signature(&signature, nullptr, x509);
        return signature;
      });
}

}  // namespace

absl::StatusOr<X509NamePtr> SubjectName(const CertificateTemplate& t) {
  X509NamePtr name(X509_NAME_new());
  if (t.common_name.empty()) return absl::InvalidArgumentError("certificate without common name");
  SUYUAN_RETURN_IF_ERROR(AddEntry(name.get(), NID_countryName, t.country));
  SUYUAN_RETURN_IF_ERROR(AddEntry(name.get(), NID_stateOrProvinceName, t.province));
  SUYUAN_RETURN_IF_ERROR(AddEntry(name.get(), NID_localityName, t.locality));
  SUYUAN_RETURN_IF_ERROR(AddEntry(name.get(), NID_organizationName, t.organization));
  for (const std::string& unit : t.organizational_units) {
    SUYUAN_RETURN_IF_ERROR(AddEntry(name.get(), NID_organizationalUnitName, unit));
  }
  SUYUAN_RETURN_IF_ERROR(AddEntry(name.get(), NID_commonName, t.common_name));
  return name;
}

absl::StatusOr<std::string> AlternativeNamesText(const CertificateTemplate& t) {
  std::vector<std::string> names;
  for (const std::string& name : t.dns_names) {
    SUYUAN_RETURN_IF_ERROR(CheckAlternativeName(name));
    names.push_back(absl::StrCat("DNS:", name));
  }
  for (const std::string& ip : t.ip_addresses) {
    SUYUAN_RETURN_IF_ERROR(CheckAlternativeName(ip));
    names.push_back(absl::StrCat("IP:", ip));
  }
  return absl::StrJoin(names, ",");
}

absl::StatusOr<Asn1TimePtr> ToAsn1Time(absl::Time time) {
  Asn1TimePtr out(ASN1_TIME_set(nullptr, absl::ToTimeT(time)));
  if (!out) return OpenSslError("time out of range");
  return out;
}

absl::Status SignLowS(const PrivateKey& key, const std::function<int(EVP_MD_CTX*)>& sign,
                      const std::function<const ASN1_BIT_STRING*()>& signature) {
  EVP_PKEY* native = NativeKey(key);
  if (native == nullptr) {
    return absl::InvalidArgumentError("issuing needs a key held by this process");
  }
  const KeyAlgorithm algorithm = key.algorithm();
  const bool ecdsa = algorithm == KeyAlgorithm::kEcdsaP256 || algorithm == KeyAlgorithm::kEcdsaP384;
  while (true) {  // one try in two has a low s
    EVP_PKEY_CTX* options = nullptr;
    EvpMdCtxPtr context(EVP_MD_CTX_new());
    if (!context ||
        EVP_DigestSignInit(context.get(), &options, CertificateDigest(algorithm), nullptr,
                           native) != 1 ||
        (algorithm == KeyAlgorithm::kSm2 &&
         EVP_PKEY_CTX_set1_id(options, kSm2DefaultId.data(), kSm2DefaultId.size()) != 1) ||
        sign(context.get()) <= 0) {
      return Internal("sign");
    }
    if (!ecdsa || CheckEcdsaSignature(algorithm, ToString(signature())).ok()) {
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<CertificatePtr> IssueCertificate(const CertificateTemplate& t,
                                                const PublicKey& subject_key, const Certificate* ca,
                                                const PrivateKey& ca_key) {
  X509Ptr x509(X509_new());
  SUYUAN_ASSIGN_OR_RETURN(const EvpPkeyPtr key, NativeKey(subject_key));
  if (!x509 || X509_set_version(x509.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(x509.get(), key.get()) != 1) {
    return Internal("certificate");
  }
  SUYUAN_RETURN_IF_ERROR(SetSerial(x509.get()));
  SUYUAN_RETURN_IF_ERROR(SetNames(x509.get(), t, ca));
  SUYUAN_RETURN_IF_ERROR(SetValidity(x509.get(), t));
  SUYUAN_RETURN_IF_ERROR(AddExtensions(x509.get(), ca == nullptr ? x509.get() : Native(*ca), t));
  SUYUAN_RETURN_IF_ERROR(SignX509(x509.get(), ca_key));
  return Certificate::FromDer(EncodeDer(x509.get(), i2d_X509));
}

}  // namespace suyuan
