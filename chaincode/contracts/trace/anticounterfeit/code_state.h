// What has become of a code since it was activated, apart from any ledger:
//
//   sealed -> opened -> returned -> reissued     and any of the first three -> revoked
//
// Nothing leads back: a returned item is sold again under a new code, which takes the place of
// the old one for good.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan {

inline constexpr char kOpened[] = "opened";
inline constexpr char kReturned[] = "returned";
inline constexpr char kReissued[] = "reissued";
inline constexpr char kRevoked[] = "revoked";

// `state` and `next` are one of these; `state` "" of a sealed code.
//   kInvalidArgument     "argument 'state': is not opened, returned or revoked" (or reissued)
//   kFailedPrecondition  "codes are returned: they cannot become opened"
absl::Status CheckStateChange(absl::string_view state, absl::string_view next);

}  // namespace suyuan
