#include "chaincode/gs1/character_sets.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace suyuan::gs1 {
namespace {

bool Alphanumeric(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }

bool Among(char c, absl::string_view set) {
  return c != '\0' && set.find(c) != absl::string_view::npos;
}

}  // namespace

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool InCset82(char c) { return Alphanumeric(c) || Among(c, "!\"%&'()*+,-./:;<=>?_"); }
bool InCset39(char c) { return IsDigit(c) || (c >= 'A' && c <= 'Z') || Among(c, "#-/"); }

bool AllDigits(absl::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }
bool AllCset82(absl::string_view text) { return std::all_of(text.begin(), text.end(), InCset82); }
bool AllCset39(absl::string_view text) { return std::all_of(text.begin(), text.end(), InCset39); }

bool AllCset64(absl::string_view text) {
  size_t padding = 0;
  while (padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  if (padding > 2 || (padding > 0 && text.size() % 3 != 0)) return false;
  text.remove_suffix(padding);
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return Alphanumeric(c) || Among(c, "-_"); });
}

}  // namespace suyuan::gs1
