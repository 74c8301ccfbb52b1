// The one thing that differs between ways of running a chaincode: how a request
// reaches the peer.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// What the peer announced in READY; 0 where it announced nothing.
struct BatchLimits {
  uint32_t max_write_batch = 0;    // records per WRITE_BATCH_STATE
  uint32_t max_multiple_keys = 0;  // keys per GET_STATE_MULTIPLE
};

// One transaction's line to the peer. Used from one thread, one request at a time.
class ChaincodeTransport {
 public:
  virtual ~ChaincodeTransport() = default;
  // Sends a request of the chaincode protocol (`type` is a ChaincodeMessage.Type)
  // and awaits the RESPONSE payload.
  //   kFailedPrecondition  the peer answered ERROR; its text
  //   kUnavailable         the line is cut
  virtual absl::StatusOr<std::string> Request(int32_t type, absl::string_view payload) = 0;
  virtual BatchLimits limits() const { return {}; }
};

}  // namespace suyuan
