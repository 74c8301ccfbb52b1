// connection.json: where a network's nodes are, and the files of their users.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "network/cli/chaincode_client.h"

namespace suyuan {

struct ConnectionOrganization {
  std::string msp_id;
  std::string admin_cert, admin_key;  // PEM files of the user "admin"
  std::vector<NodeAddress> peers;
};

struct ConnectionFile {
  std::string channel;
  std::vector<ConnectionOrganization> organizations;
  std::vector<NodeAddress> orderers;
};

//   kInvalidArgument  names the field that is missing or of another kind
absl::StatusOr<ConnectionFile> ReadConnectionFile(const std::string& path);

}  // namespace suyuan
