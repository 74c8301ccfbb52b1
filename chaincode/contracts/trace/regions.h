// GB/T 2260 region codes: six digits, province, city, county; trailing "00" pairs
// widen it ("330000" is a whole province, "000000" the whole country).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace suyuan {

// Six digits from two, four or six.
//   kInvalidArgument  names the argument
absl::StatusOr<std::string> CanonicalRegion(absl::string_view argument, absl::string_view text);

// Both canonical.
bool RegionContains(absl::string_view wide, absl::string_view narrow);
bool AnyRegionContains(absl::Span<const std::string> wide, absl::string_view narrow);

}  // namespace suyuan
