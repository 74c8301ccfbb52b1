// The one accepted form of an ECDSA signature: canonical DER SEQUENCE{r, s} with
// 0 < r < n and 0 < s <= n/2. Of the two values of s that verify, only one is
// accepted, so that nobody can alter a signed message without its signer.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/crypto/keys.h"

namespace suyuan {

// Big-endian without leading zeros; parts of the signature's bytes.
struct EcdsaNumbers {
  absl::string_view r, s;
};

// kUnauthenticated  not of that form for the curve of `algorithm`
absl::StatusOr<EcdsaNumbers> CheckEcdsaSignature(KeyAlgorithm algorithm,
                                                 absl::string_view signature);

// The same signature with the lower of the two values of s.
absl::StatusOr<std::string> ToLowS(KeyAlgorithm algorithm, absl::string_view signature);

}  // namespace suyuan
