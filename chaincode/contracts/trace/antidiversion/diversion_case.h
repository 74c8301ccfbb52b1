// Cases of diversion: what they are known by, their states, and their keys.
//
// A case is about goods of one issuer at one dealer that turned up in one region, until it ends.
//   case-opening/ID   written blind by every check that finds it; the first in the ledger's order
//                     opened it, later ones confirm it
//   case-of~MSP~ID    that it concerns the issuer, and the owner of the dealer's tree; blind
//   case-state/ID     what people decided; absent: "open"
//   case-end/BASE     how often such a case has ended, and when last: what comes later is another
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/antidiversion/diversion_rule.h"
#include "chaincode/contracts/trace/antidiversion/id_page.h"
#include "chaincode/contracts/trace/antidiversion/shipment.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

// "" by_dealer: shipment is "*".
struct CaseSubject {
  std::string issuer, dealer, shipment, region;
};
// Without a sequence: of all cases about that. 20 hex digits.
std::string CaseBase(const CaseSubject& subject);
// "BASE-SEQUENCE".
std::string CaseId(absl::string_view base, uint32_t sequence);

// open -> checked -> confirmed -> closed, or checked -> dismissed.
//   kFailedPrecondition  "case ID is STATE: it cannot become TO"
absl::Status CheckStep(absl::string_view id, absl::string_view state, absl::string_view to);
bool IsEnd(absl::string_view state);  // closed, dismissed

struct CaseEnd {
  uint32_t sequence = 0;  // of the case that is open or comes next
  std::string at;         // RFC 3339, of the last end; "" none
};
absl::StatusOr<CaseEnd> LoadCaseEnd(ChaincodeStub& stub, const std::string& base);

// Blind. `opening` holds "case", "issuer", "owner" and the rest.
absl::Status PutOpening(ChaincodeStub& stub, const nlohmann::json& opening);
// {"state","steps":[...]}.
absl::StatusOr<nlohmann::json> LoadCaseState(ChaincodeStub& stub, const std::string& id);
// The step with authorship, after CheckStep().
absl::Status PutStep(ChaincodeStub& stub, const nlohmann::json& opening, nlohmann::json state,
                     const std::string& to, const nlohmann::json& step);

// Whatever opening is there; for rights, which are the same in all of them.
//   kNotFound  "case ID does not exist"
absl::StatusOr<nlohmann::json> NeedOpening(ChaincodeStub& stub, const std::string& id);
// For queries alone: the one that opened it, and transactions of those that confirmed it.
struct CaseHistory {
  nlohmann::json opening;
  std::vector<std::string> confirmations;
};
absl::StatusOr<CaseHistory> LoadCaseHistory(ChaincodeStub& stub, const std::string& id);

// A page of the cases of `msp`: ids by their text.
absl::StatusOr<IdPage> ListCases(ChaincodeStub& stub, const std::string& msp,
                                 const std::string& bookmark);

}  // namespace suyuan
