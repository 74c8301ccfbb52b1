// How each scheme is laid out in elements and in EPC URIs. For use within the room.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "chaincode/gs1/identifier.h"

namespace suyuan::gs1::internal {

// How key digits are cut into URI fields.
enum class Layout {
  kNone,       // no EPC URI
  kIndicator,  // first digit moves behind the company prefix; check digit dropped
  kPlain,      // company prefix, rest; check digit dropped
  kFree,       // company prefix, rest in letters and digits; no check digit
  kOwn,        // not of GS1: fields as they are
};

struct SchemeRow {
  Scheme scheme;
  absl::string_view name;
  absl::string_view ai;            // of the key; "" for kOwn
  absl::string_view extension_ai;  // "": none; equal to `ai`: behind the key in its element
  Layout layout;
  size_t key_digits;      // with check digit; 0: free length
  char extension = '\0';  // characters of the extension as in the AI table; '\0': none
  size_t max_extension = 0;
  // Without an extension it names a class ("urn:epc:idpat:...*").
  bool class_without_extension = false;
};

const SchemeRow& RowOf(Scheme scheme);
// nullptr when no scheme has that name in EPC URIs.
const SchemeRow* FindSchemeName(absl::string_view name);

// Text of set 82 or 39 as a field of an EPC URI: what would end or split the URI as %XX.
std::string EscapeField(absl::string_view text);

}  // namespace suyuan::gs1::internal
