#include "chaincode/contracts/trace/events/ledger_world.h"

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "network/common/status_macros.h"

namespace suyuan {

absl::StatusOr<std::optional<Unit>> LedgerWorld::FindUnit(const std::string& id) {
  return suyuan::FindUnit(stub_, id);
}

absl::StatusOr<std::set<std::string>> LedgerWorld::CarriersOf(const std::string& unit) {
  return suyuan::CarriersOf(stub_, unit);
}

absl::StatusOr<bool> LedgerWorld::IsRegistered(const std::string& gtin) {
  const auto known = registered_.find(gtin);
  if (known != registered_.end()) return known->second;
  SUYUAN_ASSIGN_OR_RETURN(const std::string product, stub_.GetState(ProductKey(gtin)));
  return registered_[gtin] = !product.empty();
}

absl::StatusOr<std::string> LedgerWorld::MspOfParty(const std::string& party) {
  return stub_.GetState(PartyKey(party));
}

absl::StatusOr<bool> LedgerWorld::MaySupervise() {
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(TransactionContext(&stub_)));
  return IsSupervisor(stub_, caller);
}

absl::Status LedgerWorld::CheckNotHeld(const std::string& unit, Use use) {
  const auto known = not_held_.find({unit, use});
  if (known != not_held_.end()) return known->second;
  return not_held_[{unit, use}] = suyuan::CheckNotHeld(stub_, unit, use);
}

absl::Status LedgerWorld::CheckSale(const std::string& gtin, const std::string& msp_id) {
  const auto known = sale_.find({gtin, msp_id});
  if (known != sale_.end()) return known->second;
  return sale_[{gtin, msp_id}] = CheckToldOfSale(stub_, gtin, msp_id);
}

std::string PartyKey(absl::string_view party) { return absl::StrCat("party/", party); }

}  // namespace suyuan
