#include "gateway/proposal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/chaincode.pb.h"

namespace suyuan {
namespace {

absl::StatusOr<ProposalFacts> Read(const ::protos::SignedProposal& signed_proposal) {
  if (signed_proposal.proposal_bytes().empty()) {
    return absl::InvalidArgumentError("a signed proposal is required");
  }
  SUYUAN_ASSIGN_OR_RETURN(
      auto proposal, ParseProto<::protos::Proposal>(signed_proposal.proposal_bytes(), "Proposal"));
  SUYUAN_ASSIGN_OR_RETURN(auto header, ParseProto<::common::Header>(proposal.header(), "Header"));
  SUYUAN_ASSIGN_OR_RETURN(
      auto channel, ParseProto<::common::ChannelHeader>(header.channel_header(), "ChannelHeader"));
  SUYUAN_ASSIGN_OR_RETURN(auto payload, ParseProto<::protos::ChaincodeProposalPayload>(
                                            proposal.payload(), "ChaincodeProposalPayload"));
  SUYUAN_ASSIGN_OR_RETURN(auto spec, ParseProto<::protos::ChaincodeInvocationSpec>(
                                         payload.input(), "ChaincodeInvocationSpec"));
  ProposalFacts facts;
  facts.channel_id = channel.channel_id();
  if (facts.channel_id.empty()) return absl::InvalidArgumentError("no channel id provided");
  if (!spec.has_chaincode_spec()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no chaincode spec is provided, channel id [", facts.channel_id, "]"));
  }
  facts.chaincode = spec.chaincode_spec().chaincode_id().name();
  if (facts.chaincode.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no chaincode name is provided, channel id [", facts.channel_id, "]"));
  }
  facts.tx_id = channel.tx_id();
  facts.has_transient = !payload.transientmap().empty();
  SUYUAN_ASSIGN_OR_RETURN(facts.payload, WithoutTransient(proposal.payload()));
  facts.header = std::move(*proposal.mutable_header());
  facts.signature_header = std::move(*header.mutable_signature_header());
  return facts;
}

}  // namespace

absl::StatusOr<ProposalFacts> ReadProposal(const ::protos::SignedProposal& signed_proposal) {
  auto facts = Read(signed_proposal);
  if (facts.ok()) return facts;
  return absl::InvalidArgumentError(
      absl::StrCat("failed to unpack transaction proposal: ", facts.status().message()));
}

}  // namespace suyuan
