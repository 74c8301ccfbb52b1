// Makes the keys and certificates of a network's organisations:
//
//   DIR/<org>/{ca.pem,ca.key,tlsca.pem,tlsca.key,msp.pb}
//   DIR/<org>/nodes/<node>/{cert.pem,key.pem,tls.pem,tls.key}
//   DIR/<org>/users/<user>/{cert.pem,key.pem}
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/crypto/certificate.h"
#include "network/setup/crypto_spec.h"

namespace suyuan {

// What exists is kept and only what is missing is made, so that a member can add a
// node later. Returns the certificates made, as paths.
absl::StatusOr<std::vector<std::string>> GenerateCrypto(const CryptoSpec& spec,
                                                        const std::filesystem::path& dir,
                                                        absl::Time now);

struct SigningRequestOptions {
  std::string role;      // client, peer, admin or orderer: the certificate's OU
  bool for_tls = false;  // under tlsca, for servers and clients, with the request's hosts
  int days = 3650;
  std::vector<std::string> hosts;  // further names and addresses, for TLS
};

// Certifies the key of a request made elsewhere; `dir` is the organisation's
// directory. What the request says of organisation and role is not believed.
//   kInvalidArgument  malformed request, not signed by its key, unknown role
absl::StatusOr<CertificatePtr> SignRequest(const std::filesystem::path& dir, absl::string_view csr,
                                           const SigningRequestOptions& options, absl::Time now);

}  // namespace suyuan
