// How scans are counted and answered, as data. An issuer's policies are set at four levels:
//
//   issuer   all of its codes      product   all codes of a product
//   batch    one batch             code      one index of a batch
//
// Of the limits at all levels (and the one the batch was issued with) the tightest applies, and a
// limit that was set only goes down: what was used stays used. Of all else the narrowest level
// that says anything is heard. Apart from any ledger.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/contracts/trace/anticounterfeit/prompts.h"

namespace suyuan {

inline constexpr int64_t kMaxScanLimit = 1'000'000;
//   kInvalidArgument  not from 1 to kMaxScanLimit
absl::Status CheckScanLimit(int64_t limit);

struct ScanPolicy {
  // Scans that pass without a warning.
  std::optional<int64_t> scan_limit;
  // Scans of one device within so many seconds of one that counted are that one again; 0: each
  // counts.
  std::optional<int64_t> fold_seconds;
  // A code whose clone score (clone_score.h) reaches this is frozen; 101: never.
  std::optional<int64_t> freeze_score;
  // No word on authenticity, for tenants who want tracing alone.
  std::optional<bool> trace_only;
  PromptTable prompts;
};
// {"scanLimit"?,"foldSeconds"?,"freezeScore"?,"traceOnly"?,"prompts"?}.
//   kInvalidArgument  names the field
absl::StatusOr<ScanPolicy> ParseScanPolicy(absl::string_view argument,
                                           const nlohmann::json& object);
nlohmann::json ToJson(const ScanPolicy& policy);

//   kInvalidArgument  "argument 'policy': field scanLimit is above the present limit N", or left
//                     out though there is one
absl::Status CheckTightens(const ScanPolicy& present, const ScanPolicy& next);

// What holds for one code.
struct CodePolicy {
  int64_t scan_limit = 0;
  int64_t fold_seconds = 0;
  int64_t freeze_score = 70;
  bool trace_only = false;
  PromptTable prompts;
};
// `policies`: widest first. `batch_limit`: the one the batch was issued with.
CodePolicy Combine(absl::Span<const ScanPolicy> policies, int64_t batch_limit);

}  // namespace suyuan
