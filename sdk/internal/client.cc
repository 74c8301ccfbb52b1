#include "sdk/internal/client.h"

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/proposal.pb.h"

namespace suyuan::sdk::internal {

absl::StatusOr<std::string> Client::Sign(absl::string_view message) const {
  if (!options.signer) {
    return absl::FailedPreconditionError(
        "not signed: connect with a signer, or set a signature made offline");
  }
  return options.signer(message);
}

namespace {

std::string ProposalPayload(absl::string_view chaincode, absl::string_view function,
                            const ProposalOptions& options) {
  ::protos::ChaincodeInvocationSpec invocation;
  ::protos::ChaincodeSpec* spec = invocation.mutable_chaincode_spec();
  spec->set_type(::protos::ChaincodeSpec::GOLANG);
  spec->mutable_chaincode_id()->set_name(std::string(chaincode));
  spec->mutable_input()->add_args(std::string(function));
  for (const std::string& argument : options.arguments) spec->mutable_input()->add_args(argument);

  ::protos::ChaincodeProposalPayload payload;
  payload.set_input(invocation.SerializeAsString());
  for (const auto& [key, value] : options.transient) (*payload.mutable_transientmap())[key] = value;
  return payload.SerializeAsString();
}

}  // namespace

absl::StatusOr<Proposal> Client::MakeProposal(std::shared_ptr<Client> client,
                                              absl::string_view channel,
                                              absl::string_view chaincode,
                                              absl::string_view function,
                                              const ProposalOptions& options) {
  if (channel.empty()) return absl::InvalidArgumentError("channel: is empty");
  if (chaincode.empty()) return absl::InvalidArgumentError("chaincode: is empty");
  const std::string nonce = RandomBytes(24);
  const std::string tx_id = ComputeTxId(nonce, client->creator);

  ::protos::ChaincodeHeaderExtension extension;
  extension.mutable_chaincode_id()->set_name(std::string(chaincode));
  ::common::ChannelHeader channel_header =
      MakeChannelHeader(::common::ENDORSER_TRANSACTION, channel, tx_id, absl::Now());
  channel_header.set_extension(extension.SerializeAsString());
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(client->creator);
  signature_header.set_nonce(nonce);
  ::common::Header header;
  header.set_channel_header(channel_header.SerializeAsString());
  header.set_signature_header(signature_header.SerializeAsString());

  ::protos::Proposal proposal;
  proposal.set_header(header.SerializeAsString());
  proposal.set_payload(ProposalPayload(chaincode, function, options));

  ::gateway::ProposedTransaction proposed;
  proposed.set_transaction_id(tx_id);
  proposed.mutable_proposal()->set_proposal_bytes(proposal.SerializeAsString());
  for (const std::string& org : options.endorsing_organizations) {
    proposed.add_endorsing_organizations(org);
  }
  return ToProposal(std::move(client), std::move(proposed));
}

::orderer::SeekPosition StartPosition(const EventOptions& options) {
  ::orderer::SeekPosition position;
  std::optional<uint64_t> start = options.start_block;
  if (options.checkpoint != nullptr && options.checkpoint->BlockNumber()) {
    start = options.checkpoint->BlockNumber();
  }
  if (start) {
    position.mutable_specified()->set_number(*start);
  } else {
    position.mutable_next_commit();
  }
  return position;
}

}  // namespace suyuan::sdk::internal
