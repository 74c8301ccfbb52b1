// What an endorser's answer means for the call that asked.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

struct EndorserAnswer {
  absl::StatusCode code = absl::StatusCode::kOk;  // of the error, when there is one
  std::string error;                              // as told to the client
  bool has_response = false;                      // false: the error stands alone
  ::protos::ProposalResponse response;
};

struct Outcome {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string message;
  bool retry = false;  // another peer may do better
  bool ok() const { return code == absl::StatusCode::kOk; }
};

// Fabric's table for Evaluate and Endorse.
Outcome JudgeAnswer(const EndorserAnswer& answer);

}  // namespace suyuan
