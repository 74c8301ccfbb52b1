// Decimal numbers and times as EPCIS writes them, without floating point.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::epcis {

// The one form of a decimal number (xsd:decimal, or with an exponent as in JSON): no leading or
// trailing zeros, no plus sign, "0" for zero; every digit kept.
//   kInvalidArgument  not a number; more than 200 digits once written out
absl::StatusOr<std::string> CanonicalDecimal(absl::string_view text);

// True for an optional sign, digits, and perhaps a point with digits: what has a canonical form
// as a number even where nothing says that it is one.
bool LooksDecimal(absl::string_view text);

// Milliseconds since 1970-01-01T00:00:00Z of an xsd:dateTimeStamp (date, 'T', time, and 'Z' or an
// offset); from the fourth decimal of the second on it is rounded half up.
//   kInvalidArgument  any other text, an impossible date, a year outside of 1 to 9999
absl::StatusOr<int64_t> ParseTime(absl::string_view text);

// "2022-02-17T02:33:31.116Z".
std::string FormatTime(int64_t milliseconds);

// kInvalidArgument unless it is an offset as in eventTimeZoneOffset: "+08:00", -14:00 to +14:00.
absl::Status CheckZoneOffset(absl::string_view text);

}  // namespace suyuan::epcis
