// Making the answer to a proposal.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/simulator.h"
#include "network/msp/identity.h"
#include "network/peer/chaincode/runtime.h"
#include "network/peer/endorser/proposal.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

// What a simulation gave.
struct Simulated {
  ChaincodeResult result;
  std::string chaincode_version;
  SimulationResults results;  // empty for a status of 400 and above
  ::protos::ChaincodeInterest interest;
};

// Everything a transaction touched that has a say in who must endorse it.
::protos::ChaincodeInterest MakeInterest(const std::string& invoked,
                                         const std::vector<std::string>& called,
                                         const SimulationResults& results);

// By status: 500 and above response and payload, 400 to 499 response only, below
// endorsed; without a channel never endorsed.
absl::StatusOr<::protos::ProposalResponse> MakeProposalResponse(const UnpackedProposal& proposal,
                                                                Simulated simulated,
                                                                const SigningIdentity& endorser);

// A response that says why there is none of the chaincode.
::protos::ProposalResponse MakeFailure(absl::string_view message);

}  // namespace suyuan
