#include "chaincode/shim/composite_key.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

constexpr char kSeparator = '\0';
constexpr absl::string_view kMaxRune("\xF4\x8F\xBF\xBF", 4);  // U+10FFFF

absl::Status CheckPart(absl::string_view part) {
  if (!IsUtf8(part)) return absl::InvalidArgumentError("composite key part is not UTF-8");
  if (part.find(kSeparator) != absl::string_view::npos) {
    return absl::InvalidArgumentError("composite key part contains U+0000");
  }
  if (part.find(kMaxRune) != absl::string_view::npos) {
    return absl::InvalidArgumentError("composite key part contains U+10FFFF");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> MakeCompositeKey(absl::string_view object_type,
                                             absl::Span<const std::string> attributes) {
  SUYUAN_RETURN_IF_ERROR(CheckPart(object_type));
  std::string key(1, kSeparator);
  absl::StrAppend(&key, object_type);
  key.push_back(kSeparator);
  for (const std::string& attribute : attributes) {
    SUYUAN_RETURN_IF_ERROR(CheckPart(attribute));
    key.append(attribute).push_back(kSeparator);
  }
  return key;
}

absl::StatusOr<CompositeKey> ParseCompositeKey(absl::string_view key) {
  if (key.size() < 2 || key.front() != kSeparator || key.back() != kSeparator) {
    return absl::InvalidArgumentError("not a composite key");
  }
  key.remove_prefix(1);
  CompositeKey out;
  bool first = true;
  while (!key.empty()) {
    const size_t end = key.find(kSeparator);
    std::string part(key.substr(0, end));
    key.remove_prefix(end + 1);
    if (first) {
      out.object_type = std::move(part);
    } else {
      out.attributes.push_back(std::move(part));
    }
    first = false;
  }
  return out;
}

absl::StatusOr<std::pair<std::string, std::string>> PartialCompositeKeyRange(
    absl::string_view object_type, absl::Span<const std::string> attributes) {
  SUYUAN_ASSIGN_OR_RETURN(std::string start, MakeCompositeKey(object_type, attributes));
  std::string end = absl::StrCat(start, kMaxRune);
  return std::make_pair(std::move(start), std::move(end));
}

absl::Status CheckKey(absl::string_view key) {
  if (key.empty()) return absl::InvalidArgumentError("key must not be an empty string");
  if (!IsUtf8(key)) return absl::InvalidArgumentError("key is not UTF-8");
  return absl::OkStatus();
}

absl::Status CheckRangeBound(absl::string_view bound) {
  if (!IsUtf8(bound)) return absl::InvalidArgumentError("range bound is not UTF-8");
  if (!bound.empty() && bound.front() == kSeparator) {
    return absl::InvalidArgumentError(
        "range bound starts with U+0000, which is kept for composite keys");
  }
  return absl::OkStatus();
}

}  // namespace suyuan
