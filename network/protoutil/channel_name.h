// Which names a channel may have.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace suyuan {

inline constexpr size_t kMaxChannelName = 249;

// Fabric's rule: a lower-case letter first, then those, digits, '.' and '-'. Such a name
// may be a directory's.
bool IsChannelName(absl::string_view name);

}  // namespace suyuan
