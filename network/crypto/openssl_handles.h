// Owners for OpenSSL objects and its error queue as a Status. Only this room
// includes this file.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace suyuan {

template <auto kFree>
struct OpenSslFree {
  template <typename T>
  void operator()(T* p) const {
    kFree(p);
  }
};

using BioPtr = std::unique_ptr<BIO, OpenSslFree<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, OpenSslFree<BN_free>>;
using EcdsaSigPtr = std::unique_ptr<ECDSA_SIG, OpenSslFree<ECDSA_SIG_free>>;
using EvpMdPtr = std::unique_ptr<EVP_MD, OpenSslFree<EVP_MD_free>>;
using EvpMdCtxPtr = std::unique_ptr<EVP_MD_CTX, OpenSslFree<EVP_MD_CTX_free>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;
using EvpPkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, OpenSslFree<EVP_PKEY_CTX_free>>;
using X509Ptr = std::unique_ptr<X509, OpenSslFree<X509_free>>;
using X509CrlPtr = std::unique_ptr<X509_CRL, OpenSslFree<X509_CRL_free>>;
using X509ReqPtr = std::unique_ptr<X509_REQ, OpenSslFree<X509_REQ_free>>;
using X509NamePtr = std::unique_ptr<X509_NAME, OpenSslFree<X509_NAME_free>>;
using X509ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpenSslFree<X509_EXTENSION_free>>;
using X509StoreCtxPtr = std::unique_ptr<X509_STORE_CTX, OpenSslFree<X509_STORE_CTX_free>>;
using Asn1TimePtr = std::unique_ptr<ASN1_TIME, OpenSslFree<ASN1_TIME_free>>;
using Asn1IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpenSslFree<ASN1_INTEGER_free>>;
using Asn1ObjectPtr = std::unique_ptr<ASN1_OBJECT, OpenSslFree<ASN1_OBJECT_free>>;
using Asn1OctetStringPtr = std::unique_ptr<ASN1_OCTET_STRING, OpenSslFree<ASN1_OCTET_STRING_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, OpenSslFree<GENERAL_NAMES_free>>;

// "what: OpenSSL's reason" with `code`; empties this thread's error queue.
absl::Status OpenSslError(absl::string_view what,
                          absl::StatusCode code = absl::StatusCode::kInvalidArgument);

inline const unsigned char* Bytes(absl::string_view v) {
  return reinterpret_cast<const unsigned char*>(v.data());
}
inline unsigned char* Bytes(std::string& v) { return reinterpret_cast<unsigned char*>(v.data()); }
inline std::string ToString(const ASN1_STRING* s) {
  if (s == nullptr) return {};
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(s)),
                     static_cast<size_t>(ASN1_STRING_length(s)));
}

// DER by one of OpenSSL's i2d functions; empty when that fails.
template <typename T, typename I2d>
std::string EncodeDer(T* object, I2d i2d) {
  unsigned char* der = nullptr;
  const int size = i2d(object, &der);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return out;
}

// All of `der`, without trailing bytes, by one of OpenSSL's d2i functions; null when
// malformed.
template <typename Ptr, typename D2i>
Ptr DecodeDer(absl::string_view der, D2i d2i) {
  const unsigned char* p = Bytes(der);
  Ptr object(d2i(nullptr, &p, static_cast<long>(der.size())));
  if (object && p != Bytes(der) + der.size()) object.reset();
  return object;
}

// The text an encoder of the PEM_write_bio family writes.
template <typename Write>
std::string WritePem(Write write) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || write(bio.get()) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

// Keys and certificates are read up to this size.
inline constexpr size_t kMaxEncodedBytes = 64 << 10;
// Revocation lists grow with their organisation.
inline constexpr size_t kMaxRevocationListBytes = 16 << 20;

// The decoded content of the first PEM block named one of `names`.
//   kInvalidArgument  no such block, an encrypted one, or over `max_bytes` of text
absl::StatusOr<std::string> FirstPemBlock(absl::string_view pem,
                                          absl::Span<const absl::string_view> names,
                                          size_t max_bytes = kMaxEncodedBytes);

}  // namespace suyuan
