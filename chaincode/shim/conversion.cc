#include "chaincode/shim/conversion.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan::internal {
namespace {

constexpr size_t kMaxJsonBytes = 1 << 20;
constexpr int kMaxJsonDepth = 32;

// "-0", "+1", " 1" and "01" have a canonical form that they are not.
bool IsCanonicalInteger(absl::string_view text) {
  if (!text.empty() && text.front() == '-') {
    text.remove_prefix(1);
    if (text == "0") return false;
  }
  if (text.empty() || text.size() > 20) return false;
  if (text.size() > 1 && text.front() == '0') return false;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

absl::Status CheckResult(const nlohmann::json& json) {
  if (json.is_number_float()) {
    return absl::InternalError("result contains a floating point number");
  }
  if (json.is_structured()) {
    for (const auto& element : json) SUYUAN_RETURN_IF_ERROR(CheckResult(element));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ArgumentError(absl::string_view name, absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat("argument '", name, "': ", reason));
}

absl::StatusOr<int64_t> ParseSigned(absl::string_view name, absl::string_view text, int64_t min,
                                    int64_t max) {
  int64_t value = 0;
  if (!IsCanonicalInteger(text) || !absl::SimpleAtoi(text, &value) || value < min || value > max) {
    return ArgumentError(name,
                         absl::StrCat("'", text, "' is not an integer from ", min, " to ", max));
  }
  return value;
}

absl::StatusOr<uint64_t> ParseUnsigned(absl::string_view name, absl::string_view text,
                                       uint64_t max) {
  uint64_t value = 0;
  if (!IsCanonicalInteger(text) || !absl::SimpleAtoi(text, &value) || value > max) {
    return ArgumentError(name, absl::StrCat("'", text, "' is not an integer from 0 to ", max));
  }
  return value;
}

absl::StatusOr<bool> ParseBool(absl::string_view name, absl::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return ArgumentError(name, absl::StrCat("'", text, "' is not true or false"));
}

absl::StatusOr<nlohmann::json> ParseJson(absl::string_view name, absl::string_view text) {
  if (text.size() > kMaxJsonBytes) return ArgumentError(name, "is longer than 1 MiB");
  bool too_deep = false;
  const auto limit_depth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep |= depth > kMaxJsonDepth;
    return !too_deep;
  };
  auto json =
      nlohmann::json::parse(text.begin(), text.end(), limit_depth, /*allow_exceptions=*/false);
  if (too_deep) return ArgumentError(name, "is nested deeper than 32 levels");
  if (json.is_discarded()) return ArgumentError(name, "is not JSON");
  return json;
}

absl::StatusOr<std::string> DumpJson(const nlohmann::json& json) {
  SUYUAN_RETURN_IF_ERROR(CheckResult(json));
  try {
    return json.dump();
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("result: ", e.what()));
  }
}

absl::Status CheckCount(size_t expected, size_t given) {
  if (expected == given) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("Expected ", expected, " parameters, but ", given, " have been supplied"));
}

}  // namespace suyuan::internal
