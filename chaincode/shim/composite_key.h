// Keys made of parts: U+0000 type U+0000 attribute U+0000 attribute U+0000 ...
// The leading U+0000 keeps them out of plain ranges.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

//   kInvalidArgument  a part is not UTF-8 or contains U+0000 or U+10FFFF
absl::StatusOr<std::string> MakeCompositeKey(absl::string_view object_type,
                                             absl::Span<const std::string> attributes);
//   kInvalidArgument  not a composite key
absl::StatusOr<CompositeKey> ParseCompositeKey(absl::string_view key);

// [first, second): every composite key that starts with these parts.
absl::StatusOr<std::pair<std::string, std::string>> PartialCompositeKeyRange(
    absl::string_view object_type, absl::Span<const std::string> attributes);

// A key that a write or a read may name: not empty, UTF-8.
absl::Status CheckKey(absl::string_view key);
// A bound of a plain range: UTF-8, not in the space of composite keys.
absl::Status CheckRangeBound(absl::string_view bound);

}  // namespace suyuan
