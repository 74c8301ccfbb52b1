#include "sdk/identity.h"

#include "network/common/status_macros.h"
#include "network/crypto/keys.h"

namespace suyuan::sdk {

absl::StatusOr<Signer> NewPrivateKeySigner(absl::string_view key_pem) {
  SUYUAN_ASSIGN_OR_RETURN(auto key, PrivateKey::FromPem(key_pem), "client's private key");
  return Signer(
      [key](absl::string_view message) { return key->Sign(HashFamily::kSha2, {message}); });
}

}  // namespace suyuan::sdk
