// Who the client is, and how it signs.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::sdk {

// A member of an organisation: its MSP id and its X.509 certificate, PEM, byte for
// byte as the organisation issued it.
struct Identity {
  std::string msp_id;
  std::string certificate_pem;
};

// Signs `message`: ECDSA over its SHA-256 digest, ASN.1 DER SEQUENCE{r,s} with s in
// the lower half of the group order (verifiers refuse the other half). May be called
// from several threads at once and may block (a hardware key, a remote service).
using Signer = std::function<absl::StatusOr<std::string>(absl::string_view message)>;

// A signer over a PEM private key (PKCS#8 or SEC1, not encrypted).
//   kInvalidArgument  not a key
absl::StatusOr<Signer> NewPrivateKeySigner(absl::string_view key_pem);

}  // namespace suyuan::sdk
