// What a shipment's scans come to, and what stands behind a case, from the ledger.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "chaincode/contracts/trace/antidiversion/diversion_case.h"
#include "chaincode/contracts/trace/antidiversion/diversion_rule.h"
#include "chaincode/contracts/trace/antidiversion/shipment.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

// Versions of an issuer's rule, in order: rule/MSP/VERSION, each with authorship.
absl::StatusOr<nlohmann::json> RulesOf(ChaincodeStub& stub, const std::string& issuer);
// The one in force at `time`: the last that had begun. Version 0 where there is none.
absl::StatusOr<DiversionRule> RuleAt(ChaincodeStub& stub, const std::string& issuer,
                                     absl::Time time);
// The next version, in force from field "effective" on, which is not in the past ("": from now).
absl::StatusOr<nlohmann::json> PutRule(TransactionContext& tx, const Caller& caller,
                                       DiversionRule rule);

struct ShipmentJudgement {
  DiversionRule rule;
  absl::Time from, as_of;
  std::vector<LoggedScan> scans;      // of the window, by time
  std::vector<Finding> findings;      // each of scans since the last case like it ended
  std::vector<CaseSubject> subjects;  // as findings
  std::vector<CaseEnd> ends;          // as findings
};
// `as_of` is not after the transaction's time.
//   kResourceExhausted  over 5000 scans of the dealer in the window
absl::StatusOr<ShipmentJudgement> JudgeShipment(ChaincodeStub& stub, const Shipment& shipment,
                                                absl::Time as_of);

// The way of the goods, with what shows that they came there: receipts, and at the last step
// `scans`.
absl::StatusOr<std::vector<HopFacts>> FactsOfWay(ChaincodeStub& stub, const Shipment& shipment,
                                                 const std::vector<LoggedScan>& scans);

// All that a case stands on: {"case":{opening},"confirmations","state","steps","dealer":[all
// versions of the contract],"shipments":[the way],"custody":[{"unit","holder","event"}],
// "scans":[...],"rules":[...],"transactions":[every txId among these, sorted]}. The transactions
// prove it: each has its receipt.
absl::StatusOr<nlohmann::json> EvidenceOf(ChaincodeStub& stub, const std::string& id);

}  // namespace suyuan
