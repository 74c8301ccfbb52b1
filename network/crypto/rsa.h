// RSA full-domain hash signatures: deterministic, so that a signature can be the
// seed of a batch of codes that nobody without the key can derive.
//
// FDH here: MGF1 with SHA-256 over "suyuan-fdh" || message, one octet shorter than
// the modulus, as the integer to sign. Keys: PEM, 2048 to 8192 bits.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// As long as the modulus.
//   kInvalidArgument  not an RSA private key of that size
absl::StatusOr<std::string> RsaFdhSign(absl::string_view private_key_pem,
                                       absl::string_view message);

//   kInvalidArgument  not an RSA public key of that size
//   kUnauthenticated  not a signature of `message` by that key
absl::Status RsaFdhVerify(absl::string_view public_key_pem, absl::string_view message,
                          absl::string_view signature);

// The public half, PEM ("PUBLIC KEY").
absl::StatusOr<std::string> RsaPublicKeyPem(absl::string_view private_key_pem);

// A new private key, PKCS#8 PEM.
absl::StatusOr<std::string> GenerateRsaKeyPem(int bits = 2048);

}  // namespace suyuan
