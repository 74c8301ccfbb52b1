#include "chaincode/contracts/trace/nonconformity/hold_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/ledger_world.h"
#include "chaincode/contracts/trace/events/unit_report.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/gs1/identifier.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kUnitHold[] = "hold-unit";

}  // namespace

std::string HoldKey(absl::string_view id) { return absl::StrCat("hold/", id); }
std::string InspectionKey(absl::string_view unit) { return absl::StrCat("inspection/", unit); }
std::string GateKey(absl::string_view gtin) { return absl::StrCat("gate/", gtin); }

absl::Status LapseInspection(ChaincodeStub& stub, const std::string& unit, const std::string& event,
                             const std::string& time) {
  return PutRecord(stub, InspectionKey(unit),
                   {{"unit", unit},
                    {"result", ""},
                    {"reworkedBy", event},
                    {"recordedAt", time},
                    {"txId", stub.GetTxID()}});
}

absl::Status SaveUnitHold(ChaincodeStub& stub, const UnitHold& hold) {
  return Append(stub, kUnitHold, {hold.unit, hold.hold}, hold);
}

absl::StatusOr<UnitHold> NeedUnitHold(ChaincodeStub& stub, const std::string& hold,
                                      const std::string& unit) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, stub.CreateCompositeKey(kUnitHold, {unit, hold}));
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, key));
  if (!record) return absl::NotFoundError(absl::StrCat(unit, " is not under hold ", hold));
  return UnitHoldFromJson(*record);
}

absl::StatusOr<std::vector<UnitHold>> HoldsOf(ChaincodeStub& stub, const std::string& unit) {
  SUYUAN_ASSIGN_OR_RETURN(const auto records, ListRecords(stub, kUnitHold, {unit}));
  std::vector<UnitHold> holds;
  for (const auto& record : records) {
    SUYUAN_ASSIGN_OR_RETURN(holds.emplace_back(), UnitHoldFromJson(record));
  }
  return holds;
}

absl::Status ParseHoldDetails(const JsonObject& details, HoldOrder* order) {
  Fields fields("details", details.value);
  order->reason = fields.Text("reason");
  order->evidence = fields.Hash("evidence", Fields::kOptional);
  order->event_time = fields.Time("eventTime", Fields::kOptional);
  return fields.Finish();
}

absl::Status PlaceHold(TransactionContext& tx, const HoldOrder& order, const Caller& caller) {
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), HoldKey(order.hold), "hold", order.hold));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, order.event_time));
  record.update({{"hold", order.hold},
                 {"units", order.units},
                 {"reason", order.reason},
                 {"evidence", order.evidence},
                 {"ordered", order.ordered}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), HoldKey(order.hold), record));
  for (const std::string& unit : order.units) {
    SUYUAN_RETURN_IF_ERROR(SaveUnitHold(
        tx.stub(), {order.hold, unit, "held", order.reason, caller.msp_id, order.ordered, ""}));
  }
  return absl::OkStatus();
}

std::string ProductOf(absl::string_view unit) {
  const auto id = gs1::ParseIdentifier(unit);
  return id.ok() && gs1::IsTradeItem(id->scheme) ? id->key : std::string();
}

absl::StatusOr<std::set<std::string>> OwnersOf(ChaincodeStub& stub, const std::string& unit) {
  LedgerWorld world(&stub);
  UnitBook book(&world);
  std::set<std::string> owners;
  SUYUAN_ASSIGN_OR_RETURN(const Unit* known, book.Find(unit));
  if (known != nullptr) {
    SUYUAN_ASSIGN_OR_RETURN(Whereabouts where, WhereaboutsOf(*known, &book));
    owners = std::move(where.holders);
    if (!known->holder.empty()) owners.insert(known->holder);
    for (const auto& [msp_id, account] : known->accounts) {
      if (known->kind == Unit::Kind::kLot) owners.insert(msp_id);
    }
  }
  if (const std::string gtin = ProductOf(unit); !gtin.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto product, FindRecord(stub, ProductKey(gtin)));
    if (product) owners.insert(product->value("registrant", ""));
  }
  return owners;
}

absl::Status NeedOwnerOf(ChaincodeStub& stub, const std::string& unit, const Caller& caller,
                         absl::string_view what) {
  SUYUAN_ASSIGN_OR_RETURN(const auto owners, OwnersOf(stub, unit));
  if (owners.count(caller.msp_id)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      "only who has it, who registered its product or a supervisor may ", what, " ", unit));
}

}  // namespace suyuan
