#include "network/peer/filtered_block.h"

#include <string>

#include "network/protoutil/protoutil.h"
#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

// The event of one action; false when there is none, or it can't be read.
bool ReadEvent(const ::protos::TransactionAction& action, ::protos::ChaincodeEvent* event) {
  ::protos::ChaincodeActionPayload payload;
  ::protos::ProposalResponsePayload response;
  ::protos::ChaincodeAction result;
  return payload.ParseFromString(action.payload()) &&
         response.ParseFromString(payload.action().proposal_response_payload()) &&
         result.ParseFromString(response.extension()) && !result.events().empty() &&
         event->ParseFromString(result.events()) && !event->chaincode_id().empty();
}

void AddActions(const std::string& transaction_bytes,
                ::protos::FilteredTransactionActions* actions) {
  ::protos::Transaction transaction;
  if (!transaction.ParseFromString(transaction_bytes)) return;
  for (const ::protos::TransactionAction& action : transaction.actions()) {
    ::protos::ChaincodeEvent event;
    if (!ReadEvent(action, &event)) continue;
    event.clear_payload();
    *actions->add_chaincode_actions()->mutable_chaincode_event() = std::move(event);
  }
}

::protos::TxValidationCode CodeOf(const ::common::Block& block, int index) {
  if (block.metadata().metadata_size() <= ::common::TRANSACTIONS_FILTER) {
    return ::protos::NOT_VALIDATED;
  }
  const std::string& codes = block.metadata().metadata(::common::TRANSACTIONS_FILTER);
  // The genesis block of a channel carries none.
  if (static_cast<size_t>(index) >= codes.size()) return ::protos::VALID;
  return static_cast<::protos::TxValidationCode>(static_cast<uint8_t>(codes[index]));
}

}  // namespace

::protos::FilteredBlock MakeFilteredBlock(absl::string_view channel_id,
                                          const ::common::Block& block) {
  ::protos::FilteredBlock filtered;
  filtered.set_channel_id(std::string(channel_id));
  filtered.set_number(block.header().number());
  for (int i = 0; i < block.data().data_size(); ++i) {
    ::protos::FilteredTransaction* out = filtered.add_filtered_transactions();
    out->set_tx_validation_code(CodeOf(block, i));
    const auto envelope = ParseEnvelope(block.data().data(i));
    if (!envelope.ok()) continue;
    out->set_txid(envelope->channel_header.tx_id());
    out->set_type(static_cast<::common::HeaderType>(envelope->channel_header.type()));
    if (out->type() != ::common::ENDORSER_TRANSACTION) continue;
    AddActions(envelope->payload.data(), out->mutable_transaction_actions());
  }
  return filtered;
}

}  // namespace suyuan
