#include "network/crypto/keys.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/native_keys.h"
#include "network/crypto/openssl_handles.h"
#include "network/crypto/signature_scheme.h"

namespace suyuan {
namespace {

constexpr absl::string_view kPublicKeyPem[] = {"PUBLIC KEY"};
constexpr absl::string_view kPrivateKeyPem[] = {"PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"};

struct NamedAlgorithm {
  KeyAlgorithm algorithm;
  absl::string_view name;
};
constexpr NamedAlgorithm kAlgorithms[] = {
    {KeyAlgorithm::kEcdsaP256, "ecdsa-p256"},
    {KeyAlgorithm::kEcdsaP384, "ecdsa-p384"},
    {KeyAlgorithm::kEd25519, "ed25519"},
    {KeyAlgorithm::kRsa, "rsa"},
    {KeyAlgorithm::kSm2, "sm2"},
};

class OpenSslPublicKey final : public PublicKey {
 public:
  explicit OpenSslPublicKey(PreparedKey key) : key_(std::move(key)) {}

  KeyAlgorithm algorithm() const override { return key_.algorithm; }
  absl::Status Verify(HashFamily family, std::initializer_list<absl::string_view> message,
                      absl::string_view signature) const override {
    return SchemeFor(key_.algorithm).Verify(key_, family, message, signature);
  }
  std::string ToDer() const override { return EncodeDer(key_.key.get(), i2d_PUBKEY); }

 private:
  const PreparedKey key_;
};

class OpenSslPrivateKey final : public PrivateKey {
 public:
  OpenSslPrivateKey(PreparedKey key, std::shared_ptr<const PublicKey> public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}

  KeyAlgorithm algorithm() const override { return key_.algorithm; }
  absl::StatusOr<std::string> Sign(
      HashFamily family, std::initializer_list<absl::string_view> message) const override {
    return SchemeFor(key_.algorithm).Sign(key_, family, message);
  }
  std::string ToPem() const override {
    return WritePem([this](BIO* bio) {
      return PEM_write_bio_PKCS8PrivateKey(bio, key_.key.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr);
    });
  }
  std::shared_ptr<const PublicKey> public_key() const override { return public_key_; }

  EVP_PKEY* native() const { return key_.key.get(); }

 private:
  const PreparedKey key_;
  const std::shared_ptr<const PublicKey> public_key_;
};

absl::StatusOr<PreparedKey> Prepare(EvpPkeyPtr key, bool can_sign) {
  PreparedKey prepared;
  SUYUAN_ASSIGN_OR_RETURN(prepared.algorithm, AlgorithmOf(key.get()));
  prepared.key = std::move(key);
  SUYUAN_RETURN_IF_ERROR(SchemeFor(prepared.algorithm).Prepare(&prepared, can_sign));
  return prepared;
}

absl::StatusOr<EvpPkeyPtr> DecodePublicKey(absl::string_view der) {
  EvpPkeyPtr key = DecodeDer<EvpPkeyPtr>(der, d2i_PUBKEY);
  if (!key) return OpenSslError("malformed public key");
  return key;
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> WrapPrivateKey(EvpPkeyPtr key) {
  SUYUAN_ASSIGN_OR_RETURN(EvpPkeyPtr public_half,
                          DecodePublicKey(EncodeDer(key.get(), i2d_PUBKEY)));
  SUYUAN_ASSIGN_OR_RETURN(auto public_key, WrapPublicKey(std::move(public_half)));
  SUYUAN_ASSIGN_OR_RETURN(PreparedKey prepared, Prepare(std::move(key), /*can_sign=*/true));
  return std::make_shared<const OpenSslPrivateKey>(std::move(prepared), std::move(public_key));
}

// A file whose two halves disagree would sign what nobody can verify.
absl::Status CheckPair(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) return absl::OkStatus();  // seconds of primality tests
  EvpPkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || EVP_PKEY_pairwise_check(context.get()) != 1) {
    return OpenSslError("malformed private key: its halves do not belong together");
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view KeyAlgorithmName(KeyAlgorithm algorithm) {
  for (const NamedAlgorithm& row : kAlgorithms) {
    if (row.algorithm == algorithm) return row.name;
  }
  return "unknown";
}

absl::StatusOr<KeyAlgorithm> KeyAlgorithmFromName(absl::string_view name) {
  for (const NamedAlgorithm& row : kAlgorithms) {
    if (row.name == name) return row.algorithm;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown key algorithm '", name, "' (ecdsa-p256, ecdsa-p384, ed25519, rsa or sm2)"));
}

absl::StatusOr<std::shared_ptr<const PublicKey>> WrapPublicKey(EvpPkeyPtr key) {
  SUYUAN_ASSIGN_OR_RETURN(PreparedKey prepared, Prepare(std::move(key), /*can_sign=*/false));
  return std::make_shared<const OpenSslPublicKey>(std::move(prepared));
}

EVP_PKEY* NativeKey(const PrivateKey& key) {
  const auto* native = dynamic_cast<const OpenSslPrivateKey*>(&key);
  return native == nullptr ? nullptr : native->native();
}

absl::StatusOr<EvpPkeyPtr> NativeKey(const PublicKey& key) { return DecodePublicKey(key.ToDer()); }

absl::StatusOr<std::shared_ptr<const PublicKey>> PublicKey::FromPem(absl::string_view pem) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string der, FirstPemBlock(pem, kPublicKeyPem));
  SUYUAN_ASSIGN_OR_RETURN(EvpPkeyPtr key, DecodePublicKey(der));
  return WrapPublicKey(std::move(key));
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> PrivateKey::FromPem(absl::string_view pem) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string der, FirstPemBlock(pem, kPrivateKeyPem));
  EvpPkeyPtr key = DecodeDer<EvpPkeyPtr>(der, d2i_AutoPrivateKey);
  if (!key) return OpenSslError("malformed private key");
  SUYUAN_RETURN_IF_ERROR(AlgorithmOf(key.get()));
  SUYUAN_RETURN_IF_ERROR(CheckPair(key.get()));
  return WrapPrivateKey(std::move(key));
}

absl::StatusOr<std::shared_ptr<const PrivateKey>> PrivateKey::Generate(KeyAlgorithm algorithm) {
  EvpPkeyPtr key;
  switch (algorithm) {
    case KeyAlgorithm::kEcdsaP256:
      key.reset(EVP_EC_gen("P-256"));
      break;
    case KeyAlgorithm::kEcdsaP384:
      key.reset(EVP_EC_gen("P-384"));
      break;
    case KeyAlgorithm::kEd25519:
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
      break;
    case KeyAlgorithm::kRsa:
      key.reset(EVP_RSA_gen(3072));
      break;
    case KeyAlgorithm::kSm2:
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
      break;
  }
  if (!key) return OpenSslError("generate key", absl::StatusCode::kInternal);
  return WrapPrivateKey(std::move(key));
}

}  // namespace suyuan
