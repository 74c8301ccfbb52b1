// Commands as clients of a gateway: the options that name network and user, and the connection.
#pragma once

#include <CLI/App.hpp>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sdk/gateway.h"

namespace suyuan {

// kAborted "CODE: the transaction is in block N, invalid, ..." unless it is valid.
absl::Status CheckCommitted(const sdk::CommitStatus& status);

// Of commands that call the trace contracts. `connection` and `org` may come from the environment:
// SUYUAN_CONNECTION, SUYUAN_ORG; so may `user`: SUYUAN_USER.
struct GatewayFlags {
  std::string connection, org, user = "user1", channel, chaincode = "trace";
  int timeout_s = 60;
};
void AddGatewayFlags(CLI::App* command, GatewayFlags* flags);

// A user's connection to one channel and chaincode.
struct GatewaySession {
  std::unique_ptr<sdk::Gateway> gateway;
  std::string channel, chaincode;
  std::map<std::string, std::string> msp_ids;  // of organisations, by name
  int timeout_s = 60;

  sdk::Network network() const { return gateway->GetNetwork(channel); }
  // Empty: the chaincode's default contract.
  sdk::Contract contract(absl::string_view name) const {
    return network().GetContract(chaincode, name);
  }
  sdk::CallOptions deadline() const;  // from now on
};
//   kInvalidArgument  connection or organisation missing; as ReadClientConnection()
absl::StatusOr<GatewaySession> OpenGatewaySession(const GatewayFlags& flags);

}  // namespace suyuan
