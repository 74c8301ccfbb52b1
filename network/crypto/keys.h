// Keys and signatures. The algorithm belongs to the key; the hash family is named
// by the MSP that vouches for it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/crypto/hash.h"

namespace suyuan {

enum class KeyAlgorithm { kEcdsaP256, kEcdsaP384, kEd25519, kRsa, kSm2 };

// "ecdsa-p256", "ecdsa-p384", "ed25519", "rsa", "sm2".
absl::string_view KeyAlgorithmName(KeyAlgorithm algorithm);
absl::StatusOr<KeyAlgorithm> KeyAlgorithmFromName(absl::string_view name);

// Immutable, thread-safe.
class PublicKey {
 public:
  // SubjectPublicKeyInfo, PEM ("PUBLIC KEY").
  //   kInvalidArgument  not a key, or of an algorithm not in KeyAlgorithm
  static absl::StatusOr<std::shared_ptr<const PublicKey>> FromPem(absl::string_view pem);
  virtual ~PublicKey() = default;

  virtual KeyAlgorithm algorithm() const = 0;

  // Checks `signature` over the message parts, concatenated. ECDSA: DER
  // SEQUENCE{r,s} over the digest; a high s (s > n/2) is refused, as are trailing
  // bytes and non-canonical DER. Ed25519: over the message itself.
  //   kUnauthenticated  the signature is malformed, high-S, or not by this key
  virtual absl::Status Verify(HashFamily family, std::initializer_list<absl::string_view> message,
                              absl::string_view signature) const = 0;
  // DER SubjectPublicKeyInfo.
  virtual std::string ToDer() const = 0;
};

// Immutable, thread-safe.
class PrivateKey {
 public:
  // PKCS#8 or SEC1/PKCS#1 PEM, not encrypted.
  //   kInvalidArgument  not a key, or of an algorithm not in KeyAlgorithm
  static absl::StatusOr<std::shared_ptr<const PrivateKey>> FromPem(absl::string_view pem);
  static absl::StatusOr<std::shared_ptr<const PrivateKey>> Generate(KeyAlgorithm algorithm);
  virtual ~PrivateKey() = default;

  virtual KeyAlgorithm algorithm() const = 0;
  // A signature that Verify() of public_key() accepts (low-S, DER).
  virtual absl::StatusOr<std::string> Sign(
      HashFamily family, std::initializer_list<absl::string_view> message) const = 0;
  // PKCS#8 PEM. Write it with mode 0600.
  virtual std::string ToPem() const = 0;
  virtual std::shared_ptr<const PublicKey> public_key() const = 0;
};

}  // namespace suyuan
