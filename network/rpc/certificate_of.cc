#include "network/rpc/certificate_of.h"

#include "absl/strings/string_view.h"

namespace suyuan {

absl::StatusOr<CertificatePtr> CertificateOf(const grpc::AuthContext* context) {
  if (context == nullptr) return absl::UnauthenticatedError("the caller did not use TLS");
  const auto values = context->FindPropertyValues("x509_pem_cert");
  if (values.empty()) {
    return absl::UnauthenticatedError("the caller presented no TLS client certificate");
  }
  return Certificate::FromPem(absl::string_view(values[0].data(), values[0].size()));
}

}  // namespace suyuan
