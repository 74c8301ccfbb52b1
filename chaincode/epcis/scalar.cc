#include "chaincode/epcis/scalar.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "network/common/status_macros.h"

namespace suyuan::epcis {
namespace {

constexpr size_t kMaxDigits = 200;
constexpr int64_t kDayMs = int64_t{24} * 60 * 60 * 1000;

absl::Status NotANumber(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text.substr(0, 40), "\" is no decimal number"));
}

absl::string_view TakeDigits(absl::string_view* text) {
  size_t size = 0;
  while (size < text->size() && absl::ascii_isdigit((*text)[size])) ++size;
  const absl::string_view digits = text->substr(0, size);
  text->remove_prefix(size);
  return digits;
}

bool TakeSign(absl::string_view* text) {
  if (absl::ConsumePrefix(text, "-")) return true;
  absl::ConsumePrefix(text, "+");
  return false;
}

// A fixed number of digits.
bool TakeNumber(absl::string_view* text, size_t size, int* value) {
  const absl::string_view digits = text->substr(0, size);
  if (digits.size() != size || !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, value)) {
    return false;
  }
  text->remove_prefix(size);
  return true;
}

bool TakeZone(absl::string_view text, int* minutes) {
  *minutes = 0;
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return false;
  const int sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  int hour = 0, minute = 0;
  if (!TakeNumber(&text, 2, &hour) || !absl::ConsumePrefix(&text, ":") ||
      !TakeNumber(&text, 2, &minute) || minute > 59 || hour > 14 || (hour == 14 && minute > 0)) {
    return false;
  }
  *minutes = sign * (hour * 60 + minute);
  return true;
}

// Decimals of a second to milliseconds, half up.
int RoundedMilliseconds(absl::string_view digits) {
  int value = 0;
  for (size_t i = 0; i < 3; ++i) value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return digits.size() > 3 && digits[3] >= '5' ? value + 1 : value;
}

}  // namespace

absl::StatusOr<std::string> CanonicalDecimal(absl::string_view text) {
  absl::string_view rest = text;
  const bool negative = TakeSign(&rest);
  const absl::string_view whole = TakeDigits(&rest);
  absl::string_view fraction;
  if (absl::ConsumePrefix(&rest, ".")) fraction = TakeDigits(&rest);
  if (whole.empty() && fraction.empty()) return NotANumber(text);
  int exponent = 0;
  if (absl::ConsumePrefix(&rest, "e") || absl::ConsumePrefix(&rest, "E")) {
    const bool below = TakeSign(&rest);
    const absl::string_view digits = TakeDigits(&rest);
    if (digits.empty() || digits.size() > 4 || !absl::SimpleAtoi(digits, &exponent)) {
      return NotANumber(text);
    }
    if (below) exponent = -exponent;
  }
  if (!rest.empty()) return NotANumber(text);
  std::string digits = absl::StrCat(whole, fraction);
  if (digits.find_first_not_of('0') == std::string::npos) return "0";
  // The point's place within `digits`; zeros are put where it lies outside.
  int64_t point = static_cast<int64_t>(whole.size()) + exponent;
  if (point < 0 && static_cast<uint64_t>(-point) <= kMaxDigits) {
    digits.insert(0, static_cast<size_t>(-point), '0');
    point = 0;
  }
  if (point > static_cast<int64_t>(digits.size()) && point <= static_cast<int64_t>(kMaxDigits)) {
    digits.append(static_cast<size_t>(point) - digits.size(), '0');
  }
  if (digits.size() > kMaxDigits || point < 0 || point > static_cast<int64_t>(digits.size())) {
    return absl::InvalidArgumentError(absl::StrCat("number of more than ", kMaxDigits, " digits"));
  }
  std::string before = digits.substr(0, static_cast<size_t>(point));
  std::string after = digits.substr(static_cast<size_t>(point));
  before.erase(0, std::min(before.find_first_not_of('0'), before.size()));
  after.erase(after.find_last_not_of('0') + 1);
  return absl::StrCat(negative ? "-" : "", before.empty() ? "0" : before, after.empty() ? "" : ".",
                      after);
}

bool LooksDecimal(absl::string_view text) {
  if (text.size() > kMaxDigits) return false;
  TakeSign(&text);
  if (TakeDigits(&text).empty()) return false;
  if (absl::ConsumePrefix(&text, ".") && TakeDigits(&text).empty()) return false;
  return text.empty();
}

absl::StatusOr<int64_t> ParseTime(absl::string_view text) {
  const auto refuse = [&](absl::string_view rule) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text.substr(0, 40), "\" ", rule));
  };
  absl::string_view rest = text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!TakeNumber(&rest, 4, &year) || !absl::ConsumePrefix(&rest, "-") ||
      !TakeNumber(&rest, 2, &month) || !absl::ConsumePrefix(&rest, "-") ||
      !TakeNumber(&rest, 2, &day) || !absl::ConsumePrefix(&rest, "T") ||
      !TakeNumber(&rest, 2, &hour) || !absl::ConsumePrefix(&rest, ":") ||
      !TakeNumber(&rest, 2, &minute) || !absl::ConsumePrefix(&rest, ":") ||
      !TakeNumber(&rest, 2, &second)) {
    return refuse("is no date and time (2026-07-22T06:45:00.000+02:00)");
  }
  int milliseconds = 0;
  if (absl::ConsumePrefix(&rest, ".")) {
    const absl::string_view digits = TakeDigits(&rest);
    if (digits.empty()) return refuse("has a point without decimals");
    milliseconds = RoundedMilliseconds(digits);
  }
  int zone_minutes = 0;
  if (!TakeZone(rest, &zone_minutes)) return refuse("lacks a time zone (Z or +02:00)");
  const absl::CivilDay date(year, month, day);
  if (year < 1 || date.month() != month || date.day() != day || hour > 23 || minute > 59 ||
      second > 59) {
    return refuse("is no possible date and time");
  }
  const int64_t days = date - absl::CivilDay(1970, 1, 1);
  const int64_t seconds = (int64_t{hour} * 60 + minute - zone_minutes) * 60 + second;
  return days * kDayMs + seconds * 1000 + milliseconds;
}

std::string FormatTime(int64_t milliseconds) {
  int64_t days = milliseconds / kDayMs;
  int64_t rest = milliseconds % kDayMs;
  if (rest < 0) {
    rest += kDayMs;
    --days;
  }
  const absl::CivilDay date = absl::CivilDay(1970, 1, 1) + days;
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year(), date.month(),
                         date.day(), rest / 3600000, rest / 60000 % 60, rest / 1000 % 60,
                         rest % 1000);
}

absl::Status CheckZoneOffset(absl::string_view text) {
  int minutes = 0;
  if (text != "Z" && TakeZone(text, &minutes)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text.substr(0, 20), "\" is no time zone offset (+08:00)"));
}

}  // namespace suyuan::epcis
