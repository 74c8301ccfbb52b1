// Whether an item is genuine, as far as its code can tell, from what the ledger knows of the code.
// Apart from any ledger.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "chaincode/contracts/trace/anticounterfeit/clone_score.h"
#include "chaincode/contracts/trace/anticounterfeit/scan_policy.h"

namespace suyuan {

struct CodeFacts {
  bool known = false;        // the proof fits the batch's root
  bool activated = false;    // its index is bound to a lot
  bool wrong_inner = false;  // the verification code that came with it is wrong
  bool open_of_two = false;  // the open code of an item that has a covered one
  std::string mark;          // of code_state.h; "" sealed
  CodePolicy policy;
  std::vector<Scan> scans;  // in ledger order, first one first
  // The scan that is asked about; empty: a look without a scan of its own.
  std::string asking_tx;
};

// The first that is true:
//   unknown         no such code, or a forged one
//   wrong-code      the item's verification code is another
//   revoked, reissued, returned   the code was marked so
//   not-activated   the item has not left its maker
//   trace-only      the tenant wants no word on authenticity
//   frozen          it was copied, by its clone score
//   open-code       the covered code decides, not this one
//   opened          the seal was opened
//   first, repeated, over-limit   by the number of scans
struct Verdict {
  std::string state;
  uint64_t ordinal = 0;    // of the asking scan; 0 without one that counts
  uint64_t count = 0;      // scans that count, so far
  int64_t limit = 0;       // that pass without a warning
  int64_t left = 0;        // of these
  std::string first_time;  // of the first scan; never changes
  std::string first_region;
  CloneScore score;
};

// Scans that fold_seconds folds share the ordinal of the one that counted.
Verdict Judge(const CodeFacts& facts);
// {"state","ordinal","count","limit","left","firstTime","firstRegion"}
void to_json(nlohmann::json& json, const Verdict& verdict);

// What the brand owner is to hear of: "over-limit", "copied", "early" (scanned before activation),
// "wrong-code", "returned", "reissued", "revoked". `lot_state`: of lot_state.h, of which "held",
// "recalled" and "expired" are alerts too.
std::vector<std::string> AlertsOf(const CodeFacts& facts, const Verdict& verdict,
                                  const std::string& lot_state);

}  // namespace suyuan
