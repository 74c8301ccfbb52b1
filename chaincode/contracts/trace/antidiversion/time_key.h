// Append-only records under plain keys KIND/OWNER/TIME/TX, so that a window of time is one range.
// Each transaction writes keys of its own: they never conflict, however many are written at once.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

// Of this transaction, by its time. `owner` holds no '/'.
absl::StatusOr<std::string> TimeKeyNow(const ChaincodeStub& stub, absl::string_view kind,
                                       absl::string_view owner);
// The first key that may be of `time` or later.
std::string TimeKeyFrom(absl::string_view kind, absl::string_view owner, absl::Time time);
// Before and behind all of them.
std::string TimeKeyBegin(absl::string_view kind, absl::string_view owner);
std::string TimeKeyEnd(absl::string_view kind, absl::string_view owner);
// Whether there is one of `time` or later.
absl::StatusOr<bool> AnyTimeKeyFrom(ChaincodeStub& stub, absl::string_view kind,
                                    absl::string_view owner, absl::Time time);

}  // namespace suyuan
