// Proposals and endorsed transactions for tests, all their layers in one call.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "network/crypto/hash.h"
#include "protos/common/common.pb.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

// What a client puts into a proposal; the defaults make a good one.
struct TestProposal {
  std::string channel_id = "trace";
  std::string chaincode = "asset";
  std::vector<std::string> args;
  std::map<std::string, std::string> transient;
  std::string creator;  // msp.SerializedIdentity
  std::string nonce = RandomBytes(24);
  std::string tx_id;  // empty: the right one
  int type = ::common::ENDORSER_TRANSACTION;
  uint64_t epoch = 0;
  bool with_input = true;
};

// The bytes of protos.Proposal.
std::string MakeProposal(const TestProposal& proposal);

// What an endorser answers: the bytes of a ProposalResponsePayload around `action`.
std::string MakeResponsePayload(absl::string_view proposal_bytes,
                                const ::protos::ChaincodeAction& action);

// What a gateway prepares: the bytes of the envelope's common.Payload.
std::string MakeTransactionPayload(absl::string_view proposal_bytes,
                                   absl::string_view response_payload,
                                   const std::vector<::protos::Endorsement>& endorsements = {});

}  // namespace suyuan
