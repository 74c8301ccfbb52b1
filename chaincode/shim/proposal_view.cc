#include "chaincode/shim/proposal_view.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "protos/common/common.pb.h"
#include "protos/peer/proposal.pb.h"

namespace suyuan {
namespace {

template <typename Message>
absl::StatusOr<Message> ParseLayer(absl::string_view bytes, absl::string_view name) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::FailedPreconditionError(absl::StrCat("proposal: malformed ", name));
  }
  return message;
}

std::string LittleEndian(uint64_t value) {
  std::string out;
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

}  // namespace

absl::StatusOr<ProposalView> ProposalView::Parse(absl::string_view signed_proposal) {
  if (signed_proposal.empty()) {
    return absl::FailedPreconditionError("the peer passed no proposal");
  }
  SUYUAN_ASSIGN_OR_RETURN(auto outer,
                          ParseLayer<::protos::SignedProposal>(signed_proposal, "SignedProposal"));
  SUYUAN_ASSIGN_OR_RETURN(auto proposal,
                          ParseLayer<::protos::Proposal>(outer.proposal_bytes(), "Proposal"));
  SUYUAN_ASSIGN_OR_RETURN(auto header, ParseLayer<::common::Header>(proposal.header(), "Header"));
  SUYUAN_ASSIGN_OR_RETURN(
      auto channel, ParseLayer<::common::ChannelHeader>(header.channel_header(), "ChannelHeader"));
  SUYUAN_ASSIGN_OR_RETURN(auto signature, ParseLayer<::common::SignatureHeader>(
                                              header.signature_header(), "SignatureHeader"));
  SUYUAN_ASSIGN_OR_RETURN(auto payload, ParseLayer<::protos::ChaincodeProposalPayload>(
                                            proposal.payload(), "ChaincodeProposalPayload"));
  ProposalView view;
  view.creator = signature.creator();
  view.binding = Sha256({signature.nonce(), signature.creator(), LittleEndian(channel.epoch())});
  view.timestamp = absl::FromUnixSeconds(channel.timestamp().seconds()) +
                   absl::Nanoseconds(channel.timestamp().nanos());
  for (const auto& [name, value] : payload.transientmap()) view.transient[name] = value;
  return view;
}

}  // namespace suyuan
