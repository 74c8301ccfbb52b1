#include "chaincode/gs1/own_schemes.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "chaincode/gs1/character_sets.h"
#include "chaincode/gs1/digital_link.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1::internal {
namespace {

using Fields = std::vector<absl::string_view>;

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }
absl::Status Unless(bool good, absl::string_view what) {
  return good ? absl::OkStatus() : Bad(what);
}

absl::StatusOr<Fields> Split(absl::string_view text, size_t n) {
  Fields fields = absl::StrSplit(text, '.');
  if (fields.size() == n) return fields;
  return Bad(absl::StrCat("does not have ", n, " fields"));
}

// Without leading zeros, below 2^bits.
absl::Status NeedNumber(absl::string_view text, int bits, absl::string_view what) {
  uint64_t n = 0;
  const bool good = AllDigits(text) && absl::SimpleAtoi(text, &n) && n >> bits == 0 &&
                    (text.size() == 1 || text[0] != '0');
  return Unless(good, absl::StrCat(what, " is not a number below 2^", bits));
}

// Commercial and government entity code, or activity address code: five or six.
absl::Status NeedCage(absl::string_view text) {
  const bool good =
      (text.size() == 5 || text.size() == 6) && std::all_of(text.begin(), text.end(), [](char c) {
        return IsDigit(c) || (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O');
      });
  return Unless(good, "first field is not a CAGE or DoDAAC code");
}

absl::Status CheckGid(absl::string_view text) {
  SUYUAN_ASSIGN_OR_RETURN(const Fields fields, Split(text, 3));
  SUYUAN_RETURN_IF_ERROR(NeedNumber(fields[0], 28, "manager"));
  SUYUAN_RETURN_IF_ERROR(NeedNumber(fields[1], 24, "class"));
  return NeedNumber(fields[2], 36, "serial");
}

absl::Status CheckUsDod(absl::string_view text) {
  SUYUAN_ASSIGN_OR_RETURN(const Fields fields, Split(text, 2));
  SUYUAN_RETURN_IF_ERROR(NeedCage(fields[0]));
  return NeedNumber(fields[1], 36, "serial");
}

// '#' is allowed as the first character alone, of a serial without a part number.
absl::Status NeedAdiText(absl::string_view field, size_t max, bool hash, absl::string_view what) {
  if (field.find_first_of("/#") != absl::string_view::npos) {
    return Bad(absl::StrCat(what, " holds a character that must be written as %XX"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string decoded, PercentDecode(field), what);
  absl::string_view text = decoded;
  if (hash) absl::ConsumePrefix(&text, "#");
  const bool good = decoded.size() <= max && AllCset39(text) && text.find('#') == text.npos;
  return Unless(good, absl::StrCat(what, " is too long or holds a character it may not"));
}

absl::Status CheckAdi(absl::string_view text) {
  SUYUAN_ASSIGN_OR_RETURN(const Fields fields, Split(text, 3));
  SUYUAN_RETURN_IF_ERROR(NeedCage(fields[0]));
  SUYUAN_RETURN_IF_ERROR(NeedAdiText(fields[1], 32, false, "part number"));
  if (fields[2].empty()) return Bad("serial is empty");
  return NeedAdiText(fields[2], 30, true, "serial");
}

// ISO 6346: letters are 10 to 38 without multiples of 11, weights 2^position, modulo 11,
// modulo 10.
char ContainerCheckDigit(absl::string_view body) {
  int sum = 0;
  int weight = 1;
  for (const char c : body) {
    const int letter = c - 'A' + 10;
    const int value = IsDigit(c) ? c - '0' : letter + (letter + 9 - 10) / 10;
    sum = (sum + value * weight) % 11;
    weight = weight * 2 % 11;
  }
  return static_cast<char>('0' + sum % 10);
}

absl::Status CheckBic(absl::string_view text) {
  const bool form =
      text.size() == 11 &&
      std::all_of(text.begin(), text.begin() + 4, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
      AllDigits(text.substr(4)) && (text[3] == 'J' || text[3] == 'U' || text[3] == 'Z');
  if (!form) return Bad("is not a container number: three letters, J, U or Z, seven digits");
  return Unless(ContainerCheckDigit(text.substr(0, 10)) == text[10],
                "wrong check digit of the container number");
}

// The last digit is that of the six others times 7 down to 2.
absl::Status CheckImovn(absl::string_view text) {
  if (text.size() != 7 || !AllDigits(text)) return Bad("is not an IMO number of seven digits");
  int sum = 0;
  for (size_t i = 0; i < 6; ++i) sum += (text[i] - '0') * static_cast<int>(7 - i);
  return Unless(sum % 10 == text[6] - '0', "wrong check digit of the IMO number");
}

}  // namespace

absl::Status CheckOwnScheme(Scheme scheme, absl::string_view fields) {
  switch (scheme) {
    case Scheme::kGid:
      return CheckGid(fields);
    case Scheme::kUsDod:
      return CheckUsDod(fields);
    case Scheme::kAdi:
      return CheckAdi(fields);
    case Scheme::kBic:
      return CheckBic(fields);
    case Scheme::kImovn:
      return CheckImovn(fields);
    default:
      return absl::InvalidArgumentError("is not one of these schemes");
  }
}

}  // namespace suyuan::gs1::internal
