#include "chaincode/gs1/content_rules.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "chaincode/gs1/character_sets.h"
#include "chaincode/gs1/check_digit.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

constexpr size_t kMinIban = 15, kMaxIban = 34;

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }
absl::Status Unless(bool good, absl::string_view what) {
  return good ? absl::OkStatus() : Bad(what);
}

absl::Status Digits(absl::string_view text) {
  return Unless(AllDigits(text), "holds other than digits");
}

// Of at most nine digits.
int Number(absl::string_view digits) {
  int n = 0;
  for (const char c : digits) n = n * 10 + (c - '0');
  return n;
}

int DaysIn(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

absl::Status CheckDay(int year, absl::string_view month_day, bool day_may_be_zero) {
  const int month = Number(month_day.substr(0, 2));
  const int day = Number(month_day.substr(2));
  if (month < 1 || month > 12) return Bad("is not a date: there is no such month");
  const bool good = (day == 0 && day_may_be_zero) || (day >= 1 && day <= DaysIn(year, month));
  return Unless(good, "is not a date: the month has no such day");
}

// Years of two digits are within 50 years of today: 1951 to 2050 or so. In all of them a
// year is a leap year when its last two digits are a multiple of four.
absl::Status ShortDate(absl::string_view text, bool day_may_be_zero) {
  if (text.size() != 6) return Bad("is not a date of the form YYMMDD");
  SUYUAN_RETURN_IF_ERROR(Digits(text));
  return CheckDay(2000 + Number(text.substr(0, 2)), text.substr(2), day_may_be_zero);
}

absl::Status Date(absl::string_view text) { return ShortDate(text, false); }
absl::Status DateOrMonth(absl::string_view text) { return ShortDate(text, true); }

absl::Status LongDate(absl::string_view text) {
  if (text.size() != 8) return Bad("is not a date of the form YYYYMMDD");
  SUYUAN_RETURN_IF_ERROR(Digits(text));
  return CheckDay(Number(text.substr(0, 4)), text.substr(4), false);
}

absl::Status Clock(absl::string_view text, int below, absl::string_view what) {
  if (text.size() != 2) return Bad(absl::StrCat("is not ", what, " of two digits"));
  SUYUAN_RETURN_IF_ERROR(Digits(text));
  return Unless(Number(text) < below, absl::StrCat("there is no such ", what));
}

absl::Status Hour(absl::string_view text) { return Clock(text, 24, "hour"); }
absl::Status Minute(absl::string_view text) { return Clock(text, 60, "minute"); }
absl::Status Second(absl::string_view text) { return Clock(text, 60, "second"); }

absl::Status HourMinute(absl::string_view text) {
  if (text.size() != 4) return Bad("is not a time of the form HHMM");
  SUYUAN_RETURN_IF_ERROR(Hour(text.substr(0, 2)));
  return Minute(text.substr(2));
}

// Company prefixes have at least four digits.
absl::Status Prefix(absl::string_view text) {
  if (text.size() < 4) return Bad("is too short to begin with a GS1 company prefix");
  return Unless(AllDigits(text.substr(0, 4)), "does not begin with a GS1 company prefix");
}

absl::Status PrefixBehindDigit(absl::string_view text) {
  if (text.empty()) return Bad("is too short to hold a GS1 company prefix");
  if (!IsDigit(text[0])) return Bad("holds no GS1 company prefix behind its first digit");
  return Prefix(text.substr(1));
}

absl::Status Country(absl::string_view text) {
  return Unless(IsCountryNumber(text), "is not a country's number (ISO 3166-1)");
}
absl::Status CountryOrAny(absl::string_view text) {
  return Unless(text == "999" || IsCountryNumber(text),
                "is neither a country's number (ISO 3166-1) nor 999");
}
absl::Status CountryLetters(absl::string_view text) {
  return Unless(IsCountryCode(text), "is not a country's two letters (ISO 3166-1)");
}
absl::Status Currency(absl::string_view text) {
  return Unless(IsCurrencyNumber(text), "is not a currency's number (ISO 4217)");
}
absl::Status Package(absl::string_view text) {
  return Unless(IsPackageType(text), "is not a package type (UN/ECE recommendation 21)");
}

absl::Status Percent(absl::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') continue;
    const absl::string_view hex = text.substr(i + 1, 2);
    const bool good = hex.size() == 2 && std::all_of(hex.begin(), hex.end(), [](char c) {
                        return absl::ascii_isxdigit(static_cast<unsigned char>(c));
                      });
    if (!good) return Bad("holds '%' without two hexadecimal digits behind it");
    i += 2;
  }
  return absl::OkStatus();
}

absl::Status YesNo(absl::string_view text) {
  return Unless(text == "0" || text == "1", "is neither 0 nor 1");
}
absl::Status Hyphen(absl::string_view text) {
  const bool good = !text.empty() && text.find_first_not_of('-') == absl::string_view::npos;
  return Unless(good, "is not a hyphen");
}

absl::Status Importer(absl::string_view text) {
  const bool good = text.size() == 1 && text != "=" && AllCset64(text);
  return Unless(good, "is not an importer index: one letter, digit, - or _");
}

// 01 to 10 are given out, 80 to 99 for local use.
absl::Status Media(absl::string_view text) {
  const int n = text.size() == 2 && AllDigits(text) ? Number(text) : 0;
  return Unless((n >= 1 && n <= 10) || n >= 80, "is not an AIDC media type");
}

absl::Status Sex(absl::string_view text) {
  const bool good = text == "0" || text == "1" || text == "2" || text == "9";
  return Unless(good, "is not a code for sex (ISO/IEC 5218)");
}
absl::Status Winding(absl::string_view text) {
  return Unless(text == "0" || text == "1" || text == "9", "is not a winding direction");
}

absl::Status Zero(absl::string_view text) {
  return Unless(text.find_first_not_of('0') == absl::string_view::npos, "is not zero");
}
absl::Status NonZero(absl::string_view text) {
  SUYUAN_RETURN_IF_ERROR(Digits(text));
  return Unless(!Zero(text).ok(), "is zero");
}
absl::Status NoLeadingZero(absl::string_view text) {
  SUYUAN_RETURN_IF_ERROR(Digits(text));
  return Unless(text.empty() || text[0] != '0', "begins with zero");
}
absl::Status NonDigit(absl::string_view text) {
  return Unless(!AllDigits(text), "holds digits alone");
}

// Number and total, each half of the text.
absl::Status Piece(absl::string_view text) {
  SUYUAN_RETURN_IF_ERROR(Digits(text));
  if (text.empty() || text.size() % 2 != 0) return Bad("is not piece and total of equal length");
  const absl::string_view piece = text.substr(0, text.size() / 2);
  const absl::string_view total = text.substr(text.size() / 2);
  if (Zero(piece).ok()) return Bad("piece number is zero");
  if (Zero(total).ok()) return Bad("total of pieces is zero");
  return Unless(piece <= total, "piece number exceeds the total");
}

// An item's own piece and total may both be unknown: EPCs of such pieces exist.
absl::Status PieceOrUnknown(absl::string_view text) {
  return text == "0000" ? absl::OkStatus() : Piece(text);
}

// "2/3", without leading zeros.
absl::Status Position(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return Bad("is not a position of the form 2/3");
  const absl::string_view at = text.substr(0, slash), end = text.substr(slash + 1);
  if (at.empty() || end.empty() || !AllDigits(at) || !AllDigits(end)) {
    return Bad("is not a position of the form 2/3");
  }
  if (at[0] == '0' || end[0] == '0') return Bad("position or end begins with zero");
  const bool within = at.size() < end.size() || (at.size() == end.size() && at <= end);
  return Unless(within, "position exceeds the end");
}

// Ten-millionths of a degree from the south pole, or from 180 degrees west.
absl::Status Degrees(absl::string_view text, absl::string_view most, absl::string_view what) {
  if (text.size() != 10) return Bad(absl::StrCat("is not a ", what, " of ten digits"));
  SUYUAN_RETURN_IF_ERROR(Digits(text));
  return Unless(text <= most, absl::StrCat("there is no such ", what));
}
absl::Status Latitude(absl::string_view text) { return Degrees(text, "1800000000", "latitude"); }
absl::Status Longitude(absl::string_view text) { return Degrees(text, "3600000000", "longitude"); }

// ISO 13616: the first four characters behind the others, letters as 10 to 35, is one
// modulo 97.
absl::Status Iban(absl::string_view text) {
  if (text.size() < 4) return Bad("is too short for an IBAN");
  if (!IsCountryCode(text.substr(0, 2))) return Bad("IBAN begins with no country's two letters");
  if (text.size() < kMinIban) return Bad("is too short for an IBAN");
  if (text.size() > kMaxIban) return Bad("is too long for an IBAN");
  int sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[(i + 4) % text.size()];
    if (!InCset39(c) || c == '#' || c == '-' || c == '/') {
      return Bad("IBAN holds other than digits and capital letters");
    }
    sum = (IsDigit(c) ? sum * 10 + (c - '0') : sum * 100 + (c - 'A' + 10)) % 97;
  }
  return Unless(sum == 1, "IBAN check digits do not fit");
}

struct Rule {
  absl::string_view name;
  absl::Status (*check)(absl::string_view);
};
constexpr Rule kRules[] = {
    {"country", Country},
    {"country2", CountryLetters},
    {"country999", CountryOrAny},
    {"coupon", CheckCoupon},
    {"currency", Currency},
    {"date", Date},
    {"date0", DateOrMonth},
    {"hhmm", HourMinute},
    {"hour", Hour},
    {"hyphen", Hyphen},
    {"iban", Iban},
    {"importer", Importer},
    {"latitude", Latitude},
    {"longdate", LongDate},
    {"longitude", Longitude},
    {"media", Media},
    {"minute", Minute},
    {"mod10", VerifyCheckDigit},
    {"nolead0", NoLeadingZero},
    {"nondigit", NonDigit},
    {"nonzero", NonZero},
    {"offer", CheckCouponOffer},
    {"package", Package},
    {"pair", VerifyCheckPair},
    {"percent", Percent},
    {"piece", Piece},
    {"piece0", PieceOrUnknown},
    {"position", Position},
    {"prefix", Prefix},
    {"prefix2", PrefixBehindDigit},
    {"second", Second},
    {"sex", Sex},
    {"winding", Winding},
    {"yesno", YesNo},
    {"zero", Zero},
};

}  // namespace

absl::Status CheckContent(absl::string_view rule, absl::string_view text) {
  const auto* it = std::find_if(std::begin(kRules), std::end(kRules),
                                [rule](const Rule& r) { return r.name == rule; });
  if (it == std::end(kRules)) return absl::NotFoundError(absl::StrCat("no content rule ", rule));
  return it->check(text);
}

std::vector<absl::string_view> ContentRules() {
  std::vector<absl::string_view> names;
  for (const Rule& rule : kRules) names.push_back(rule.name);
  return names;
}

}  // namespace suyuan::gs1
