// connection.json: where a network's nodes are, and the files of their users.
#pragma once

#include <map>
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

// What a client of the gateway needs of it.
struct ClientConnection {
  std::string channel;
  NodeAddress gateway;
  std::string msp_id;                          // of the user's organisation
  std::string certificate, key;                // PEM files of the user
  std::map<std::string, std::string> msp_ids;  // of organisations, by name
};

// `org`: name or MSP id of an organisation in it.
//   kInvalidArgument  names the field that is missing or of another kind
//   kNotFound         no such organisation or user; names those that there are
absl::StatusOr<ClientConnection> ReadClientConnection(const std::string& path,
                                                      const std::string& org,
                                                      const std::string& user);

}  // namespace suyuan
