#include "network/peer/caller_check.h"

#include "absl/strings/str_cat.h"
#include "network/rpc/server.h"

namespace suyuan {

absl::Status CallerCheck::OwnOrganisation(const grpc::ServerContextBase& context) const {
  return OwnOrganisation(CallerCertificate(context));
}

absl::Status CallerCheck::OwnOrganisation(const absl::StatusOr<CertificatePtr>& certificate) const {
  if (!certificate.ok()) {
    return absl::PermissionDeniedError(
        absl::StrCat("only for callers with a TLS certificate of ", organisation_->id()));
  }
  const absl::Status checked = organisation_->CheckTls(*certificate, clock_->Now());
  if (checked.ok()) return checked;
  log_.Warn("a caller was refused", {{"reason", checked.message()}});
  return absl::PermissionDeniedError(absl::StrCat("the caller: ", checked.message()));
}

}  // namespace suyuan
