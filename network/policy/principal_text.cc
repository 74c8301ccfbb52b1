#include "network/policy/principal_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/msp/identities.pb.h"

namespace suyuan::policy_internal {
namespace {

constexpr int kMaxDepth = 8;

absl::Status CheckRole(const std::string& bytes) {
  SUYUAN_ASSIGN_OR_RETURN(auto role, ParseProto<::common::MSPRole>(bytes, "MSPRole"));
  if (!::common::MSPRole::MSPRoleType_IsValid(role.role())) {
    return absl::InvalidArgumentError(absl::StrCat("unknown role ", role.role()));
  }
  return absl::OkStatus();
}

absl::Status Check(const ::common::MSPPrincipal& principal, int depth) {
  const std::string& bytes = principal.principal();
  switch (principal.principal_classification()) {
    case ::common::MSPPrincipal::ROLE:
      return CheckRole(bytes);
    case ::common::MSPPrincipal::ORGANIZATION_UNIT:
      return ParseProto<::common::OrganizationUnit>(bytes, "OrganizationUnit").status();
    case ::common::MSPPrincipal::IDENTITY:
      return ParseProto<::msp::SerializedIdentity>(bytes, "SerializedIdentity").status();
    case ::common::MSPPrincipal::COMBINED: {
      if (depth == kMaxDepth) return absl::InvalidArgumentError("principals nest too deep");
      SUYUAN_ASSIGN_OR_RETURN(auto combined,
                              ParseProto<::common::CombinedPrincipal>(bytes, "CombinedPrincipal"));
      for (const auto& part : combined.principals()) SUYUAN_RETURN_IF_ERROR(Check(part, depth + 1));
      return absl::OkStatus();
    }
    case ::common::MSPPrincipal::ANONYMITY:
      return absl::OkStatus();  // parsed, never satisfied
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("unknown principal classification ", principal.principal_classification()));
  }
}

}  // namespace

absl::Status CheckPrincipal(const ::common::MSPPrincipal& principal) { return Check(principal, 0); }

std::string PrincipalText(const ::common::MSPPrincipal& principal) {
  ::common::MSPRole role;
  ::common::OrganizationUnit unit;
  switch (principal.principal_classification()) {
    case ::common::MSPPrincipal::ROLE:
      if (!role.ParseFromString(principal.principal())) break;
      return absl::StrCat("'", role.msp_identifier(), ".",
                          absl::AsciiStrToLower(::common::MSPRole::MSPRoleType_Name(role.role())),
                          "'");
    case ::common::MSPPrincipal::ORGANIZATION_UNIT:
      if (!unit.ParseFromString(principal.principal())) break;
      return absl::StrCat("'", unit.msp_identifier(), "/ou=", unit.organizational_unit_identifier(),
                          "'");
    default:
      break;
  }
  return absl::StrCat("'",
                      absl::AsciiStrToLower(::common::MSPPrincipal::Classification_Name(
                          principal.principal_classification())),
                      "'");
}

std::optional<std::string> EndorsingMsp(const ::common::MSPPrincipal& principal) {
  ::common::MSPRole role;
  if (principal.principal_classification() != ::common::MSPPrincipal::ROLE ||
      !role.ParseFromString(principal.principal())) {
    return std::nullopt;
  }
  if (role.role() != ::common::MSPRole::PEER && role.role() != ::common::MSPRole::MEMBER) {
    return std::nullopt;
  }
  return role.msp_identifier();
}

}  // namespace suyuan::policy_internal
