// The character sets that GS1 identifiers and attributes are written in
// (GS1 General Specifications, figures 7.11-1 and 7.11-2; RFC 4648 for 64).
#pragma once

#include "absl/strings/string_view.h"

namespace suyuan::gs1 {

bool IsDigit(char c);
// Printable ISO 646 without space # $ @ [ \ ] ^ ` { | } ~.
bool InCset82(char c);
// Digits, upper-case letters, # - /.
bool InCset39(char c);

// True for an empty text too.
bool AllDigits(absl::string_view text);
bool AllCset82(absl::string_view text);
bool AllCset39(absl::string_view text);
// URL-safe base64; padding ('=') only at the end and only up to a multiple of three
// characters, as the attribute that uses it is written.
bool AllCset64(absl::string_view text);

}  // namespace suyuan::gs1
