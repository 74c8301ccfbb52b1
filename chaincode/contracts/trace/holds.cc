#include "chaincode/contracts/trace/holds.h"

#include <array>
#include <set>

#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/nonconformity/inspection.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

absl::Status CheckInspected(ChaincodeStub& stub, const std::string& unit, Use use) {
  InspectionFacts facts;
  facts.unit = unit;
  facts.gtin = ProductOf(unit);
  SUYUAN_ASSIGN_OR_RETURN(const auto inspection, FindRecord(stub, InspectionKey(unit)));
  if (inspection) facts.result = inspection->value("result", "");
  if (!facts.gtin.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto gate, FindRecord(stub, GateKey(facts.gtin)));
    if (gate) facts.gated_uses = gate->value("uses", std::set<std::string>());
  }
  return CheckGate(facts, use);
}

}  // namespace

absl::string_view UseName(Use use) {
  constexpr std::array<absl::string_view, 4> kNames = {"ship", "use", "pack", "sell"};
  return kNames[static_cast<size_t>(use)];
}

absl::StatusOr<std::string> UnitName(absl::string_view unit) {
  SUYUAN_RETURN_IF_ERROR(CheckText("unit", unit, 512));
  return epcis::UnitId(unit);
}

bool IsProductClass(absl::string_view unit) {
  const auto id = gs1::ParseIdentifier(unit);
  return id.ok() && gs1::LevelOf(*id) == gs1::Level::kClass;
}

absl::Status CheckNotHeld(ChaincodeStub& stub, const std::string& unit_epc, Use use) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(unit_epc));
  SUYUAN_ASSIGN_OR_RETURN(const auto holds, HoldsOf(stub, unit));
  for (const UnitHold& hold : holds) SUYUAN_RETURN_IF_ERROR(CheckUse(hold, use));
  return CheckInspected(stub, unit, use);
}

}  // namespace suyuan
