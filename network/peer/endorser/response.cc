#include "network/peer/endorser/response.h"

#include <algorithm>
#include <utility>

#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

constexpr int kErrorThreshold = 400;
constexpr int kError = 500;

std::string EventBytes(const UnpackedProposal& proposal, ::protos::ChaincodeEvent event) {
  if (event.event_name().empty()) return "";
  event.set_chaincode_id(proposal.chaincode_name);
  event.set_tx_id(proposal.tx_id());
  return DeterministicBytes(event);
}

std::string PayloadBytes(const UnpackedProposal& proposal, const Simulated& simulated) {
  ::protos::ChaincodeAction action;
  action.set_results(simulated.results.public_rwset);
  if (simulated.result.response.status() < kErrorThreshold) {
    action.set_events(EventBytes(proposal, simulated.result.event));
  }
  *action.mutable_response() = simulated.result.response;
  action.mutable_chaincode_id()->set_name(proposal.chaincode_name);
  action.mutable_chaincode_id()->set_version(simulated.chaincode_version);
  ::protos::ProposalResponsePayload payload;
  payload.set_proposal_hash(proposal.proposal_hash);
  payload.set_extension(DeterministicBytes(action));
  return DeterministicBytes(payload);
}

void AddCall(const std::string& name, const SimulationResults& results,
             ::protos::ChaincodeInterest& interest) {
  auto* call = interest.add_chaincodes();
  call->set_name(name);
  const auto found = results.uses.find(name);
  if (found == results.uses.end()) {
    call->set_no_private_reads(true);
    call->set_no_public_writes(true);
    return;
  }
  const SimulationResults::NamespaceUse& use = found->second;
  for (const std::string& collection : use.collections) call->add_collection_names(collection);
  call->set_no_private_reads(!use.private_reads);
  call->set_no_public_writes(!use.public_writes);
  for (const std::string& policy : use.key_policies) {
    call->add_key_policies()->ParseFromString(policy);
  }
  call->set_disregard_namespace_policy(use.all_writes_have_key_policy);
}

}  // namespace

::protos::ChaincodeInterest MakeInterest(const std::string& invoked,
                                         const std::vector<std::string>& called,
                                         const SimulationResults& results) {
  ::protos::ChaincodeInterest interest;
  AddCall(invoked, results, interest);
  std::vector<std::string> others(called);
  std::sort(others.begin(), others.end());
  for (const std::string& name : others) {
    if (name != invoked) AddCall(name, results, interest);
  }
  return interest;
}

absl::StatusOr<::protos::ProposalResponse> MakeProposalResponse(const UnpackedProposal& proposal,
                                                                Simulated simulated,
                                                                const SigningIdentity& endorser) {
  ::protos::ProposalResponse out;
  const int status = simulated.result.response.status();
  if (status < kError && (status >= kErrorThreshold || proposal.channel_id().empty())) {
    *out.mutable_response() = std::move(simulated.result.response);
    return out;
  }
  out.set_payload(PayloadBytes(proposal, simulated));
  *out.mutable_response() = std::move(simulated.result.response);
  *out.mutable_interest() = std::move(simulated.interest);
  if (status >= kError) return out;
  out.set_version(1);
  out.mutable_endorsement()->set_endorser(endorser.serialized());
  SUYUAN_ASSIGN_OR_RETURN(*out.mutable_endorsement()->mutable_signature(),
                          endorser.Sign({out.payload(), endorser.serialized()}),
                          "endorsing with plugin failed: could not sign the proposal response");
  return out;
}

::protos::ProposalResponse MakeFailure(absl::string_view message) {
  ::protos::ProposalResponse out;
  out.mutable_response()->set_status(kError);
  out.mutable_response()->set_message(std::string(message));
  return out;
}

}  // namespace suyuan
