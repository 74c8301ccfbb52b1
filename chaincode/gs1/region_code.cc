#include "chaincode/gs1/region_code.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/gs1/character_sets.h"

namespace suyuan::gs1 {

absl::StatusOr<std::string> CanonicalRegion(absl::string_view text) {
  std::string code(text);
  if (text.size() == 2 || text.size() == 4) code.append(6 - text.size(), '0');
  const bool form = AllDigits(text) && code.size() == 6;
  const bool country = code == "000000";
  const bool hole = form && code.compare(2, 2, "00") == 0 && code.compare(4, 2, "00") != 0;
  if (!form || hole || (!country && code[0] == '0')) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text.substr(0, 16), "' is not a GB/T 2260 region code"));
  }
  return code;
}

RegionLevel RegionLevelOf(absl::string_view code) {
  if (!absl::EndsWith(code, "00")) return RegionLevel::kCounty;
  if (!absl::EndsWith(code, "0000")) return RegionLevel::kPrefecture;
  return code == "000000" ? RegionLevel::kCountry : RegionLevel::kProvince;
}

std::string ParentRegion(absl::string_view code) {
  switch (RegionLevelOf(code)) {
    case RegionLevel::kCounty:
      return absl::StrCat(code.substr(0, 4), "00");
    case RegionLevel::kPrefecture:
      return absl::StrCat(code.substr(0, 2), "0000");
    default:
      return "000000";
  }
}

bool RegionContains(absl::string_view wide, absl::string_view narrow) {
  while (absl::EndsWith(wide, "00")) wide.remove_suffix(2);
  return absl::StartsWith(narrow, wide);
}

bool AnyRegionContains(absl::Span<const std::string> wide, absl::string_view narrow) {
  return std::any_of(wide.begin(), wide.end(),
                     [narrow](const std::string& w) { return RegionContains(w, narrow); });
}

}  // namespace suyuan::gs1
