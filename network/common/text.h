// Small text helpers between Abseil's and the standard library's types.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// Debian 12's absl::string_view is not std::string_view.
inline std::string_view StdView(absl::string_view v) { return {v.data(), v.size()}; }
inline absl::string_view AbslView(std::string_view v) { return {v.data(), v.size()}; }

// Lower-case hex.
std::string HexEncode(absl::string_view bytes);
// kInvalidArgument: odd length or a character that is not hex.
absl::StatusOr<std::string> HexDecode(absl::string_view hex);

// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool IsUtf8(absl::string_view text);

}  // namespace suyuan
