// Endorsed transactions of the fake channel, in one call.
#pragma once

#include <string>
#include <vector>

#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "protos/ledger/rwset/kvrwset/kv_rwset.pb.h"
#include "protos/ledger/rwset/rwset.pb.h"
#include "protos/peer/chaincode_event.pb.h"

namespace suyuan {

struct TransactionSpec {
  std::string channel_id = "trace";
  std::string creator = "Org1MSP/client";
  std::string nonce = "nonce";
  std::string tx_id;  // empty: the right one
  std::string signature = "good";
  std::string chaincode = "asset";
  std::string endorsed_chaincode = "asset";
  std::string version = "1";
  std::vector<std::string> endorsers = {"Org1MSP/peer0", "Org2MSP/peer0"};
  std::string endorsement_signature = "good";
  std::vector<std::string> namespaces = {"asset"};  // one key written in each
  std::string event_chaincode;                      // empty: no event
  bool other_input = false;                         // the proposal hash is over another input
};

inline std::string MakeRwSet(const std::vector<std::string>& namespaces) {
  ::rwset::TxReadWriteSet rwset;
  for (const std::string& name : namespaces) {
    ::kvrwset::KVRWSet kv;
    kv.add_writes()->set_key("key");
    auto* ns = rwset.add_ns_rwset();
    ns->set_namespace_(name);
    ns->set_rwset(kv.SerializeAsString());
  }
  return rwset.SerializeAsString();
}

inline std::string MakeAction(const TransactionSpec& spec) {
  ::protos::ChaincodeAction action;
  action.set_results(MakeRwSet(spec.namespaces));
  action.mutable_chaincode_id()->set_name(spec.endorsed_chaincode);
  action.mutable_chaincode_id()->set_version(spec.version);
  if (!spec.event_chaincode.empty()) {
    ::protos::ChaincodeEvent event;
    event.set_chaincode_id(spec.event_chaincode);
    event.set_event_name("moved");
    event.set_payload("secret");
    action.set_events(event.SerializeAsString());
  }
  return action.SerializeAsString();
}

// The bytes of its Envelope.
inline std::string MakeTransaction(const TransactionSpec& spec) {
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(spec.creator);
  signature_header.set_nonce(spec.nonce);
  ::common::ChannelHeader channel_header;
  channel_header.set_type(::common::ENDORSER_TRANSACTION);
  channel_header.set_channel_id(spec.channel_id);
  channel_header.set_tx_id(spec.tx_id.empty() ? ComputeTxId(spec.nonce, spec.creator) : spec.tx_id);
  ::protos::ChaincodeHeaderExtension extension;
  extension.mutable_chaincode_id()->set_name(spec.chaincode);
  channel_header.set_extension(extension.SerializeAsString());

  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(channel_header.SerializeAsString());
  payload.mutable_header()->set_signature_header(signature_header.SerializeAsString());

  ::protos::ProposalResponsePayload response;
  response.set_extension(MakeAction(spec));
  ::protos::ChaincodeActionPayload action_payload;
  action_payload.set_chaincode_proposal_payload("input");
  response.set_proposal_hash(
      Sha256({payload.header().channel_header(), payload.header().signature_header(),
              spec.other_input ? "other" : "input"}));
  action_payload.mutable_action()->set_proposal_response_payload(response.SerializeAsString());
  for (const std::string& endorser : spec.endorsers) {
    auto* endorsement = action_payload.mutable_action()->add_endorsements();
    endorsement->set_endorser(endorser);
    endorsement->set_signature(spec.endorsement_signature);
  }
  ::protos::Transaction transaction;
  auto* action = transaction.add_actions();
  action->set_header(payload.header().signature_header());
  action->set_payload(action_payload.SerializeAsString());
  payload.set_data(transaction.SerializeAsString());

  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  envelope.set_signature(spec.signature);
  return envelope.SerializeAsString();
}

}  // namespace suyuan
