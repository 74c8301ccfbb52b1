#include "network/msp/role_principal.h"

namespace suyuan {

::common::MSPPrincipal RolePrincipal(absl::string_view msp_id,
                                     ::common::MSPRole::MSPRoleType role) {
  ::common::MSPRole content;
  content.set_msp_identifier(msp_id.data(), msp_id.size());
  content.set_role(role);
  ::common::MSPPrincipal principal;
  principal.set_principal_classification(::common::MSPPrincipal::ROLE);
  principal.set_principal(content.SerializeAsString());
  return principal;
}

}  // namespace suyuan
