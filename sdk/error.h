// What went wrong, at which step, for which transaction.
//
// Every failure of the SDK is an absl::Status; when it came from the gateway it
// carries a GatewayError:
//
//   auto result = contract.Submit("CreateAsset", {...});
//   if (!result.ok()) {
//     if (auto error = GetGatewayError(result.status())) {
//       ... error->step, error->transaction_id, error->details
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan::sdk {

enum class Step {
  kEvaluate,      // nothing was ordered
  kEndorse,       // nothing was ordered
  kSubmit,        // unknown whether it was ordered, unless the code is ABORTED: not
  kCommitStatus,  // ordered; ask again for the outcome
  kCommit,        // ordered and found invalid: see validation_code
  kEvents,
};
absl::string_view StepName(Step step);

// One node's part of a failure.
struct ErrorDetail {
  std::string address;  // "host:port" of the peer or orderer
  std::string msp_id;
  std::string message;
};

struct GatewayError {
  Step step = Step::kEvaluate;
  std::string transaction_id;
  std::vector<ErrorDetail> details;
  // For Step::kCommit: protos.TxValidationCode, e.g. 11 MVCC_READ_CONFLICT.
  int32_t validation_code = 0;
  uint64_t block_number = 0;
};

// nullopt when `status` is OK or did not come from the gateway.
std::optional<GatewayError> GetGatewayError(const absl::Status& status);

}  // namespace suyuan::sdk
