#include "network/receipt/testing/test_receipt.h"

#include <utility>
#include <vector>

#include "network/common/check.h"
#include "network/msp/signed_envelope.h"
#include "network/msp/testing/signed_proposal.h"
#include "network/protoutil/protoutil.h"
#include "network/receipt/receipt.h"
#include "protos/ledger/rwset/kvrwset/kv_rwset.pb.h"
#include "protos/ledger/rwset/rwset.pb.h"
#include "protos/orderer/configuration.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

using Signers = std::vector<std::shared_ptr<const SigningIdentity>>;

std::string Sign(const SigningIdentity& signer, std::initializer_list<absl::string_view> message) {
  auto signature = signer.Sign(message);
  SUYUAN_CHECK(signature.ok());
  return *std::move(signature);
}

::protos::Endorsement EndorsedBy(const SigningIdentity& peer, const std::string& payload) {
  ::protos::Endorsement endorsement;
  endorsement.set_endorser(peer.serialized());
  endorsement.set_signature(Sign(peer, {payload, peer.serialized()}));
  return endorsement;
}

::protos::ChaincodeAction PutAction() {
  ::kvrwset::KVRWSet set;
  auto* write = set.add_writes();
  write->set_key("k");
  write->set_value("v");
  ::rwset::TxReadWriteSet results;
  auto* space = results.add_ns_rwset();
  space->set_namespace_("asset");
  space->set_rwset(set.SerializeAsString());
  ::protos::ChaincodeAction action;
  action.set_results(results.SerializeAsString());
  action.mutable_response()->set_status(200);
  action.mutable_response()->set_payload("done");
  return action;
}

::common::Envelope Transaction(const SigningIdentity& client, const Signers& peers,
                               bool with_bad_endorsement) {
  TestProposal proposal{.args = {"Put", "k", "v"}};
  proposal.creator = client.serialized();
  const std::string bytes = MakeProposal(proposal);
  const std::string payload = MakeResponsePayload(bytes, PutAction());
  std::vector<::protos::Endorsement> endorsements;
  for (const auto& peer : peers) endorsements.push_back(EndorsedBy(*peer, payload));
  if (with_bad_endorsement) {
    endorsements.push_back(EndorsedBy(*peers.front(), "another payload"));
  }
  ::common::Envelope envelope;
  envelope.set_payload(MakeTransactionPayload(bytes, payload, endorsements));
  envelope.set_signature(Sign(client, {envelope.payload()}));
  return envelope;
}

void SignAsOrderer(const SigningIdentity& orderer, ::common::Block* block) {
  ::common::OrdererBlockMetadata value;
  value.mutable_last_config()->set_index(0);
  ::common::Metadata metadata;
  metadata.set_value(value.SerializeAsString());
  auto* signature = metadata.add_signatures();
  signature->set_signature_header(MakeSignatureHeader(orderer).SerializeAsString());
  signature->set_signature(Sign(
      orderer, {metadata.value(), signature->signature_header(), BlockHeaderDer(block->header())}));
  *block->mutable_metadata()->mutable_metadata(::common::SIGNATURES) = metadata.SerializeAsString();
}

::suyuan::receipt::Witness WitnessBy(const SigningIdentity& peer, const SigningIdentity& client,
                                     const std::string& transaction_id,
                                     const ::common::Envelope& envelope) {
  TestProposal question{.chaincode = kWitnessChaincode,
                        .args = {kWitnessFunction, "trace", transaction_id}};
  question.creator = client.serialized();
  const std::string bytes = MakeProposal(question);
  ::protos::ProcessedTransaction processed;
  *processed.mutable_transactionenvelope() = envelope;
  ::protos::ChaincodeAction action;
  action.mutable_response()->set_status(200);
  action.mutable_response()->set_payload(processed.SerializeAsString());
  ::protos::ProposalResponse response;
  response.set_payload(MakeResponsePayload(bytes, action));
  *response.mutable_endorsement() = EndorsedBy(peer, response.payload());
  const auto proposal = ParseProto<::protos::Proposal>(bytes, "proposal");
  SUYUAN_CHECK(proposal.ok());
  auto witness = MakeWitness(*proposal, response);
  SUYUAN_CHECK(witness.ok());
  return *std::move(witness);
}

}  // namespace

TestReceipt MakeTestReceipt(const TestChannel& channel, bool with_bad_endorsement) {
  TestReceipt out{channel.genesis(), {}};
  const auto client = channel.producer().NewClient();
  const Signers peers = {channel.producer().NewPeer(), channel.distributor().NewPeer()};
  const ::common::Envelope envelope = Transaction(*client, peers, with_bad_endorsement);
  const auto parsed = ParseEnvelope(envelope);
  SUYUAN_CHECK(parsed.ok());
  ReceiptParts parts{channel.id(), parsed->channel_header.tx_id()};
  parts.block = MakeBlock(1, BlockHeaderHash(out.genesis.header()),
                          {"another transaction", envelope.SerializeAsString()});
  SignAsOrderer(*channel.supervisor().NewOrderer(), &parts.block);
  for (const auto& peer : peers) {
    parts.witnesses.push_back(WitnessBy(*peer, *client, parts.transaction_id, envelope));
  }
  auto receipt = MakeReceipt(std::move(parts));
  SUYUAN_CHECK(receipt.ok());
  out.receipt = *std::move(receipt);
  return out;
}

}  // namespace suyuan
