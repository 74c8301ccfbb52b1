#include "gateway/outcome.h"

#include "absl/strings/str_cat.h"

namespace suyuan {

Outcome JudgeAnswer(const EndorserAnswer& answer) {
  if (answer.code != absl::StatusCode::kOk) {
    // With a response, the peer itself refused the proposal: the client's mistake,
    // the same everywhere.
    if (answer.has_response) {
      return {absl::StatusCode::kFailedPrecondition, answer.error, false};
    }
    return {absl::StatusCode::kUnavailable, answer.error, true};
  }
  const ::protos::Response& response = answer.response.response();
  if (response.status() >= 200 && response.status() < 400) return {};
  // No payload: the peer failed, not the chaincode.
  if (response.status() == 500 && answer.response.payload().empty()) {
    return {absl::StatusCode::kAborted, response.message(), true};
  }
  return {absl::StatusCode::kUnknown,
          absl::StrCat("chaincode response ", response.status(), ", ", response.message()), false};
}

}  // namespace suyuan
