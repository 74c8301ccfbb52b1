#include "gateway/block_events.h"

#include <utility>

#include "protos/peer/chaincode_event.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

// The transaction's id, empty when it is not an endorser transaction; its event, when it
// has one.
std::string ReadTransaction(const std::string& bytes, ::protos::ChaincodeEvent* event) {
  ::common::Envelope envelope;
  ::common::Payload payload;
  ::common::ChannelHeader header;
  if (!envelope.ParseFromString(bytes) || !payload.ParseFromString(envelope.payload()) ||
      !header.ParseFromString(payload.header().channel_header()) ||
      header.type() != ::common::ENDORSER_TRANSACTION) {
    return "";
  }
  ::protos::Transaction transaction;
  ::protos::ChaincodeActionPayload action_payload;
  ::protos::ProposalResponsePayload response;
  ::protos::ChaincodeAction action;
  const bool has_event =
      transaction.ParseFromString(payload.data()) && transaction.actions_size() > 0 &&
      action_payload.ParseFromString(transaction.actions(0).payload()) &&
      response.ParseFromString(action_payload.action().proposal_response_payload()) &&
      action.ParseFromString(response.extension()) && event->ParseFromString(action.events());
  if (!has_event) event->Clear();
  return header.tx_id();
}

}  // namespace

::gateway::ChaincodeEventsResponse EventFilter::Events(const ::common::Block& block) {
  ::gateway::ChaincodeEventsResponse out;
  out.set_block_number(block.header().number());
  const int filter_slot = static_cast<int>(::common::TRANSACTIONS_FILTER);
  if (block.metadata().metadata_size() <= filter_slot) return out;
  const std::string& verdicts = block.metadata().metadata(filter_slot);
  for (int i = 0; i < block.data().data_size(); ++i) {
    const bool valid = static_cast<size_t>(i) < verdicts.size() && verdicts[i] == ::protos::VALID;
    if (!valid && after_tx_id_.empty()) continue;
    ::protos::ChaincodeEvent event;
    const std::string tx_id = ReadTransaction(block.data().data(i), &event);
    if (!after_tx_id_.empty()) {
      if (tx_id == after_tx_id_) after_tx_id_.clear();
      continue;
    }
    if (!valid || event.chaincode_id() != chaincode_ || event.event_name().empty()) continue;
    *out.add_events() = std::move(event);
  }
  return out;
}

}  // namespace suyuan
