#include "network/cli/gateway_session.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/cli/connection_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

absl::StatusOr<std::unique_ptr<sdk::Gateway>> ConnectGateway(const ClientConnection& connection) {
  sdk::ConnectionOptions options;
  options.endpoint = connection.gateway.endpoint;
  options.server_name = connection.gateway.server_name;
  SUYUAN_ASSIGN_OR_RETURN(options.tls_ca_pem, ReadFile(connection.gateway.tls_ca));
  SUYUAN_ASSIGN_OR_RETURN(auto transport, sdk::NewConnection(options));
  sdk::GatewayOptions gateway;
  gateway.identity.msp_id = connection.msp_id;
  SUYUAN_ASSIGN_OR_RETURN(gateway.identity.certificate_pem, ReadFile(connection.certificate));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, ReadFile(connection.key));
  SUYUAN_ASSIGN_OR_RETURN(gateway.signer, sdk::NewPrivateKeySigner(key), connection.key);
  return sdk::Gateway::Connect(std::move(transport), std::move(gateway));
}

}  // namespace

absl::Status CheckCommitted(const sdk::CommitStatus& status) {
  if (status.successful) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat(
      ::protos::TxValidationCode_Name(static_cast<::protos::TxValidationCode>(status.code)), " (",
      status.code, "): the transaction is in block ", status.block_number,
      ", invalid, and changed nothing"));
}

void AddGatewayFlags(CLI::App* command, GatewayFlags* flags) {
  command->add_option("--connection", flags->connection, "connection.json of the network")
      ->envname("SUYUAN_CONNECTION");
  command->add_option("--org", flags->org, "organisation of the user: name or MSP id")
      ->envname("SUYUAN_ORG");
  command->add_option("--user", flags->user, "user of that organisation (user1)")
      ->envname("SUYUAN_USER");
  command->add_option("--name", flags->chaincode, "chaincode with the trace contracts (trace)");
  command->add_option("--channel", flags->channel, "channel (the one in connection.json)");
  command->add_option("--timeout", flags->timeout_s, "seconds for each call (60)")
      ->check(CLI::Range(1, 3600));
}

sdk::CallOptions GatewaySession::deadline() const {
  sdk::CallOptions call;
  call.deadline = absl::Now() + absl::Seconds(timeout_s);
  return call;
}

absl::StatusOr<GatewaySession> OpenGatewaySession(const GatewayFlags& flags) {
  if (flags.connection.empty()) {
    return absl::InvalidArgumentError("--connection (or SUYUAN_CONNECTION): missing");
  }
  if (flags.org.empty()) return absl::InvalidArgumentError("--org (or SUYUAN_ORG): missing");
  SUYUAN_ASSIGN_OR_RETURN(ClientConnection connection,
                          ReadClientConnection(flags.connection, flags.org, flags.user));
  GatewaySession session;
  SUYUAN_ASSIGN_OR_RETURN(session.gateway, ConnectGateway(connection));
  session.channel = flags.channel.empty() ? connection.channel : flags.channel;
  session.chaincode = flags.chaincode;
  session.msp_ids = std::move(connection.msp_ids);
  session.timeout_s = flags.timeout_s;
  return session;
}

}  // namespace suyuan
