// From this room's keys to OpenSSL's and back.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "network/crypto/keys.h"
#include "network/crypto/openssl_handles.h"

namespace suyuan {

//   kInvalidArgument  an algorithm not in KeyAlgorithm
absl::StatusOr<std::shared_ptr<const PublicKey>> WrapPublicKey(EvpPkeyPtr key);

// Null for a key that does not live in this process.
EVP_PKEY* NativeKey(const PrivateKey& key);

// A new handle on a public key.
absl::StatusOr<EvpPkeyPtr> NativeKey(const PublicKey& key);

}  // namespace suyuan
