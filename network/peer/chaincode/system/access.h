// May this identity call this function?
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "network/msp/msp.h"
#include "network/peer/chaincode/peer_channel.h"
#include "protos/msp/msp_principal.pb.h"

namespace suyuan {

// By the channel's policy for `resource`, e.g. "qscc/GetChainInfo". The creator's
// signature has been checked.
//   kPermissionDenied  it may not
absl::Status CheckChannelAccess(const PeerChannel& channel, absl::string_view resource,
                                const Identity& creator);

// By its role in the peer's own organisation.
//   kPermissionDenied  it has another
absl::Status CheckLocalAccess(const Msp& local_msp, ::common::MSPRole::MSPRoleType role,
                              const Identity& creator);

}  // namespace suyuan
