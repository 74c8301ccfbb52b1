// Which policy a resource asks for when the channel's ACLs do not say.
#pragma once

#include "absl/strings/string_view.h"

namespace suyuan::channel_internal {

// Absolute path; empty for a resource that nobody knows.
absl::string_view DefaultAclPolicy(absl::string_view resource);

}  // namespace suyuan::channel_internal
