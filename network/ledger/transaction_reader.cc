#include "network/ledger/transaction_reader.h"

#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/timestamp.h"

namespace suyuan::ledger {

absl::StatusOr<StoredTransaction> ReadTransaction(absl::string_view envelope_bytes) {
  SUYUAN_ASSIGN_OR_RETURN(const ParsedEnvelope parsed, ParseEnvelope(envelope_bytes));
  StoredTransaction out;
  out.tx_id = parsed.channel_header.tx_id();
  out.timestamp = ToTime(parsed.channel_header.timestamp());
  if (parsed.channel_header.type() != ::common::ENDORSER_TRANSACTION) return out;
  SUYUAN_ASSIGN_OR_RETURN(const auto tx,
                          ParseProto<::protos::Transaction>(parsed.payload.data(), "Transaction"));
  if (tx.actions_size() != 1) return absl::InvalidArgumentError("Transaction: not one action");
  SUYUAN_ASSIGN_OR_RETURN(const auto action,
                          ParseProto<::protos::ChaincodeActionPayload>(tx.actions(0).payload(),
                                                                       "ChaincodeActionPayload"));
  SUYUAN_ASSIGN_OR_RETURN(const auto response, ParseProto<::protos::ProposalResponsePayload>(
                                                   action.action().proposal_response_payload(),
                                                   "ProposalResponsePayload"));
  SUYUAN_ASSIGN_OR_RETURN(
      const auto chaincode_action,
      ParseProto<::protos::ChaincodeAction>(response.extension(), "ChaincodeAction"));
  SUYUAN_ASSIGN_OR_RETURN(TxRwSet rwset, ParseTxRwSet(chaincode_action.results()));
  out.rwset = std::make_shared<const TxRwSet>(std::move(rwset));
  return out;
}

std::string ReadTxId(absl::string_view envelope_bytes) {
  const auto parsed = ParseEnvelope(envelope_bytes);
  return parsed.ok() ? parsed->channel_header.tx_id() : "";
}

}  // namespace suyuan::ledger
