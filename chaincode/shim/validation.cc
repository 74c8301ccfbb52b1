#include "chaincode/shim/validation.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "chaincode/shim/conversion.h"
#include "network/common/text.h"

namespace suyuan {

using internal::ArgumentError;

absl::Status CheckText(absl::string_view argument, absl::string_view value, size_t max_bytes) {
  if (value.empty()) return ArgumentError(argument, "must not be empty");
  if (value.size() > max_bytes) {
    return ArgumentError(argument, absl::StrCat("is longer than ", max_bytes, " bytes"));
  }
  if (!IsUtf8(value)) return ArgumentError(argument, "is not UTF-8");
  if (std::any_of(value.begin(), value.end(),
                  [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); })) {
    return ArgumentError(argument, "contains a control character");
  }
  return absl::OkStatus();
}

absl::Status CheckId(absl::string_view argument, absl::string_view value) {
  const auto allowed = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-' ||
           c == ':';
  };
  if (value.empty() || value.size() > 64 ||
      !absl::ascii_isalnum(static_cast<unsigned char>(value.front())) ||
      !std::all_of(value.begin(), value.end(), allowed)) {
    return ArgumentError(argument,
                         "is not an id: 1 to 64 letters, digits, '.', '_', '-', ':', "
                         "a letter or digit first");
  }
  return absl::OkStatus();
}

absl::Status CheckDigits(absl::string_view argument, absl::string_view value, size_t max_digits) {
  if (value.empty() || value.size() > max_digits ||
      !std::all_of(value.begin(), value.end(),
                   [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); })) {
    return ArgumentError(argument, absl::StrCat("is not 1 to ", max_digits, " decimal digits"));
  }
  return absl::OkStatus();
}

absl::Status CheckNotNegative(absl::string_view argument, int64_t value) {
  if (value < 0) return ArgumentError(argument, "must not be negative");
  return absl::OkStatus();
}

}  // namespace suyuan
