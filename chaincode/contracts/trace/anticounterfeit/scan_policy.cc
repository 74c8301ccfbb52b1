#include "chaincode/contracts/trace/anticounterfeit/scan_policy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/shim/conversion.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr int64_t kAbsent = -1;
constexpr int64_t kMaxFoldSeconds = 366 * 24 * 60 * 60;
constexpr int64_t kMaxFreezeScore = 101;

std::optional<int64_t> Optional(int64_t value) {
  return value == kAbsent ? std::nullopt : std::optional<int64_t>(value);
}

}  // namespace

absl::Status CheckScanLimit(int64_t limit) {
  if (limit >= 1 && limit <= kMaxScanLimit) return absl::OkStatus();
  return internal::ArgumentError("scanLimit", absl::StrCat("is not from 1 to ", kMaxScanLimit));
}

absl::StatusOr<ScanPolicy> ParseScanPolicy(absl::string_view argument,
                                           const nlohmann::json& object) {
  Fields fields(argument, object);
  ScanPolicy policy;
  policy.scan_limit = Optional(fields.Integer("scanLimit", 1, kMaxScanLimit, kAbsent));
  policy.fold_seconds = Optional(fields.Integer("foldSeconds", 0, kMaxFoldSeconds, kAbsent));
  policy.freeze_score = Optional(fields.Integer("freezeScore", 1, kMaxFreezeScore, kAbsent));
  if (!fields.Any("traceOnly").is_null()) policy.trace_only = fields.Bool("traceOnly", false);
  const nlohmann::json prompts = fields.Any("prompts");
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_ASSIGN_OR_RETURN(policy.prompts, ParsePrompts(argument, prompts));
  return policy;
}

nlohmann::json ToJson(const ScanPolicy& policy) {
  nlohmann::json out = nlohmann::json::object();
  if (policy.scan_limit) out["scanLimit"] = *policy.scan_limit;
  if (policy.fold_seconds) out["foldSeconds"] = *policy.fold_seconds;
  if (policy.freeze_score) out["freezeScore"] = *policy.freeze_score;
  if (policy.trace_only) out["traceOnly"] = *policy.trace_only;
  if (!policy.prompts.empty()) out["prompts"] = ToJson(policy.prompts);
  return out;
}

absl::Status CheckTightens(const ScanPolicy& present, const ScanPolicy& next) {
  if (!present.scan_limit) return absl::OkStatus();
  if (!next.scan_limit) {
    return internal::ArgumentError(
        "policy",
        absl::StrCat("field scanLimit is missing: the present limit is ", *present.scan_limit));
  }
  if (*next.scan_limit <= *present.scan_limit) return absl::OkStatus();
  return internal::ArgumentError(
      "policy", absl::StrCat("field scanLimit is above the present limit ", *present.scan_limit));
}

CodePolicy Combine(absl::Span<const ScanPolicy> policies, int64_t batch_limit) {
  CodePolicy out;
  out.scan_limit = batch_limit;
  for (const ScanPolicy& policy : policies) {
    if (policy.scan_limit) out.scan_limit = std::min(out.scan_limit, *policy.scan_limit);
    if (policy.fold_seconds) out.fold_seconds = *policy.fold_seconds;
    if (policy.freeze_score) out.freeze_score = *policy.freeze_score;
    if (policy.trace_only) out.trace_only = *policy.trace_only;
    for (const auto& [state, texts] : policy.prompts) out.prompts[state] = texts;
  }
  return out;
}

}  // namespace suyuan
