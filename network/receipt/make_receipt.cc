#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/receipt/receipt.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

// Header, data, and of the metadata the signatures: what a hash or a signature covers.
std::string Proved(const ::common::Block& block) {
  ::common::Block out;
  *out.mutable_header() = block.header();
  *out.mutable_data() = block.data();
  if (block.metadata().metadata_size() > ::common::SIGNATURES) {
    for (int i = 0; i < ::common::SIGNATURES; ++i) out.mutable_metadata()->add_metadata();
    out.mutable_metadata()->add_metadata(block.metadata().metadata(::common::SIGNATURES));
  }
  return out.SerializeAsString();
}

}  // namespace

absl::StatusOr<::suyuan::receipt::Receipt> MakeReceipt(ReceiptParts parts) {
  ::suyuan::receipt::Receipt receipt;
  int position = -1;
  for (int i = 0; i < parts.block.data().data_size() && position < 0; ++i) {
    const auto parsed = ParseEnvelope(parts.block.data().data(i));
    if (parsed.ok() && parsed->channel_header.tx_id() == parts.transaction_id) position = i;
  }
  if (position < 0) {
    return absl::NotFoundError(absl::StrCat("block ", parts.block.header().number(),
                                            " does not hold transaction ", parts.transaction_id));
  }
  receipt.set_format(1);
  receipt.set_channel_id(std::move(parts.channel_id));
  receipt.set_transaction_id(std::move(parts.transaction_id));
  receipt.set_block(Proved(parts.block));
  receipt.set_position(static_cast<uint32_t>(position));
  for (const ::common::Block& block : parts.config_blocks) {
    receipt.add_config_blocks(Proved(block));
  }
  for (auto& witness : parts.witnesses) *receipt.add_witnesses() = std::move(witness);
  return receipt;
}

absl::StatusOr<::suyuan::receipt::Witness> MakeWitness(const ::protos::Proposal& proposal,
                                                       const ::protos::ProposalResponse& response) {
  SUYUAN_ASSIGN_OR_RETURN(auto payload, ParseProto<::protos::ProposalResponsePayload>(
                                            response.payload(), "proposal response payload"));
  SUYUAN_ASSIGN_OR_RETURN(
      auto action, ParseProto<::protos::ChaincodeAction>(payload.extension(), "chaincode action"));
  SUYUAN_ASSIGN_OR_RETURN(auto processed,
                          ParseProto<::protos::ProcessedTransaction>(action.response().payload(),
                                                                     "processed transaction"));
  if (processed.validationcode() != ::protos::VALID) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the transaction is not valid (",
        ::protos::TxValidationCode_Name(
            static_cast<::protos::TxValidationCode>(processed.validationcode())),
        ", ", processed.validationcode(), "): it changed nothing, there is nothing to prove"));
  }
  ::suyuan::receipt::Witness witness;
  SUYUAN_ASSIGN_OR_RETURN(*witness.mutable_question(), WithoutTransient(proposal.payload()));
  witness.set_header(proposal.header());
  witness.set_response_payload(response.payload());
  witness.set_endorser(response.endorsement().endorser());
  witness.set_signature(response.endorsement().signature());
  return witness;
}

}  // namespace suyuan
