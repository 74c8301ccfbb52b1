// Attaches a GatewayError to a Status.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "sdk/error.h"
#include "sdk/transaction.h"

namespace suyuan::sdk::internal {

// `status` of a gateway call, with the step, the transaction id, and the failed
// nodes' words in the message.
absl::Status StepError(const absl::Status& status, Step step, const std::string& transaction_id);

// A transaction that was found invalid.
absl::Status CommitError(const CommitStatus& status);

}  // namespace suyuan::sdk::internal
