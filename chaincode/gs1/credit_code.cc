#include "chaincode/gs1/credit_code.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "chaincode/gs1/character_sets.h"

namespace suyuan::gs1 {
namespace {

constexpr absl::string_view kCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr size_t kLength = 18;

absl::Status Bad(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("credit code: ", what));
}

}  // namespace

char CreditCodeCheck(absl::string_view first_17) {
  const size_t n = kCharacters.size();
  size_t sum = 0;
  size_t weight = 1;
  for (const char c : first_17) {
    sum = (sum + kCharacters.find(c) * weight) % n;
    weight = weight * 3 % n;
  }
  return kCharacters[(n - sum) % n];
}

absl::StatusOr<CreditCode> ParseCreditCode(absl::string_view text) {
  if (text.size() != kLength) return Bad("does not have 18 characters");
  const std::string code = absl::AsciiStrToUpper(text);
  if (code.find_first_not_of(kCharacters.data(), 0, kCharacters.size()) != std::string::npos) {
    return Bad("holds a character that such codes don't use");
  }
  CreditCode out{code, code[0], code[1], code.substr(2, 6), code.substr(8, 9)};
  if (!AllDigits(out.region)) return Bad("its region holds other than digits");
  const char right = CreditCodeCheck(absl::string_view(code).substr(0, kLength - 1));
  if (code.back() == right) return out;
  return Bad(absl::StrCat("wrong check character, expected ", absl::string_view(&right, 1)));
}

}  // namespace suyuan::gs1
