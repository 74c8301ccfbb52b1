#include "network/cli/peer_client.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/cli/node_address.h"
#include "network/cli/signer_file.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/credentials.h"
#include "network/rpc/status_mapping.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/proposal.pb.h"

namespace suyuan {
namespace {

constexpr size_t kNonceBytes = 24;

std::string InvocationBytes(const ProposalSpec& spec) {
  ::protos::ChaincodeInvocationSpec invocation;
  ::protos::ChaincodeSpec* chaincode = invocation.mutable_chaincode_spec();
  chaincode->mutable_chaincode_id()->set_name(spec.chaincode);
  for (const std::string& arg : spec.args) chaincode->mutable_input()->add_args(arg);
  ::protos::ChaincodeProposalPayload payload;
  payload.set_input(invocation.SerializeAsString());
  return payload.SerializeAsString();
}

std::string HeaderBytes(const ProposalSpec& spec, const std::string& creator) {
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(creator);
  signature_header.set_nonce(RandomBytes(kNonceBytes));
  ::protos::ChaincodeHeaderExtension extension;
  extension.mutable_chaincode_id()->set_name(spec.chaincode);
  ::common::ChannelHeader channel_header = MakeChannelHeader(
      spec.type, spec.channel_id, ComputeTxId(signature_header.nonce(), creator), absl::Now());
  channel_header.set_extension(extension.SerializeAsString());
  ::common::Header header;
  header.set_channel_header(channel_header.SerializeAsString());
  header.set_signature_header(signature_header.SerializeAsString());
  return header.SerializeAsString();
}

absl::Status AsStatus(const ::protos::Response& response) {
  if (response.status() < 400) return absl::OkStatus();
  const std::string text = absl::StrCat("refused (", response.status(), "): ", response.message());
  if (response.status() == 404) return absl::NotFoundError(text);
  if (absl::StrContains(response.message(), "already")) return absl::AlreadyExistsError(text);
  return absl::UnknownError(text);
}

}  // namespace

void AddPeerClientOptions(CLI::App* command, PeerClientOptions* options) {
  command->add_option("--peer", options->endpoint, "HOST:PORT of the peer")->required();
  command->add_option("--tls-ca", options->tls_ca, "TLS root of the peer's organisation, PEM")
      ->required();
  command->add_option("--cert", options->certificate, "certificate to sign with, PEM")->required();
  command->add_option("--key", options->key, "its private key, PEM")->required();
  command->add_option("--msp-id", options->msp_id, "organisation of the certificate")->required();
  command->add_option("--server-name", options->server_name,
                      "name in the peer's TLS certificate, when it is not the endpoint's");
}

absl::StatusOr<::protos::SignedProposal> MakeSignedProposal(const ProposalSpec& spec,
                                                            const SigningIdentity& signer) {
  ::protos::Proposal proposal;
  proposal.set_header(HeaderBytes(spec, signer.serialized()));
  proposal.set_payload(InvocationBytes(spec));
  ::protos::SignedProposal signed_proposal;
  signed_proposal.set_proposal_bytes(proposal.SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*signed_proposal.mutable_signature(),
                          signer.Sign({signed_proposal.proposal_bytes()}));
  return signed_proposal;
}

absl::StatusOr<std::unique_ptr<PeerClient>> PeerClient::Create(const PeerClientOptions& options) {
  SUYUAN_ASSIGN_OR_RETURN(auto channel,
                          DialNode({options.endpoint, options.tls_ca, options.server_name}));
  std::unique_ptr<PeerClient> client(new PeerClient());
  SUYUAN_ASSIGN_OR_RETURN(client->signer_,
                          LoadSigner(options.msp_id, options.certificate, options.key));
  client->endpoint_ = options.endpoint;
  client->stub_ = ::protos::Endorser::NewStub(std::move(channel));
  return client;
}

absl::StatusOr<::protos::ProposalResponse> PeerClient::Process(
    const ::protos::SignedProposal& proposal, absl::Duration timeout) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  ::protos::ProposalResponse response;
  SUYUAN_RETURN_IF_ERROR(FromGrpc(stub_->ProcessProposal(&context, proposal, &response)),
                         absl::StrCat("peer ", endpoint_));
  return response;
}

absl::StatusOr<::protos::Response> PeerClient::Call(const ProposalSpec& spec) {
  SUYUAN_ASSIGN_OR_RETURN(const auto proposal, MakeSignedProposal(spec, *signer_));
  SUYUAN_ASSIGN_OR_RETURN(::protos::ProposalResponse answer, Process(proposal));
  SUYUAN_RETURN_IF_ERROR(AsStatus(answer.response()), absl::StrCat("peer ", endpoint_));
  return std::move(*answer.mutable_response());
}

}  // namespace suyuan
