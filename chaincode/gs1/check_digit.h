// Check digits of GS1 keys (GS1 General Specifications, section 7.9).
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::gs1 {

// The digit that belongs behind `digits` (digits only): weights 3 and 1 from the right,
// modulo 10. Any number of digits.
char CheckDigit(absl::string_view digits);

// The two characters that belong behind `text` (character set 82, up to 97 characters;
// "" when it is not): prime weights modulo 1021, as the Global Model Number ends in.
std::string CheckPair(absl::string_view text);

// `number` ends in its check digit.
//   kInvalidArgument  empty, other than digits, or the wrong digit (the right one is told)
absl::Status VerifyCheckDigit(absl::string_view number);
// `text` ends in its two check characters.
//   kInvalidArgument  shorter than two, too long, a character outside of the set, or the
//                     wrong pair (the right one is told)
absl::Status VerifyCheckPair(absl::string_view text);
// The one or the other: digits alone end in a digit, all else in a pair.
absl::Status VerifyCheckCharacters(absl::string_view text);

// GTIN-8, -12, -13 or -14 as the one form for all, 14 digits.
//   kInvalidArgument  another length, other than digits, or a wrong check digit (told)
absl::StatusOr<std::string> Gtin14(absl::string_view gtin);

}  // namespace suyuan::gs1
