#include "chaincode/contracts/trace/regions.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace suyuan {

absl::StatusOr<std::string> CanonicalRegion(absl::string_view argument, absl::string_view text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  std::string code(text);
  if (digits && (text.size() == 2 || text.size() == 4)) code.append(6 - text.size(), '0');
  const bool hole =
      code.size() == 6 && code.compare(2, 2, "00") == 0 && code.compare(4, 2, "00") != 0;
  const bool country = code == "000000";
  if (!digits || code.size() != 6 || hole || (!country && code[0] == '0')) {
    return absl::InvalidArgumentError(
        absl::StrCat("argument '", argument, "': '", text, "' is not a GB/T 2260 region code"));
  }
  return code;
}

bool RegionContains(absl::string_view wide, absl::string_view narrow) {
  while (absl::EndsWith(wide, "00")) wide.remove_suffix(2);
  return absl::StartsWith(narrow, wide);
}

bool AnyRegionContains(absl::Span<const std::string> wide, absl::string_view narrow) {
  return std::any_of(wide.begin(), wide.end(),
                     [narrow](const std::string& w) { return RegionContains(w, narrow); });
}

}  // namespace suyuan
