// Checks of arguments that most contracts need. Every error is kInvalidArgument and
// names the argument.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// UTF-8 without control characters, 1 to `max_bytes` bytes.
absl::Status CheckText(absl::string_view argument, absl::string_view value,
                       size_t max_bytes = 1024);
// Letters, digits, '.', '_', '-', ':' (not leading); 1 to 64: safe in keys.
absl::Status CheckId(absl::string_view argument, absl::string_view value);
// 1 to `max_digits` decimal digits.
absl::Status CheckDigits(absl::string_view argument, absl::string_view value, size_t max_digits);
absl::Status CheckNotNegative(absl::string_view argument, int64_t value);

}  // namespace suyuan
