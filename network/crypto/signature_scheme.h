// One row for each key algorithm: how it signs and verifies. A new algorithm is a
// new row; nothing else asks which it is.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/crypto/keys.h"
#include "network/crypto/openssl_handles.h"
#include "network/crypto/p256_table.h"

namespace suyuan {

// The distinguishing identifier of GB/T 32918 where none is agreed.
inline constexpr absl::string_view kSm2DefaultId = "1234567812345678";

using MessageParts = std::initializer_list<absl::string_view>;

// A key with what can be prepared once, shared by the threads that use it.
struct PreparedKey {
  KeyAlgorithm algorithm;
  EvpPkeyPtr key;
  // Initialised for one operation, only ever duplicated: a quarter of the cost of
  // making one. Null where the algorithm does not work on digests.
  EvpPkeyCtxPtr verify_context;
  EvpPkeyCtxPtr sign_context;
  std::unique_ptr<P256Table> table;  // ECDSA over P-256
};

// Stateless.
class SignatureScheme {
 public:
  virtual ~SignatureScheme() = default;
  virtual absl::Status Prepare(PreparedKey* key, bool can_sign) const = 0;
  virtual absl::Status Verify(const PreparedKey& key, HashFamily family, MessageParts message,
                              absl::string_view signature) const = 0;
  virtual absl::StatusOr<std::string> Sign(const PreparedKey& key, HashFamily family,
                                           MessageParts message) const = 0;
};

const SignatureScheme& SchemeFor(KeyAlgorithm algorithm);

// Which algorithm an OpenSSL key is of.
//   kInvalidArgument  none of KeyAlgorithm, or EC parameters spelled out
absl::StatusOr<KeyAlgorithm> AlgorithmOf(EVP_PKEY* key);

// The digest that certificates are signed with; null where the algorithm has its own.
const EVP_MD* CertificateDigest(KeyAlgorithm algorithm);

}  // namespace suyuan
