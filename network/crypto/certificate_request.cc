#include <openssl/err.h>
#include <openssl/pem.h>

#include "network/common/status_macros.h"
#include "network/crypto/certificate.h"
#include "network/crypto/certificate_issuing.h"
#include "network/crypto/native_keys.h"
#include "network/crypto/signature_scheme.h"
#include "network/crypto/x509_certificate.h"

namespace suyuan {
namespace {

constexpr absl::string_view kRequestPem[] = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"};

using ExtensionsPtr =
    std::unique_ptr<STACK_OF(X509_EXTENSION), decltype([](STACK_OF(X509_EXTENSION) * s) {
                      sk_X509_EXTENSION_pop_free(s, X509_EXTENSION_free);
                    })>;

AlternativeNames RequestedNames(X509_REQ* request) {
  ExtensionsPtr extensions(X509_REQ_get_extensions(request));
  GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  return ReadAlternativeNames(names.get());
}

absl::Status AddRequestedNames(X509_REQ* request, const CertificateTemplate& t) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, AlternativeNamesText(t));
  if (text.empty()) return absl::OkStatus();
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, nullptr, request, nullptr, 0);
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, text.c_str());
  if (extension == nullptr) return OpenSslError("bad subject alternative name");
  ExtensionsPtr extensions(sk_X509_EXTENSION_new_null());
  sk_X509_EXTENSION_push(extensions.get(), extension);
  if (X509_REQ_add_extensions(request, extensions.get()) != 1) {
    return OpenSslError("subject alternative name", absl::StatusCode::kInternal);
  }
  return absl::OkStatus();
}

// Proves that the requester holds the key.
absl::Status CheckOwnSignature(X509_REQ* request, EVP_PKEY* key) {
  if (X509_REQ_get_signature_nid(request) == NID_SM2_with_SM3) {
    Asn1OctetStringPtr id(ASN1_OCTET_STRING_new());
    ASN1_OCTET_STRING_set(id.get(), Bytes(kSm2DefaultId), static_cast<int>(kSm2DefaultId.size()));
    X509_REQ_set0_distinguishing_id(request, id.release());
  }
  if (X509_REQ_verify(request, key) == 1) return absl::OkStatus();
  return OpenSslError("certificate request is not signed by its own key");
}

}  // namespace

absl::StatusOr<CertificateRequest> ParseCertificateRequest(absl::string_view pem) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string der, FirstPemBlock(pem, kRequestPem));
  X509ReqPtr request = DecodeDer<X509ReqPtr>(der, d2i_X509_REQ);
  EvpPkeyPtr key(request ? X509_REQ_get_pubkey(request.get()) : nullptr);
  if (!key) return OpenSslError("malformed certificate request");
  SUYUAN_RETURN_IF_ERROR(CheckOwnSignature(request.get(), key.get()));
  CertificateRequest out;
  SUYUAN_ASSIGN_OR_RETURN(out.public_key, WrapPublicKey(std::move(key)));
  const X509_NAME* subject = X509_REQ_get_subject_name(request.get());
  const std::vector<std::string> names = NameEntries(subject, NID_commonName);
  if (names.empty()) return absl::InvalidArgumentError("certificate request has no common name");
  out.common_name = names.front();
  const std::vector<std::string> organizations = NameEntries(subject, NID_organizationName);
  if (!organizations.empty()) out.organization = organizations.front();
  out.organizational_units = NameEntries(subject, NID_organizationalUnitName);
  AlternativeNames alternative = RequestedNames(request.get());
  out.dns_names = std::move(alternative.dns_names);
  out.ip_addresses = std::move(alternative.ip_addresses);
  return out;
}

absl::StatusOr<std::string> MakeCertificateRequest(const CertificateTemplate& t,
                                                   const PrivateKey& key) {
  X509ReqPtr request(X509_REQ_new());
  SUYUAN_ASSIGN_OR_RETURN(const X509NamePtr subject, SubjectName(t));
  SUYUAN_ASSIGN_OR_RETURN(const EvpPkeyPtr public_key, NativeKey(*key.public_key()));
  if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_subject_name(request.get(), subject.get()) != 1 ||
      X509_REQ_set_pubkey(request.get(), public_key.get()) != 1) {
    return OpenSslError("certificate request", absl::StatusCode::kInternal);
  }
  SUYUAN_RETURN_IF_ERROR(AddRequestedNames(request.get(), t));
  SUYUAN_RETURN_IF_ERROR(SignLowS(
      key, [&](EVP_MD_CTX* context) { return X509_REQ_sign_ctx(request.get(), context); },
      [&] {
        const ASN1_BIT_STRING* signature = nullptr;
        X509_REQ_get0_signature(request.get(), &signature, nullptr);
        return signature;
      }));
  return WritePem([&](BIO* bio) { return PEM_write_bio_X509_REQ(bio, request.get()); });
}

}  // namespace suyuan
