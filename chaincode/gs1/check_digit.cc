#include "chaincode/gs1/check_digit.h"

#include "absl/strings/str_cat.h"
#include "chaincode/gs1/character_sets.h"
#include "network/common/status_macros.h"

namespace suyuan::gs1 {
namespace {

constexpr size_t kMaxPairText = 97;
constexpr unsigned kModulus = 1021;
// Both by rising weight.
constexpr absl::string_view kValues =
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
constexpr absl::string_view kPairCharacters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

unsigned NextPrime(unsigned n) {
  for (++n;; ++n) {
    unsigned divisor = 2;
    while (divisor * divisor <= n && n % divisor != 0) ++divisor;
    if (divisor * divisor > n) return n;
  }
}

}  // namespace

char CheckDigit(absl::string_view digits) {
  int sum = 0;
  int weight = 3;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, weight = 4 - weight) {
    sum = (sum + (*it - '0') * weight) % 10;
  }
  return static_cast<char>('0' + (10 - sum) % 10);
}

std::string CheckPair(absl::string_view text) {
  if (text.size() > kMaxPairText) return "";
  unsigned sum = 0;
  unsigned prime = 1;
  for (auto it = text.rbegin(); it != text.rend(); ++it) {
    const size_t value = kValues.find(*it);
    if (value == absl::string_view::npos) return "";
    prime = NextPrime(prime);
    sum = (sum + static_cast<unsigned>(value) * prime) % kModulus;
  }
  return {kPairCharacters[sum / 32], kPairCharacters[sum % 32]};
}

absl::Status VerifyCheckDigit(absl::string_view number) {
  if (number.empty()) return absl::InvalidArgumentError("is empty");
  if (!AllDigits(number)) return absl::InvalidArgumentError("holds other than digits");
  const char right = CheckDigit(number.substr(0, number.size() - 1));
  if (number.back() == right) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("wrong check digit, expected ", absl::string_view(&right, 1)));
}

absl::Status VerifyCheckPair(absl::string_view text) {
  if (text.size() < 2) return absl::InvalidArgumentError("is too short for two check characters");
  if (text.size() > kMaxPairText + 2) return absl::InvalidArgumentError("is too long");
  const absl::string_view body = text.substr(0, text.size() - 2);
  if (!AllCset82(body)) {
    return absl::InvalidArgumentError("holds a character outside of GS1 character set 82");
  }
  const std::string right = CheckPair(body);
  if (text.substr(body.size()) == right) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("wrong check characters, expected ", right));
}

absl::Status VerifyCheckCharacters(absl::string_view text) {
  return AllDigits(text) ? VerifyCheckDigit(text) : VerifyCheckPair(text);
}

absl::StatusOr<std::string> Gtin14(absl::string_view gtin) {
  const size_t n = gtin.size();
  if (!AllDigits(gtin) || (n != 8 && n != 12 && n != 13 && n != 14)) {
    return absl::InvalidArgumentError("is not a GTIN of 8, 12, 13 or 14 digits");
  }
  SUYUAN_RETURN_IF_ERROR(VerifyCheckDigit(gtin));
  return std::string(14 - n, '0').append(gtin.data(), n);
}

}  // namespace suyuan::gs1
