#include "chaincode/contracts/trace/holds.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/nonconformity/inspection.h"
#include "chaincode/contracts/trace/records.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

absl::Status CheckInspected(ChaincodeStub& stub, const std::string& unit, Use use,
                            absl::string_view gtin) {
  InspectionFacts facts;
  facts.unit = unit;
  SUYUAN_ASSIGN_OR_RETURN(const auto inspection, FindRecord(stub, InspectionKey(unit)));
  if (inspection) facts.result = inspection->value("result", "");
  if (!gtin.empty()) {
    facts.gtin = std::string(gtin);
  } else {
    SUYUAN_ASSIGN_OR_RETURN(facts.gtin, ProductOf(stub, unit));
  }
  if (!facts.gtin.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto gate, FindRecord(stub, GateKey(facts.gtin)));
    if (gate) facts.gated_uses = gate->value("uses", std::set<std::string>());
  }
  return CheckGate(facts, use);
}

}  // namespace

absl::Status CheckNotHeld(ChaincodeStub& stub, const std::string& unit_epc, Use use,
                          absl::string_view gtin) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(unit_epc));
  SUYUAN_ASSIGN_OR_RETURN(const auto holds, HoldsOf(stub, unit));
  for (const UnitHold& hold : holds) SUYUAN_RETURN_IF_ERROR(CheckUse(hold, use));
  return CheckInspected(stub, unit, use, gtin);
}

}  // namespace suyuan
