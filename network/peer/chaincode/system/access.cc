#include "network/peer/chaincode/system/access.h"

#include "absl/strings/str_cat.h"
#include "network/msp/role_principal.h"

namespace suyuan {

absl::Status CheckChannelAccess(const PeerChannel& channel, absl::string_view resource,
                                const Identity& creator) {
  const ChannelConfigPtr config = channel.config();
  const auto denied = [&](const absl::Status& reason) {
    return absl::PermissionDeniedError(absl::StrCat("access denied for [", resource, "][",
                                                    channel.id(), "]: [", reason.message(), "]"));
  };
  // The proposal may have come without a channel: then nobody asked this channel yet.
  const auto member = config->msps()->Deserialize(creator.serialized());
  if (!member.ok()) return denied(member.status());
  const absl::Status valid = config->msps()->Validate(**member);
  if (!valid.ok()) return denied(valid);
  const absl::Status allowed = config->GetAclPolicy(resource)->EvaluateIdentities({*member});
  return allowed.ok() ? allowed : denied(allowed);
}

absl::Status CheckLocalAccess(const Msp& local_msp, ::common::MSPRole::MSPRoleType role,
                              const Identity& creator) {
  const auto denied = [&](const absl::Status& reason) {
    return absl::PermissionDeniedError(absl::StrCat(
        "the identity is not ", role == ::common::MSPRole::ADMIN ? "an admin" : "a member", " of ",
        local_msp.id(), ", this peer's organisation: ", reason.message()));
  };
  const auto member = local_msp.Deserialize(creator.serialized());
  if (!member.ok()) return denied(member.status());
  const absl::Status fits = local_msp.Satisfies(**member, RolePrincipal(local_msp.id(), role));
  return fits.ok() ? fits : denied(fits);
}

}  // namespace suyuan
