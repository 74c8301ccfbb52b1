// What a caller of the gateway is told when something went wrong elsewhere.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// One peer or orderer that failed, as its gateway.ErrorDetail.
struct NodeFailure {
  std::string address;
  std::string msp_id;
  std::string message;
};

// A status whose details (one gateway.ErrorDetail a failure) reach the client in
// grpc-status-details-bin.
absl::Status StatusWithDetails(absl::StatusCode code, absl::string_view message,
                               const std::vector<NodeFailure>& failures);

// "rpc error: code = Unavailable desc = TEXT": how a stock gateway words a remote
// peer's failure, and what clients match on.
std::string RpcErrorText(absl::StatusCode code, absl::string_view text);

// What to answer when the caller's time is up or the caller has gone: `what` is
// "evaluate", "endorse", ...
absl::Status CallerGone(bool deadline_passed, absl::string_view what);

}  // namespace suyuan
