#include "gateway/errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "network/rpc/status_mapping.h"
#include "protos/gateway/gateway.pb.h"
#include "protos/google/rpc/status.pb.h"

namespace suyuan {
namespace {

// The spelling of gRPC's Go library.
absl::string_view GoCodeName(absl::StatusCode code) {
  static constexpr absl::string_view kNames[] = {
      "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
      "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
      "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
      "DataLoss", "Unauthenticated"};
  const auto index = static_cast<size_t>(code);
  return index < sizeof(kNames) / sizeof(kNames[0]) ? kNames[index] : "Unknown";
}

}  // namespace

absl::Status StatusWithDetails(absl::StatusCode code, absl::string_view message,
                               const std::vector<NodeFailure>& failures) {
  absl::Status status(code, message);
  if (failures.empty()) return status;
  ::google::rpc::Status rich;
  rich.set_code(static_cast<int>(code));
  rich.set_message(std::string(message));
  for (const NodeFailure& failure : failures) {
    ::gateway::ErrorDetail detail;
    detail.set_address(failure.address);
    detail.set_msp_id(failure.msp_id);
    detail.set_message(failure.message);
    rich.add_details()->PackFrom(detail);
  }
  status.SetPayload(kStatusDetailsUrl, absl::Cord(rich.SerializeAsString()));
  return status;
}

std::string RpcErrorText(absl::StatusCode code, absl::string_view text) {
  return absl::StrCat("rpc error: code = ", GoCodeName(code), " desc = ", text);
}

absl::Status CallerGone(bool deadline_passed, absl::string_view what) {
  if (deadline_passed) return absl::DeadlineExceededError(absl::StrCat(what, " timeout expired"));
  return absl::CancelledError(absl::StrCat(what, " call cancelled by the client"));
}

}  // namespace suyuan
