// Does a request to this node come from an admin of its own organisation?
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/common/clock.h"
#include "network/common/status_macros.h"
#include "network/msp/msp.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/timestamp.h"

namespace suyuan {

// Thread-safe.
class AdminCheck {
 public:
  // `msp`: the node's own organisation.
  explicit AdminCheck(std::shared_ptr<const Msp> msp, const Clock* clock = Clock::System())
      : msp_(std::move(msp)), clock_(clock) {}

  // Parses and checks `bytes`, a message with identity, timestamp and method, signed by
  // its identity.
  //   kInvalidArgument   malformed, another method, or a timestamp more than 15 min off
  //   kUnauthenticated   the identity or its signature is not good, or it expired
  //   kPermissionDenied  not an admin
  template <typename Request>
  absl::StatusOr<Request> Admit(absl::string_view bytes, absl::string_view signature,
                                absl::string_view method) const {
    SUYUAN_ASSIGN_OR_RETURN(Request request, ParseProto<Request>(bytes, "request"));
    if (request.method() != method) {
      return absl::InvalidArgumentError(absl::StrCat("request.method is not ", method));
    }
    SUYUAN_RETURN_IF_ERROR(CheckTime(ToTime(request.timestamp())));
    SUYUAN_RETURN_IF_ERROR(CheckSigner(request.identity(), bytes, signature));
    return request;
  }

 private:
  absl::Status CheckTime(absl::Time timestamp) const;
  absl::Status CheckSigner(absl::string_view identity, absl::string_view bytes,
                           absl::string_view signature) const;

  const std::shared_ptr<const Msp> msp_;
  const Clock* const clock_;
};

}  // namespace suyuan
