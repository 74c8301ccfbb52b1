// What the gateway needs to know of a proposal, read once from its own bytes: ids
// beside the proposal in a request are never trusted.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "protos/common/common.pb.h"
#include "protos/peer/proposal.pb.h"

namespace suyuan {

struct ProposalFacts {
  std::string channel_id;
  std::string chaincode;
  std::string tx_id;
  bool has_transient = false;
  std::string header;            // common.Header, bytes as received
  std::string signature_header;  // common.SignatureHeader, bytes as received
  std::string payload;           // ChaincodeProposalPayload without transient data
};

//   kInvalidArgument  empty or malformed; no channel; no chaincode name
absl::StatusOr<ProposalFacts> ReadProposal(const ::protos::SignedProposal& signed_proposal);

}  // namespace suyuan
