// Which codes consumers scan, and where: the same at every run but for the codes'
// digits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scripts/demo/code_desk.h"
#include "scripts/demo/sales.h"

namespace suyuan::demo {

enum class ScanKind { kOrdinary, kRepeated, kOverLimit, kCopied, kDiverted, kForged };

struct PlannedScan {
  ScanKind kind = ScanKind::kOrdinary;
  std::string code;    // as the consumer reads it
  Label label;         // where the code is, or a forger claims it to be
  std::string region;  // GB/T 2260
};

struct ScanTotals {
  uint64_t first = 0, repeated = 0, over_limit = 0, frozen = 0, unknown = 0;
  uint64_t alerts = 0;  // outside the region of the code's dealer
  bool operator==(const ScanTotals&) const = default;
};

// In the order in which they are sent.
std::vector<PlannedScan> PlanScans(const Sales& sales, const CodeDesk& desk);
// What the ledger must find.
ScanTotals ExpectedTotals(const std::vector<PlannedScan>& plan, const Sales& sales);

}  // namespace suyuan::demo
