#include "chaincode/contracts/trace/nonconformity/hold_contract.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/nonconformity/inspection.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kDisposition[] = "disposition";
constexpr size_t kMaxUnits = 1000;

// A hold names what it means exactly: a lot or one thing, never every item of a product.
absl::Status NotAClass(const std::string& unit) {
  if (!IsProductClass(unit)) return absl::OkStatus();
  return internal::ArgumentError("units",
                                 absl::StrCat(unit, " is a product, not a lot or one thing of it"));
}

absl::StatusOr<std::vector<std::string>> ParseUnits(const JsonArray& units) {
  if (units.value.empty() || units.value.size() > kMaxUnits) {
    return internal::ArgumentError("units", absl::StrCat("not 1 to ", kMaxUnits, " units"));
  }
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const nlohmann::json& element : units.value) {
    if (!element.is_string()) return internal::ArgumentError("units", "holds what is no text");
    SUYUAN_ASSIGN_OR_RETURN(std::string unit, UnitName(element.get<std::string>()));
    SUYUAN_RETURN_IF_ERROR(NotAClass(unit));
    if (!seen.insert(unit).second) {
      return internal::ArgumentError("units", absl::StrCat(unit, " is named twice"));
    }
    out.push_back(std::move(unit));
  }
  return out;
}

absl::StatusOr<HoldOrder> ParseOrder(const std::string& hold, const JsonArray& units,
                                     const JsonObject& details) {
  SUYUAN_RETURN_IF_ERROR(CheckId("hold", hold));
  if (absl::StartsWith(hold, "recall:")) {
    return internal::ArgumentError("hold", "ids that begin with 'recall:' are those of recalls");
  }
  HoldOrder order;
  order.hold = hold;
  SUYUAN_ASSIGN_OR_RETURN(order.units, ParseUnits(units));
  SUYUAN_RETURN_IF_ERROR(ParseHoldDetails(details, &order));
  return order;
}

nlohmann::json EventOf(const HoldOrder& order) {
  return {{"hold", order.hold},
          {"units", order.units},
          {"reason", order.reason},
          {"ordered", order.ordered}};
}

// Inspections and gates are the owner's quality staff's, or a supervisor's.
absl::Status NeedQualityOf(ChaincodeStub& stub, const std::string& unit, const Caller& caller,
                           absl::string_view what) {
  SUYUAN_ASSIGN_OR_RETURN(const bool supervisor, IsSupervisor(stub, caller));
  if (supervisor) return absl::OkStatus();
  SUYUAN_RETURN_IF_ERROR(NeedOwnerOf(stub, unit, caller, what));
  return NeedRole(caller, kQuality, absl::StrCat(what, " ", unit));
}

}  // namespace

HoldContract::HoldContract() : Contract("Holds") {
  Submit("Place", {"hold", "units", "details"}, &HoldContract::Place);
  Submit("Order", {"hold", "units", "details"}, &HoldContract::Order);
  Submit("Dispose", {"hold", "units", "decision"}, &HoldContract::Dispose);
  Submit("Inspect", {"unit", "result"}, &HoldContract::Inspect);
  Submit("SetGate", {"gtin", "uses"}, &HoldContract::SetGate);
  Evaluate("GetHold", {"hold"}, &HoldContract::GetHold);
  Evaluate("GetUnit", {"unit"}, &HoldContract::GetUnit);
  Evaluate("Check", {"unit", "use"}, &HoldContract::Check);
}

absl::Status HoldContract::Place(TransactionContext& tx, const std::string& hold,
                                 const JsonArray& units, const JsonObject& details) const {
  SUYUAN_ASSIGN_OR_RETURN(const HoldOrder order, ParseOrder(hold, units, details));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  for (const std::string& unit : order.units) {
    SUYUAN_RETURN_IF_ERROR(NeedOwnerOf(tx.stub(), unit, caller, "hold"));
  }
  SUYUAN_RETURN_IF_ERROR(PlaceHold(tx, order, caller));
  return Announce(tx.stub(), "PlaceHold", EventOf(order));
}

absl::Status HoldContract::Order(TransactionContext& tx, const std::string& hold,
                                 const JsonArray& units, const JsonObject& details) const {
  SUYUAN_ASSIGN_OR_RETURN(HoldOrder order, ParseOrder(hold, units, details));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedSupervisor(tx.stub(), caller, "order a hold"));
  order.ordered = true;
  SUYUAN_RETURN_IF_ERROR(PlaceHold(tx, order, caller));
  return Announce(tx.stub(), "OrderHold", EventOf(order));
}

absl::Status HoldContract::Dispose(TransactionContext& tx, const std::string& hold,
                                   const JsonArray& units, const JsonObject& decision) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("hold", hold));
  SUYUAN_ASSIGN_OR_RETURN(const auto names, ParseUnits(units));
  SUYUAN_ASSIGN_OR_RETURN(const Disposition disposition,
                          ParseDisposition("decision", decision.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const bool supervisor, IsSupervisor(tx.stub(), caller));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, disposition.event_time));
  record.update({{"hold", hold},
                 {"disposition", disposition.state},
                 {"reason", disposition.reason},
                 {"evidence", disposition.evidence}});
  if (!disposition.grade.empty()) record["grade"] = disposition.grade;
  for (const std::string& unit : names) {
    SUYUAN_ASSIGN_OR_RETURN(UnitHold held, NeedUnitHold(tx.stub(), hold, unit));
    SUYUAN_ASSIGN_OR_RETURN(held,
                            suyuan::Dispose(std::move(held), disposition, caller, supervisor));
    SUYUAN_RETURN_IF_ERROR(SaveUnitHold(tx.stub(), held));
    record["unit"] = unit;
    SUYUAN_RETURN_IF_ERROR(
        Append(tx.stub(), kDisposition, {hold, unit, tx.stub().GetTxID()}, record));
  }
  record.erase("unit");
  record["units"] = names;
  return Announce(tx.stub(), "Dispose", record);
}

absl::Status HoldContract::Inspect(TransactionContext& tx, const std::string& text,
                                   const JsonObject& result) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  SUYUAN_RETURN_IF_ERROR(NotAClass(unit));
  SUYUAN_ASSIGN_OR_RETURN(const Inspection inspection, ParseInspection("result", result.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedQualityOf(tx.stub(), unit, caller, "inspect"));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, inspection.event_time));
  record.update(ToJson(inspection));
  record["unit"] = unit;
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), InspectionKey(unit), record));
  return Announce(tx.stub(), "Inspect", record);
}

absl::Status HoldContract::SetGate(TransactionContext& tx, const std::string& text,
                                   const JsonArray& uses) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  SUYUAN_ASSIGN_OR_RETURN(const auto gated, ParseUses("uses", uses.value));
  SUYUAN_ASSIGN_OR_RETURN(const std::string product, UnitName(absl::StrCat("(01)", gtin)));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedQualityOf(tx.stub(), product, caller, "set the gate of"));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update({{"gtin", gtin}, {"uses", gated}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), GateKey(gtin), record));
  return Announce(tx.stub(), "SetGate", record);
}

absl::StatusOr<nlohmann::json> HoldContract::GetHold(TransactionContext& tx,
                                                     const std::string& hold) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("hold", hold));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record,
                          NeedRecord(tx.stub(), HoldKey(hold), "hold", hold));
  SUYUAN_ASSIGN_OR_RETURN(record["dispositions"], ListRecords(tx.stub(), kDisposition, {hold}));
  return record;
}

absl::StatusOr<nlohmann::json> HoldContract::GetUnit(TransactionContext& tx,
                                                     const std::string& text) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  SUYUAN_ASSIGN_OR_RETURN(const auto holds, HoldsOf(tx.stub(), unit));
  SUYUAN_ASSIGN_OR_RETURN(const auto inspections, RecordHistory(tx.stub(), InspectionKey(unit)));
  return nlohmann::json{{"unit", unit}, {"holds", holds}, {"inspections", inspections}};
}

absl::StatusOr<nlohmann::json> HoldContract::Check(TransactionContext& tx, const std::string& text,
                                                   const std::string& use_name) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  SUYUAN_ASSIGN_OR_RETURN(const Use use, ParseUse("use", use_name));
  const absl::Status status = CheckNotHeld(tx.stub(), unit, use);
  if (!status.ok() && !absl::IsFailedPrecondition(status)) return status;
  return nlohmann::json{{"unit", unit},
                        {"use", use_name},
                        {"allowed", status.ok()},
                        {"reason", std::string(status.message())}};
}

}  // namespace suyuan
