// The TLS certificate of the other side of a call, caller or server.
#pragma once

#include <grpcpp/security/auth_context.h>

#include "absl/status/statusor.h"
#include "network/crypto/certificate.h"

namespace suyuan {

// `context` may be nullptr.
//   kUnauthenticated  no TLS, or no certificate; the message speaks of a caller
//   kInvalidArgument  not a certificate
absl::StatusOr<CertificatePtr> CertificateOf(const grpc::AuthContext* context);

}  // namespace suyuan
