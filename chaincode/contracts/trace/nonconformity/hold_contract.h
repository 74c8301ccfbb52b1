// Contract Holds: nonconforming units are set apart, inspected, and disposed of. Every write
// is an event of its name. Rules: hold.h, inspection.h; who refuses held units: ../holds.h.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class HoldContract : public Contract {
 public:
  HoldContract();

 private:
  // `units`: 1 to 1000 lots or things, of which the caller's organisation is owner (who has
  // them, or registered their product). `details`: {"reason","evidence"?,"eventTime"?}.
  absl::Status Place(TransactionContext& tx, const std::string& hold, const JsonArray& units,
                     const JsonObject& details) const;
  // The same on a supervisor's authority, over anybody's units.
  absl::Status Order(TransactionContext& tx, const std::string& hold, const JsonArray& units,
                     const JsonObject& details) const;
  // What becomes of these units of the hold. `decision`: ParseDisposition().
  absl::Status Dispose(TransactionContext& tx, const std::string& hold, const JsonArray& units,
                       const JsonObject& decision) const;
  // By a client with role quality of an owner, or a supervisor. `result`: ParseInspection().
  absl::Status Inspect(TransactionContext& tx, const std::string& unit,
                       const JsonObject& result) const;
  // Units of this product need a passed inspection before these uses (a list of "ship",
  // "use", "pack", "sell"; empty: none). By role quality of its registrant, or a supervisor.
  absl::Status SetGate(TransactionContext& tx, const std::string& gtin,
                       const JsonArray& uses) const;

  // What was placed, and "dispositions" in the order of units.
  absl::StatusOr<nlohmann::json> GetHold(TransactionContext& tx, const std::string& hold) const;
  // {"unit","holds":[...],"inspections":[oldest first]}
  absl::StatusOr<nlohmann::json> GetUnit(TransactionContext& tx, const std::string& unit) const;
  // {"unit","use","allowed","reason"}
  absl::StatusOr<nlohmann::json> Check(TransactionContext& tx, const std::string& unit,
                                       const std::string& use) const;
};

}  // namespace suyuan
