// Answers of system chaincodes.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

inline ::protos::Response Success(std::string payload) {
  ::protos::Response response;
  response.set_status(200);
  response.set_payload(std::move(payload));
  return response;
}

inline ::protos::Response Failure(int32_t status, absl::string_view message) {
  ::protos::Response response;
  response.set_status(status);
  response.set_message(std::string(message));
  return response;
}

// The payload, or 500 with the error's text.
inline ::protos::Response ToResponse(absl::StatusOr<std::string> payload) {
  if (!payload.ok()) return Failure(500, payload.status().message());
  return Success(*std::move(payload));
}

}  // namespace suyuan
