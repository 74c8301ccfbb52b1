#include <limits>

#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/events.pb.h"
#include "sdk/gateway.h"
#include "sdk/internal/client.h"
#include "sdk/internal/event_stream.h"

namespace suyuan::sdk {
namespace {

using internal::Client;
using internal::QueuedStream;

ChaincodeEvent ToEvent(const ::protos::ChaincodeEvent& event, uint64_t block_number) {
  return {block_number, event.tx_id(), event.chaincode_id(), event.event_name(), event.payload()};
}

absl::StatusOr<std::vector<ChaincodeEvent>> DecodeChaincodeEvents(const std::string& message) {
  SUYUAN_ASSIGN_OR_RETURN(auto response, ParseProto<::gateway::ChaincodeEventsResponse>(
                                             message, "ChaincodeEventsResponse"));
  std::vector<ChaincodeEvent> events;
  for (const auto& event : response.events()) {
    events.push_back(ToEvent(event, response.block_number()));
  }
  return events;
}

absl::Status StatusMessageError(const ::protos::DeliverResponse& response) {
  return absl::FailedPreconditionError(absl::StrCat("the peer answered ",
                                                    ::common::Status_Name(response.status()), " (",
                                                    static_cast<int>(response.status()), ")"));
}

absl::StatusOr<std::vector<BlockEvent>> DecodeBlock(const std::string& message) {
  SUYUAN_ASSIGN_OR_RETURN(auto response,
                          ParseProto<::protos::DeliverResponse>(message, "DeliverResponse"));
  if (!response.has_block()) return StatusMessageError(response);
  return std::vector<BlockEvent>{
      {response.block().header().number(), response.block().SerializeAsString()}};
}

FilteredTransaction ToFiltered(const ::protos::FilteredTransaction& tx, uint64_t block_number) {
  FilteredTransaction out;
  out.transaction_id = tx.txid();
  out.type = tx.type();
  out.code = tx.tx_validation_code();
  for (const auto& action : tx.transaction_actions().chaincode_actions()) {
    if (!action.chaincode_event().event_name().empty()) {
      out.events.push_back(ToEvent(action.chaincode_event(), block_number));
    }
  }
  return out;
}

absl::StatusOr<std::vector<FilteredBlockEvent>> DecodeFiltered(const std::string& message) {
  SUYUAN_ASSIGN_OR_RETURN(auto response,
                          ParseProto<::protos::DeliverResponse>(message, "DeliverResponse"));
  if (!response.has_filtered_block()) return StatusMessageError(response);
  FilteredBlockEvent block;
  block.number = response.filtered_block().number();
  for (const auto& tx : response.filtered_block().filtered_transactions()) {
    block.transactions.push_back(ToFiltered(tx, block.number));
  }
  return std::vector<FilteredBlockEvent>{std::move(block)};
}

// A signed seek envelope: from the start position, for ever.
absl::StatusOr<std::string> SeekEnvelope(const Client& client, const std::string& channel,
                                         const EventOptions& options) {
  ::orderer::SeekInfo seek;
  *seek.mutable_start() = internal::StartPosition(options);
  seek.mutable_stop()->mutable_specified()->set_number(std::numeric_limits<int64_t>::max());
  seek.set_behavior(::orderer::SeekInfo::BLOCK_UNTIL_READY);
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(client.creator);
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(::common::DELIVER_SEEK_INFO, channel, "", absl::Now()).SerializeAsString());
  payload.mutable_header()->set_signature_header(signature_header.SerializeAsString());
  payload.set_data(seek.SerializeAsString());
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*envelope.mutable_signature(), client.Sign(envelope.payload()), "sign");
  return envelope.SerializeAsString();
}

}  // namespace

Network::Network(std::shared_ptr<Client> client, std::string name)
    : client_(std::move(client)), name_(std::make_shared<const std::string>(std::move(name))) {}

const std::string& Network::name() const { return *name_; }

Commit Network::GetCommit(absl::string_view transaction_id) const {
  return Client::MakeCommit(client_, *name_, std::string(transaction_id));
}

absl::StatusOr<std::unique_ptr<EventStream<ChaincodeEvent>>> Network::ChaincodeEvents(
    absl::string_view chaincode, const EventOptions& options) const {
  ::gateway::ChaincodeEventsRequest request;
  request.set_channel_id(*name_);
  request.set_chaincode_id(std::string(chaincode));
  request.set_identity(client_->creator);
  *request.mutable_start_position() = internal::StartPosition(options);
  if (options.checkpoint != nullptr) {
    request.set_after_transaction_id(options.checkpoint->TransactionId());
  }
  ::gateway::SignedChaincodeEventsRequest signed_request;
  signed_request.set_request(request.SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*signed_request.mutable_signature(),
                          client_->Sign(signed_request.request()), "sign");
  return QueuedStream<ChaincodeEvent>::Open(
      *client_->connection, "/gateway.Gateway/ChaincodeEvents", signed_request.SerializeAsString(),
      DecodeChaincodeEvents);
}

absl::StatusOr<std::unique_ptr<EventStream<BlockEvent>>> Network::BlockEvents(
    const EventOptions& options) const {
  SUYUAN_ASSIGN_OR_RETURN(std::string envelope, SeekEnvelope(*client_, *name_, options));
  return QueuedStream<BlockEvent>::Open(*client_->connection, "/protos.Deliver/Deliver",
                                        std::move(envelope), DecodeBlock);
}

absl::StatusOr<std::unique_ptr<EventStream<FilteredBlockEvent>>> Network::FilteredBlockEvents(
    const EventOptions& options) const {
  SUYUAN_ASSIGN_OR_RETURN(std::string envelope, SeekEnvelope(*client_, *name_, options));
  return QueuedStream<FilteredBlockEvent>::Open(
      *client_->connection, "/protos.Deliver/DeliverFiltered", std::move(envelope), DecodeFiltered);
}

}  // namespace suyuan::sdk
