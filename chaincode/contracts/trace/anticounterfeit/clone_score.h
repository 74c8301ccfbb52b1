// How much the scans of one code look like those of copies: whole points from 0 to 100, with the
// reasons. The same scans give the same points everywhere, and more scans never fewer points.
//
//   places    10 for each prefecture after the first, at most 40
//   devices    3 for each device after the first, at most 30
//   jumps     10 for each pair of scans that follow one another faster than people travel:
//             another province within 30 minutes, another prefecture within 10; at most 30
//   attempts   5 for each wrong verification code after the second, at most 20
//
// One thing that travels with its owner, or that many look at in one shop, stays below the
// default of 70 at which a code is frozen (scan_policy.h). Apart from any ledger.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace suyuan {

// A scan of one code as the ledger has it.
struct Scan {
  // A consumer's counts; one before the code was activated ("early"), of staff, or with a wrong
  // verification code does not.
  enum class Kind { kConsumer, kEarly, kStaff, kWrong };
  std::string tx_id;
  std::string time;  // RFC 3339, as the client claims it
  Kind kind = Kind::kConsumer;
  std::string region;  // GB/T 2260; "" not known
  std::string device;  // stands for the device at this code alone; "" not known
};

struct CloneReason {
  std::string rule;
  int64_t value = 0;  // how many
  int64_t points = 0;
};
struct CloneScore {
  int64_t points = 0;
  std::vector<CloneReason> reasons;  // those that gave points
};

// `scans`: in ledger order.
CloneScore ScoreOf(absl::Span<const Scan> scans);
// {"points","reasons":[{"rule","value","points"}]}
nlohmann::json ToJson(const CloneScore& score);

// Seconds since 1970 of a scan; 0 when its time is not RFC 3339.
int64_t SecondsOf(const Scan& scan);

}  // namespace suyuan
