#include "chaincode/contracts/trace/gtin.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace suyuan {

absl::StatusOr<std::string> CanonicalGtin(absl::string_view argument, absl::string_view text) {
  const size_t n = text.size();
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  if (!digits || (n != 8 && n != 12 && n != 13 && n != 14)) {
    return absl::InvalidArgumentError(
        absl::StrCat("argument '", argument, "': is not a GTIN of 8, 12, 13 or 14 digits"));
  }
  const std::string gtin = std::string(14 - n, '0').append(text.data(), n);
  int sum = 0;
  for (size_t i = 0; i < 13; ++i) sum += (gtin[i] - '0') * (i % 2 == 0 ? 3 : 1);
  const char check = static_cast<char>('0' + (10 - sum % 10) % 10);
  if (gtin.back() != check) {
    return absl::InvalidArgumentError(absl::StrCat("argument '", argument,
                                                   "': wrong GTIN check digit, expected ",
                                                   absl::string_view(&check, 1)));
  }
  return gtin;
}

}  // namespace suyuan
