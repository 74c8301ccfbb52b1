#include "network/cli/admin_client.h"

#include <grpcpp/client_context.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/cli/node_address.h"
#include "network/cli/peer_client.h"
#include "network/cli/signer_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {

namespace wire = ::suyuan::node;

constexpr absl::Duration kTimeout = absl::Seconds(30);

}  // namespace

absl::StatusOr<std::unique_ptr<AdminClient>> AdminClient::Create(const PeerClientOptions& options) {
  std::unique_ptr<AdminClient> client(new AdminClient());
  SUYUAN_ASSIGN_OR_RETURN(client->signer_,
                          LoadSigner(options.msp_id, options.certificate, options.key));
  client->endpoint_ = options.endpoint;
  SUYUAN_ASSIGN_OR_RETURN(client->channel_,
                          DialNode({options.endpoint, options.tls_ca, options.server_name}));
  return client;
}

absl::StatusOr<wire::SignedRequest> AdminClient::Sign(wire::AdminRequest request,
                                                      const char* method) const {
  request.set_identity(signer_->serialized());
  request.mutable_timestamp()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  request.set_method(method);
  wire::SignedRequest signed_request;
  signed_request.set_request(request.SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*signed_request.mutable_signature(),
                          signer_->Sign({signed_request.request()}));
  return signed_request;
}

absl::Status AdminClient::Copy(const std::string& channel_id, bool state_hash,
                               const std::function<absl::Status(const wire::CopyPart&)>& take) {
  wire::AdminRequest request;
  request.set_channel_id(channel_id);
  request.set_without_state_hash(!state_hash);
  SUYUAN_ASSIGN_OR_RETURN(const auto signed_request, Sign(std::move(request), "Copy"));
  grpc::ClientContext context;
  const auto stub = wire::LedgerCopy::NewStub(channel_);
  const auto stream = stub->Copy(&context, signed_request);
  absl::Status taken;
  bool ended = false;
  for (wire::CopyPart part; !ended && stream->Read(&part);) {
    taken = take(part);
    if (!taken.ok()) context.TryCancel();
    ended = !taken.ok() || part.has_end();
  }
  wire::CopyPart more;
  while (stream->Read(&more)) {
  }
  const absl::Status status = FromGrpc(stream->Finish());
  SUYUAN_RETURN_IF_ERROR(taken);
  SUYUAN_RETURN_IF_ERROR(status, absl::StrCat("node ", endpoint_));
  if (ended) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("node ", endpoint_, ": the copy ended too early"));
}

absl::StatusOr<wire::LedgerHashes> AdminClient::Hashes(const std::string& channel_id,
                                                       uint64_t height) {
  wire::AdminRequest request;
  request.set_channel_id(channel_id);
  request.set_height(height);
  SUYUAN_ASSIGN_OR_RETURN(const auto signed_request, Sign(std::move(request), "Hashes"));
  grpc::ClientContext context;
  wire::LedgerHashes reply;
  SUYUAN_RETURN_IF_ERROR(
      FromGrpc(wire::LedgerCopy::NewStub(channel_)->Hashes(&context, signed_request, &reply)),
      absl::StrCat("node ", endpoint_));
  return reply;
}

void AddNodeOptions(CLI::App* command, PeerClientOptions* options, bool required) {
  auto* node = command->add_option("--peer,--orderer", options->endpoint, "HOST:PORT of the node");
  if (required) node->required();
  const auto add = [&](const char* name, std::string* value, const char* help) {
    auto* option = command->add_option(name, *value, help);
    if (required) option->required();
    option->needs(node);
    node->needs(option);
  };
  add("--tls-ca", &options->tls_ca, "TLS root of the node's organisation, PEM");
  add("--cert", &options->certificate, "an admin's certificate, PEM");
  add("--key", &options->key, "its private key, PEM");
  add("--msp-id", &options->msp_id, "the node's organisation");
  command->add_option("--server-name", options->server_name,
                      "name in the node's TLS certificate, when it is not the endpoint's");
}

absl::StatusOr<uint64_t> AdminClient::Leave(const std::string& channel_id) {
  wire::AdminRequest request;
  request.set_channel_id(channel_id);
  SUYUAN_ASSIGN_OR_RETURN(const auto signed_request, Sign(std::move(request), "Leave"));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTimeout));
  wire::LeaveReply reply;
  SUYUAN_RETURN_IF_ERROR(
      FromGrpc(wire::PeerAdmin::NewStub(channel_)->Leave(&context, signed_request, &reply)),
      absl::StrCat("peer ", endpoint_));
  return reply.height();
}

}  // namespace suyuan
