// The transaction that the client is going to sign.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/proposal.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

// common.Payload bytes: the proposal's header as received, one action holding the
// proposal payload without transient data, the endorsed result and one endorsement
// per distinct endorser. Written in one pass: every byte is copied once.
std::string PrepareTransaction(const ProposalFacts& proposal, absl::string_view response_payload,
                               const std::vector<::protos::Endorsement>& endorsements);

}  // namespace suyuan
