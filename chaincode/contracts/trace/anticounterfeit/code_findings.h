// All that the ledger knows of one code, gathered, judged, and put into answers.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/anticounterfeit/lot_state.h"
#include "chaincode/contracts/trace/anticounterfeit/scanner.h"
#include "chaincode/contracts/trace/anticounterfeit/verification.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct Findings {
  CodeFacts facts;
  Verdict verdict;
  CodeBatchRecord batch;  // this and what follows only of a known code
  uint64_t index = 0;
  nlohmann::json mark;     // record of code_state_contract.h; null: sealed
  std::string lot;         // "" not activated
  std::string expires_on;  // day; "" not known
  LotState lot_state;      // "unknown", "not-activated" beside its own states
};

struct Question {
  std::string scan_tx;  // the asking scan; "" none
  // Scans after it are left out, so that all peers find the same.
  bool only_past = false;
};
// Of the code that is proven by transient data (code_proof.h).
absl::StatusOr<Findings> Examine(ChaincodeStub& stub, const std::string& batch, uint64_t index,
                                 const Question& question);

// The answer of AntiCounterfeit:Verify, without "label".
nlohmann::json ToAnswer(const Findings& findings, Scanner scanner);
// {"batch","index","product","lot","alerts","count","limit","score","regions","scanTx"}
nlohmann::json AlertRecord(const Findings& findings, const std::string& scan_tx);

}  // namespace suyuan
