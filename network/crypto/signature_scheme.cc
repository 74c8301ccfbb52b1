#include "network/crypto/signature_scheme.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/ecdsa_signature.h"

namespace suyuan {
namespace {

absl::Status NotByThisKey() {
  ERR_clear_error();
  return absl::UnauthenticatedError("signature does not verify");
}

absl::Status SigningFailed() { return OpenSslError("sign", absl::StatusCode::kInternal); }

std::string Concatenate(MessageParts parts) {
  std::string out;
  for (absl::string_view part : parts) absl::StrAppend(&out, part);
  return out;
}

// Signs and verifies a 32-byte digest under contexts prepared once.
class DigestScheme : public SignatureScheme {
 public:
  absl::Status Prepare(PreparedKey* key, bool can_sign) const override {
    key->verify_context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key->key.get(), nullptr));
    if (!key->verify_context || EVP_PKEY_verify_init(key->verify_context.get()) != 1 ||
        !Configure(key->verify_context.get())) {
      return OpenSslError("prepare key");
    }
    if (!can_sign) return absl::OkStatus();
    key->sign_context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key->key.get(), nullptr));
    if (!key->sign_context || EVP_PKEY_sign_init(key->sign_context.get()) != 1 ||
        !Configure(key->sign_context.get())) {
      return OpenSslError("prepare key");
    }
    return absl::OkStatus();
  }

 protected:
  virtual bool Configure(EVP_PKEY_CTX*) const { return true; }

  static absl::Status VerifyDigest(const PreparedKey& key, absl::string_view digest,
                                   absl::string_view signature) {
    EvpPkeyCtxPtr context(EVP_PKEY_CTX_dup(key.verify_context.get()));
    if (!context || EVP_PKEY_verify(context.get(), Bytes(signature), signature.size(),
                                    Bytes(digest), digest.size()) != 1) {
      return NotByThisKey();
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<std::string> SignDigest(const PreparedKey& key, absl::string_view digest) {
    EvpPkeyCtxPtr context(EVP_PKEY_CTX_dup(key.sign_context.get()));
    size_t size = static_cast<size_t>(EVP_PKEY_get_size(key.key.get()));
    std::string signature(size, '\0');
    if (!context ||
        EVP_PKEY_sign(context.get(), Bytes(signature), &size, Bytes(digest), digest.size()) != 1) {
      return SigningFailed();
    }
    signature.resize(size);
    return signature;
  }
};

class EcdsaScheme final : public DigestScheme {
 public:
  absl::Status Prepare(PreparedKey* key, bool can_sign) const override {
    if (key->algorithm == KeyAlgorithm::kEcdsaP256) {
      key->table = std::make_unique<P256Table>(key->key.get());
    }
    return DigestScheme::Prepare(key, can_sign);
  }

  absl::Status Verify(const PreparedKey& key, HashFamily family, MessageParts message,
                      absl::string_view signature) const override {
    SUYUAN_ASSIGN_OR_RETURN(const EcdsaNumbers numbers,
                            CheckEcdsaSignature(key.algorithm, signature));
    const std::string digest = Digest(family, message);
    if (key.table != nullptr) {
      const auto good = key.table->Verify(digest, numbers.r, numbers.s);
      if (good.has_value()) return *good ? absl::OkStatus() : NotByThisKey();
    }
    SUYUAN_RETURN_IF_ERROR(VerifyDigest(key, digest, signature));
    if (key.table != nullptr) key.table->CountGood();
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> Sign(const PreparedKey& key, HashFamily family,
                                   MessageParts message) const override {
    SUYUAN_ASSIGN_OR_RETURN(const std::string signature, SignDigest(key, Digest(family, message)));
    return ToLowS(key.algorithm, signature);
  }
};

// PKCS #1 v1.5 over SHA-256.
class RsaScheme final : public DigestScheme {
 public:
  absl::Status Verify(const PreparedKey& key, HashFamily, MessageParts message,
                      absl::string_view signature) const override {
    return VerifyDigest(key, Sha256(message), signature);
  }
  absl::StatusOr<std::string> Sign(const PreparedKey& key, HashFamily,
                                   MessageParts message) const override {
    return SignDigest(key, Sha256(message));
  }

 protected:
  bool Configure(EVP_PKEY_CTX* context) const override {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1;
  }
};

// Algorithms that hash by themselves: Ed25519 (RFC 8032, over the message itself)
// and SM2 (GB/T 32918, over SM3 of the signer's identifier and the message).
class MessageScheme : public SignatureScheme {
 public:
  explicit MessageScheme(KeyAlgorithm algorithm) : algorithm_(algorithm) {}

  absl::Status Prepare(PreparedKey*, bool) const override { return absl::OkStatus(); }

  absl::Status Verify(const PreparedKey& key, HashFamily, MessageParts message,
                      absl::string_view signature) const override {
    const std::string whole = Concatenate(message);
    EVP_PKEY_CTX* options = nullptr;
    EvpMdCtxPtr context(EVP_MD_CTX_new());
    if (!context ||
        EVP_DigestVerifyInit(context.get(), &options, CertificateDigest(algorithm_), nullptr,
                             key.key.get()) != 1 ||
        !SetId(options) ||
        EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(whole),
                         whole.size()) != 1) {
      return NotByThisKey();
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Sign(const PreparedKey& key, HashFamily,
                                   MessageParts message) const override {
    const std::string whole = Concatenate(message);
    EVP_PKEY_CTX* options = nullptr;
    EvpMdCtxPtr context(EVP_MD_CTX_new());
    size_t size = static_cast<size_t>(EVP_PKEY_get_size(key.key.get()));
    std::string signature(size, '\0');
    if (!context ||
        EVP_DigestSignInit(context.get(), &options, CertificateDigest(algorithm_), nullptr,
                           key.key.get()) != 1 ||
        !SetId(options) ||
        EVP_DigestSign(context.get(), Bytes(signature), &size, Bytes(whole), whole.size()) != 1) {
      return SigningFailed();
    }
    signature.resize(size);
    return signature;
  }

 private:
  bool SetId(EVP_PKEY_CTX* options) const {
    return algorithm_ != KeyAlgorithm::kSm2 ||
           EVP_PKEY_CTX_set1_id(options, kSm2DefaultId.data(), kSm2DefaultId.size()) == 1;
  }

  const KeyAlgorithm algorithm_;
};

absl::StatusOr<KeyAlgorithm> CurveOf(EVP_PKEY* key) {
  int explicit_parameters = 0;
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                         &explicit_parameters);
  char name[64] = {};
  if (explicit_parameters != 0 || EVP_PKEY_get_group_name(key, name, sizeof(name), nullptr) != 1) {
    return absl::InvalidArgumentError("unsupported key: elliptic curve is not named");
  }
  const absl::string_view curve(name);
  if (curve == "prime256v1") return KeyAlgorithm::kEcdsaP256;
  if (curve == "secp384r1") return KeyAlgorithm::kEcdsaP384;
  return absl::InvalidArgumentError(absl::StrCat("unsupported key: elliptic curve ", curve));
}

}  // namespace

const SignatureScheme& SchemeFor(KeyAlgorithm algorithm) {
  static const EcdsaScheme ecdsa;
  static const RsaScheme rsa;
  static const MessageScheme ed25519(KeyAlgorithm::kEd25519);
  static const MessageScheme sm2(KeyAlgorithm::kSm2);
  switch (algorithm) {
    case KeyAlgorithm::kEcdsaP256:
    case KeyAlgorithm::kEcdsaP384:
      return ecdsa;
    case KeyAlgorithm::kRsa:
      return rsa;
    case KeyAlgorithm::kEd25519:
      return ed25519;
    case KeyAlgorithm::kSm2:
      return sm2;
  }
  return ecdsa;
}

absl::StatusOr<KeyAlgorithm> AlgorithmOf(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "SM2") == 1) return KeyAlgorithm::kSm2;
  if (EVP_PKEY_is_a(key, "EC") == 1) return CurveOf(key);
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyAlgorithm::kEd25519;
  if (EVP_PKEY_is_a(key, "RSA") == 1) return KeyAlgorithm::kRsa;
  ERR_clear_error();
  const char* name = EVP_PKEY_get0_type_name(key);
  return absl::InvalidArgumentError(
      absl::StrCat("unsupported key: ", name == nullptr ? "unknown algorithm" : name));
}

const EVP_MD* CertificateDigest(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::kEd25519:
      return nullptr;
    case KeyAlgorithm::kSm2:
      return EVP_sm3();
    default:
      return EVP_sha256();
  }
}

}  // namespace suyuan
