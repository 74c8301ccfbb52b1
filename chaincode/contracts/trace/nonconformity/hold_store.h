// Holds and inspections in the ledger.
//
// hold/ID holds what was placed, hold-unit~UNIT~ID what it has come to for one unit,
// disposition~ID~UNIT~TX each decision; inspection/UNIT the last inspection (its history: all),
// gate/GTIN the uses that need one. Holds on different units never meet in a key.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/nonconformity/hold.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

struct HoldOrder {
  std::string hold;                // new id
  std::vector<std::string> units;  // UnitName()s, each once
  std::string reason;
  std::string evidence;  // SHA-256 in hex; "" none
  std::string event_time;
  bool ordered = false;  // by a supervisor
};

// Reads `details` {"reason","evidence"?,"eventTime"?} into the order.
//   kInvalidArgument  names the field
absl::Status ParseHoldDetails(const JsonObject& details, HoldOrder* order);

// Who may place it is the caller's to have checked.
//   kAlreadyExists  the id is taken
absl::Status PlaceHold(TransactionContext& tx, const HoldOrder& order, const Caller& caller);

//   kNotFound  "UNIT is not under hold ID"
absl::StatusOr<UnitHold> NeedUnitHold(ChaincodeStub& stub, const std::string& hold,
                                      const std::string& unit);
absl::Status SaveUnitHold(ChaincodeStub& stub, const UnitHold& hold);
// Every hold ever placed on it, by id.
absl::StatusOr<std::vector<UnitHold>> HoldsOf(ChaincodeStub& stub, const std::string& unit);

// GTIN-14 of the unit's product, by its identifier; "" unknown.
std::string ProductOf(absl::string_view unit);
// The organisations whose word on the unit counts: who has it by the events (of a lot, who has or
// had some of it), and who registered the product.
absl::StatusOr<std::set<std::string>> OwnersOf(ChaincodeStub& stub, const std::string& unit);
//   kPermissionDenied  "only who has it, who registered its product or a supervisor may WHAT UNIT"
absl::Status NeedOwnerOf(ChaincodeStub& stub, const std::string& unit, const Caller& caller,
                         absl::string_view what);

std::string HoldKey(absl::string_view id);
std::string InspectionKey(absl::string_view unit);
std::string GateKey(absl::string_view gtin);
// The inspection of a unit that event `event` (its hash) reworked at `time` counts no more.
absl::Status LapseInspection(ChaincodeStub& stub, const std::string& unit, const std::string& event,
                             const std::string& time);

}  // namespace suyuan
