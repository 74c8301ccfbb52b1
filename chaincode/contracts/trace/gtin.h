// GTIN-8, -12, -13 and -14 (GS1 General Specifications), one form for all.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// Padded to 14 digits.
//   kInvalidArgument  not such a number, or a wrong check digit (told)
absl::StatusOr<std::string> CanonicalGtin(absl::string_view argument, absl::string_view text);

}  // namespace suyuan
