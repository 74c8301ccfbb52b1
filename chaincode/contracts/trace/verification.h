// What a consumer is told about a code, from what the ledger knows of it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace suyuan {

struct Scan {
  std::string tx_id;
  std::string time;  // RFC 3339
};

struct CodeFacts {
  bool known = false;      // the proof fits the batch's root
  bool activated = false;  // its index is bound to a lot
  int64_t scan_limit = 0;
  std::vector<Scan> scans;  // in ledger order, first one first
  // The scan that is asked about; empty: a look without a scan of its own.
  std::string asking_tx;
};

// States: "unknown", "not-activated", "first", "repeated", "over-limit".
struct Verdict {
  std::string state;
  uint64_t ordinal = 0;    // of the asking scan; 0 without one
  uint64_t count = 0;      // scans so far
  std::string first_time;  // of the first scan; never changes
};

Verdict Judge(const CodeFacts& facts);
// The default prompts for consumers, in Chinese and in English; times are Beijing's.
std::string Prompt(const Verdict& verdict);
std::string PromptEnglish(const Verdict& verdict);
void to_json(nlohmann::json& json, const Verdict& verdict);

}  // namespace suyuan
