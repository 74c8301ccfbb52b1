#include "network/protoutil/testing/test_transaction.h"

#include "absl/time/clock.h"
#include "network/common/check.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

std::string HeaderOf(const TestProposal& proposal) {
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(proposal.creator);
  signature_header.set_nonce(proposal.nonce);
  ::protos::ChaincodeHeaderExtension extension;
  extension.mutable_chaincode_id()->set_name(proposal.chaincode);
  ::common::ChannelHeader channel_header = MakeChannelHeader(
      ::common::ENDORSER_TRANSACTION, proposal.channel_id,
      proposal.tx_id.empty() ? ComputeTxId(proposal.nonce, proposal.creator) : proposal.tx_id,
      absl::Now());
  channel_header.set_type(proposal.type);
  channel_header.set_epoch(proposal.epoch);
  channel_header.set_extension(extension.SerializeAsString());
  ::common::Header header;
  header.set_channel_header(channel_header.SerializeAsString());
  header.set_signature_header(signature_header.SerializeAsString());
  return header.SerializeAsString();
}

::protos::Proposal Parse(absl::string_view proposal_bytes) {
  auto proposal = ParseProto<::protos::Proposal>(proposal_bytes, "Proposal");
  SUYUAN_CHECK(proposal.ok());
  return *std::move(proposal);
}

}  // namespace

std::string MakeProposal(const TestProposal& proposal) {
  ::protos::ChaincodeInvocationSpec invocation;
  ::protos::ChaincodeSpec* chaincode = invocation.mutable_chaincode_spec();
  chaincode->mutable_chaincode_id()->set_name(proposal.chaincode);
  if (proposal.with_input) {
    chaincode->mutable_input()->mutable_args()->Assign(proposal.args.begin(), proposal.args.end());
  }
  ::protos::ChaincodeProposalPayload payload;
  payload.set_input(invocation.SerializeAsString());
  payload.mutable_transientmap()->insert(proposal.transient.begin(), proposal.transient.end());
  ::protos::Proposal out;
  out.set_header(HeaderOf(proposal));
  out.set_payload(payload.SerializeAsString());
  return out.SerializeAsString();
}

std::string MakeResponsePayload(absl::string_view proposal_bytes,
                                const ::protos::ChaincodeAction& action) {
  const ::protos::Proposal proposal = Parse(proposal_bytes);
  const auto header = ParseProto<::common::Header>(proposal.header(), "Header");
  SUYUAN_CHECK(header.ok());
  const auto hash = ProposalHash(*header, proposal.payload());
  SUYUAN_CHECK(hash.ok());
  ::protos::ProposalResponsePayload response;
  response.set_proposal_hash(*hash);
  response.set_extension(action.SerializeAsString());
  return response.SerializeAsString();
}

std::string MakeTransactionPayload(absl::string_view proposal_bytes,
                                   absl::string_view response_payload,
                                   const std::vector<::protos::Endorsement>& endorsements) {
  const ::protos::Proposal proposal = Parse(proposal_bytes);
  ::protos::ChaincodeActionPayload action_payload;
  const auto input = WithoutTransient(proposal.payload());
  SUYUAN_CHECK(input.ok());
  action_payload.set_chaincode_proposal_payload(*input);
  ::protos::ChaincodeEndorsedAction* endorsed = action_payload.mutable_action();
  endorsed->set_proposal_response_payload(std::string(response_payload));
  for (const auto& endorsement : endorsements) *endorsed->add_endorsements() = endorsement;

  ::common::Payload payload;
  SUYUAN_CHECK(payload.mutable_header()->ParseFromString(proposal.header()));
  ::protos::Transaction transaction;
  ::protos::TransactionAction* action = transaction.add_actions();
  action->set_header(payload.header().signature_header());
  action->set_payload(action_payload.SerializeAsString());
  payload.set_data(transaction.SerializeAsString());
  return payload.SerializeAsString();
}

}  // namespace suyuan
