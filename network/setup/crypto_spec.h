// What `suyuan crypto generate` shall make: organisations, their nodes and users.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/crypto/keys.h"

namespace suyuan {

struct NodeSpec {
  std::string name;                // directory and common name
  std::string role;                // peer, orderer or client (a gateway)
  std::vector<std::string> hosts;  // further names and addresses for the TLS certificate
};

struct OrganizationSpec {
  std::string name;  // directory name and X.509 organization
  std::string msp_id;
  KeyAlgorithm algorithm = KeyAlgorithm::kEcdsaP256;
  std::vector<NodeSpec> nodes;
  std::vector<std::string> users;  // "admin" gets the admin role, others client
  // By user: the certificate's attribute "role", which contracts read.
  std::map<std::string, std::string> roles;
};

struct CryptoSpec {
  int validity_days = 3650;
  std::vector<OrganizationSpec> organizations;
};

// Reads crypto.yaml:
//   validityDays: 3650
//   organizations:
//     - {name: producer, mspId: ProducerMSP, algorithm: ecdsa-p256, users: [admin],
//        roles: [{user: user1, role: "reviewer,quality"}],
//        nodes: [{name: peer0, role: peer, hosts: [peer0.example.com, 10.0.0.5]}]}
//   kInvalidArgument  every mistake, one a line
absl::StatusOr<CryptoSpec> ReadCryptoSpec(const std::filesystem::path& file);

// Names become directories: letters, digits, '.', '-' and '_', not starting with '.'.
bool IsPlainName(absl::string_view name);

}  // namespace suyuan
