// absl::Status <-> grpc::Status, the only place where one becomes the other.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace suyuan {

// Codes are the same numbers; the payload "google.rpc.Status", when present, travels
// as the status details (grpc-status-details-bin).
grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

// The payload's type URL: a serialised google.rpc.Status.
inline constexpr char kStatusDetailsUrl[] = "google.rpc.Status";

}  // namespace suyuan
