// A signed proposal, unpacked; and the checks that need no chaincode.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/msp/msp.h"
#include "protos/common/common.pb.h"
#include "protos/peer/chaincode.pb.h"
#include "protos/peer/proposal.pb.h"

namespace suyuan {

struct UnpackedProposal {
  std::shared_ptr<const ::protos::SignedProposal> signed_proposal;
  ::protos::Proposal proposal;
  ::common::Header header;
  ::common::ChannelHeader channel_header;
  ::common::SignatureHeader signature_header;
  std::string chaincode_name;  // of the header's extension
  ::protos::ChaincodeInput input;
  std::string proposal_hash;

  const std::string& channel_id() const { return channel_header.channel_id(); }
  const std::string& tx_id() const { return channel_header.tx_id(); }
};

//   kInvalidArgument  names the layer that is malformed or absent
absl::StatusOr<UnpackedProposal> UnpackProposal(
    std::shared_ptr<const ::protos::SignedProposal> signed_proposal);

// Header type, epoch, nonce, creator and transaction id.
//   kInvalidArgument  tells which
absl::Status CheckHeaders(const UnpackedProposal& proposal);

// "access denied: channel [C] creator org ..." unless the creator is known, valid and
// made the signature. `Judge` is an Msp or an MspManager.
absl::Status AccessDenied(const UnpackedProposal& proposal, const Identity* creator);

template <typename Judge>
absl::StatusOr<IdentityPtr> FindCreator(const UnpackedProposal& proposal, const Judge& judge) {
  auto creator = judge.Deserialize(proposal.signature_header.creator());
  if (!creator.ok()) return AccessDenied(proposal, nullptr);
  return creator;
}

template <typename Judge>
absl::Status CheckCreator(const UnpackedProposal& proposal, const Identity& creator,
                          const Judge& judge) {
  const ::protos::SignedProposal& message = *proposal.signed_proposal;
  const bool good = judge.Validate(creator).ok() &&
                    creator.Verify({message.proposal_bytes()}, message.signature()).ok();
  return good ? absl::OkStatus() : AccessDenied(proposal, &creator);
}

}  // namespace suyuan
