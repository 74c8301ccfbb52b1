#include "network/peer/endorser/proposal.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

absl::Status Missing(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::StatusOr<std::string> ChaincodeName(const ::common::ChannelHeader& header) {
  SUYUAN_ASSIGN_OR_RETURN(const auto extension,
                          ParseProto<::protos::ChaincodeHeaderExtension>(
                              header.extension(), "ChaincodeHeaderExtension"));
  if (!extension.has_chaincode_id()) return Missing("ChaincodeHeaderExtension.ChaincodeId is nil");
  if (extension.chaincode_id().name().empty()) {
    return Missing("ChaincodeHeaderExtension.ChaincodeId.Name is empty");
  }
  return extension.chaincode_id().name();
}

absl::StatusOr<::protos::ChaincodeInput> Input(const std::string& payload_bytes) {
  SUYUAN_ASSIGN_OR_RETURN(const auto payload, ParseProto<::protos::ChaincodeProposalPayload>(
                                                  payload_bytes, "ChaincodeProposalPayload"));
  SUYUAN_ASSIGN_OR_RETURN(auto invocation, ParseProto<::protos::ChaincodeInvocationSpec>(
                                               payload.input(), "ChaincodeInvocationSpec"));
  if (!invocation.has_chaincode_spec()) {
    return Missing("chaincode invocation spec did not contain chaincode spec");
  }
  if (!invocation.chaincode_spec().has_input()) {
    return Missing("chaincode input did not contain any input");
  }
  return std::move(*invocation.mutable_chaincode_spec()->mutable_input());
}

}  // namespace

absl::StatusOr<UnpackedProposal> UnpackProposal(
    std::shared_ptr<const ::protos::SignedProposal> signed_proposal) {
  UnpackedProposal p;
  p.signed_proposal = std::move(signed_proposal);
  SUYUAN_ASSIGN_OR_RETURN(
      p.proposal, ParseProto<::protos::Proposal>(p.signed_proposal->proposal_bytes(), "Proposal"));
  SUYUAN_ASSIGN_OR_RETURN(p.header, ParseProto<::common::Header>(p.proposal.header(), "Header"));
  SUYUAN_ASSIGN_OR_RETURN(p.channel_header, ParseProto<::common::ChannelHeader>(
                                                p.header.channel_header(), "ChannelHeader"));
  SUYUAN_ASSIGN_OR_RETURN(p.signature_header, ParseProto<::common::SignatureHeader>(
                                                  p.header.signature_header(), "SignatureHeader"));
  SUYUAN_ASSIGN_OR_RETURN(p.chaincode_name, ChaincodeName(p.channel_header));
  SUYUAN_ASSIGN_OR_RETURN(p.input, Input(p.proposal.payload()));
  SUYUAN_ASSIGN_OR_RETURN(p.proposal_hash, ProposalHash(p.header, p.proposal.payload()));
  return p;
}

absl::Status CheckHeaders(const UnpackedProposal& p) {
  const auto type = p.channel_header.type();
  if (type != ::common::ENDORSER_TRANSACTION && type != ::common::CONFIG) {
    return absl::InvalidArgumentError(absl::StrCat("invalid header type ", type));
  }
  if (p.channel_header.epoch() != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "invalid epoch in ChannelHeader. Expected 0, got [", p.channel_header.epoch(), "]"));
  }
  if (p.signature_header.nonce().empty()) return Missing("nonce is empty");
  if (p.signature_header.creator().empty()) return Missing("creator is empty");
  const std::string expected =
      ComputeTxId(p.signature_header.nonce(), p.signature_header.creator());
  if (p.tx_id() != expected) {
    return absl::InvalidArgumentError(
        absl::StrCat("incorrectly computed txid '", p.tx_id(), "' -- expected '", expected, "'"));
  }
  return absl::OkStatus();
}

absl::Status AccessDenied(const UnpackedProposal& p, const Identity* creator) {
  const std::string who = creator == nullptr ? "unknown, creator is malformed"
                                             : absl::StrCat("[", creator->msp_id(), "]");
  return absl::PermissionDeniedError(
      absl::StrCat("access denied: channel [", p.channel_id(), "] creator org ", who));
}

}  // namespace suyuan
