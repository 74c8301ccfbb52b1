// MSPPrincipal: is it well-formed, how does it read, whose peers could fill it?
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "protos/msp/msp_principal.pb.h"

namespace suyuan::policy_internal {

// kInvalidArgument: unknown classification, or bytes that are not its message.
absl::Status CheckPrincipal(const ::common::MSPPrincipal& principal);

// "'Org1MSP.peer'"; other classifications read "'Org1MSP/ou=sales'", "'identity'".
std::string PrincipalText(const ::common::MSPPrincipal& principal);

// The MSP whose peers fit; nullopt unless the role is PEER or MEMBER.
std::optional<std::string> EndorsingMsp(const ::common::MSPPrincipal& principal);

}  // namespace suyuan::policy_internal
