// Contract AntiDiversion: scans of goods outside of their dealer's area, and what comes of them.
//
// Scans are logged as they come (scan_log.h). Somebody checks a shipment: the issuer's rule judges
// its scans in a window, and what it calls diversion opens a case, or confirms the one that is
// open. A tenant sees what concerns its own goods (or, of cases, dealers of its own tree),
// supervisors all; a dealer's client sees nothing here.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class AntiDiversion : public Contract {
 public:
  AntiDiversion();

 private:
  // The next version of the rule for the caller's goods (diversion_rule.h). Event
  // "SetDiversionRule".
  absl::Status SetRule(TransactionContext& tx, const JsonObject& rule) const;
  // All versions, oldest first, of the caller's organisation; of another one for supervisors.
  absl::StatusOr<nlohmann::json> GetRules(TransactionContext& tx, const std::string& issuer) const;

  // A unit was seen where transient value "place" says (scan_place.h): what a scan of a code that
  // proves itself is to AntiCounterfeit:RecordScan. By the platform of its issuer, or who else may
  // (scan_log.h). {"diverted":bool,"txId"}.
  absl::StatusOr<nlohmann::json> RecordSighting(TransactionContext& tx,
                                                const std::string& unit) const;

  // Judges by the rule in force at `as_of` (RFC 3339, "" now): {"shipment","dealer","rule",
  // "from","asOf","total","findings":[{"region","scans","things","devices","sharePerMille",
  // "diverted","lacks","case"?}],"lastRightHands"}. What is diverted opens or confirms its case.
  // By the issuer, the owner of the dealer's tree or a supervisor. Event "CheckDiversion". Scans
  // that arrive meanwhile make it invalid when their times are before `as_of`: where many come in,
  // choose one a minute ago.
  absl::StatusOr<nlohmann::json> Check(TransactionContext& tx, const std::string& shipment,
                                       const std::string& as_of) const;
  // The same, nothing written.
  absl::StatusOr<nlohmann::json> Preview(TransactionContext& tx, const std::string& shipment,
                                         const std::string& as_of) const;

  // `filters`: {"issuer"? (supervisors),"state"?,"dealer"?,"region"?}. {"cases":[{"case","dealer",
  // "shipment","region","home","openedAt","state"}],"bookmark"}; a page looks at 50.
  absl::StatusOr<nlohmann::json> GetCases(TransactionContext& tx, const JsonObject& filters,
                                          const std::string& bookmark) const;
  // As opened, with "state", "steps" and "confirmations".
  absl::StatusOr<nlohmann::json> GetCase(TransactionContext& tx, const std::string& id) const;
  // EvidenceOf() (case_file.h), in one object to be kept as a file.
  absl::StatusOr<nlohmann::json> GetEvidence(TransactionContext& tx, const std::string& id) const;
  // `state`: checked, confirmed, dismissed, closed. `details`: {"reason","evidence"?}. By the
  // goods' issuer or a supervisor. Event "DecideDiversion".
  absl::Status Decide(TransactionContext& tx, const std::string& id, const std::string& state,
                      const JsonObject& details) const;

  // Scans by time. `filters`: {"issuer"? (supervisors),"dealer"?,"product"?,"shipment"?,
  // "region"?,"fit"?,"from"?,"before"?,"limit"? (1 to 500)}. {"scans":[...],"bookmark"}; a page
  // looks at 2000.
  absl::StatusOr<nlohmann::json> FindScans(TransactionContext& tx, const JsonObject& filters,
                                           const std::string& bookmark) const;
  // The same scans counted: {"rows":[{"period","dealer","product","home","region","scans",
  // "outside","staff"}],"bookmark"}. "period" is a day or, with filter "by":"month", a month in
  // China; "region" the province. Rows of several pages add up.
  absl::StatusOr<nlohmann::json> GetStatistics(TransactionContext& tx, const JsonObject& filters,
                                               const std::string& bookmark) const;
};

}  // namespace suyuan
