// A FabricMSPConfig, parsed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "network/crypto/certificate.h"
#include "protos/msp/msp_config.pb.h"
#include "protos/msp/msp_principal.pb.h"

namespace suyuan {

using Role = ::common::MSPRole::MSPRoleType;

// An organizational unit, perhaps bound to the CA it must come from.
struct UnitRule {
  std::string unit;
  CertificatePtr ca;  // null: any CA of the MSP
};

struct RoleRule {
  Role role;
  UnitRule unit;
};

struct MspRules {
  std::string id;
  HashFamily hash_family = HashFamily::kSha2;
  std::vector<CertificatePtr> roots;
  std::vector<CertificatePtr> intermediates;
  std::vector<CertificatePtr> admins;
  std::vector<std::shared_ptr<const RevocationList>> revocation_lists;
  std::vector<UnitRule> units;  // if any, a member carries one of them
  bool node_ous = false;        // a member carries exactly one of `roles`
  std::vector<RoleRule> roles;
  std::vector<CertificatePtr> tls_roots;
  std::vector<CertificatePtr> tls_intermediates;
  std::vector<std::string> tls_roots_pem;
  std::vector<std::string> tls_intermediates_pem;
};

//   kInvalidArgument  names the field; see Msp::Create. What needs a chain is not
//                     checked here.
absl::StatusOr<MspRules> ParseMspRules(const ::msp::MSPConfig& config);

}  // namespace suyuan
