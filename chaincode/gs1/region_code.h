// GB/T 2260 region codes: six digits, two each for province, prefecture and county; "00"
// pairs at the end widen it ("330000" is a whole province). "000000" is the whole country.
// Codes are given out and withdrawn: which there are depends on the edition
// (region_edition.h); what one contains does not.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace suyuan::gs1 {

// Six digits from two, four or six.
//   kInvalidArgument  not of that structure
absl::StatusOr<std::string> CanonicalRegion(absl::string_view text);

// All of these take canonical codes.
enum class RegionLevel { kCountry, kProvince, kPrefecture, kCounty };
RegionLevel RegionLevelOf(absl::string_view code);
// One level up; that of the country is itself.
std::string ParentRegion(absl::string_view code);
bool RegionContains(absl::string_view wide, absl::string_view narrow);
bool AnyRegionContains(absl::Span<const std::string> wide, absl::string_view narrow);

}  // namespace suyuan::gs1
