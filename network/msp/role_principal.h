// Who has a role in an organisation, as policies say it.
#pragma once

#include "absl/strings/string_view.h"
#include "protos/msp/msp_principal.pb.h"

namespace suyuan {

// A principal of classification ROLE.
::common::MSPPrincipal RolePrincipal(absl::string_view msp_id, ::common::MSPRole::MSPRoleType role);

}  // namespace suyuan
