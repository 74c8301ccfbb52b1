#include "network/deliver/admin_check.h"

#include "network/msp/role_principal.h"

namespace suyuan {
namespace {

constexpr absl::Duration kTimeWindow = absl::Minutes(15);

absl::Status CheckAdmin(const Msp& msp, const Identity& identity) {
  const auto admin = RolePrincipal(msp.id(), ::common::MSPRole::ADMIN);
  if (msp.Satisfies(identity, admin).ok()) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("the caller is not an admin of ", msp.id()));
}

}  // namespace

absl::Status AdminCheck::CheckTime(absl::Time timestamp) const {
  if (absl::AbsDuration(clock_->Now() - timestamp) <= kTimeWindow) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "request.timestamp is more than 15 minutes from this node's clock");
}

absl::Status AdminCheck::CheckSigner(absl::string_view serialized, absl::string_view bytes,
                                     absl::string_view signature) const {
  const auto identity = msp_->Deserialize(serialized);
  if (!identity.ok()) {
    return absl::UnauthenticatedError(
        absl::StrCat("request.identity: ", identity.status().message()));
  }
  SUYUAN_RETURN_IF_ERROR(msp_->Validate(**identity), "request.identity");
  if (clock_->Now() > (*identity)->expires_at()) {
    return absl::UnauthenticatedError("request.identity: the certificate has expired");
  }
  SUYUAN_RETURN_IF_ERROR((*identity)->Verify({bytes}, signature), "signature");
  return CheckAdmin(*msp_, **identity);
}

}  // namespace suyuan
