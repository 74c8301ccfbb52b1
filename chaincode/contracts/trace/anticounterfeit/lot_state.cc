#include "chaincode/contracts/trace/anticounterfeit/lot_state.h"

#include "absl/strings/match.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr int64_t kMaxShelfLifeDays = 36'500;

bool Closes(const UnitHold& hold) { return hold.state != "release" && hold.state != "downgrade"; }

// Text or "" of a field that anybody may have filled.
std::string TextAt(const nlohmann::json& object, const char* name) {
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) return "";
  return object[name];
}

std::string DayAt(const nlohmann::json& object, const char* name) {
  const std::string day = TextAt(object, name);
  return CheckDay(name, day).ok() ? day : "";
}

// Day after `made` when `product` says for how long it keeps.
absl::StatusOr<std::string> ShelfLifeEnd(ChaincodeStub& stub, const std::string& product,
                                         const std::string& made) {
  if (made.empty()) return std::string();
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, ProductKey(product)));
  if (!record || !record->contains("information")) return std::string();
  const nlohmann::json& information = (*record)["information"];
  if (!information.is_object() || !information.contains("shelfLifeDays") ||
      !information["shelfLifeDays"].is_number_integer()) {
    return std::string();
  }
  const int64_t days = information["shelfLifeDays"];
  if (days < 0 || days > kMaxShelfLifeDays) return std::string();
  return AddDays(made, static_cast<int>(days));
}

absl::StatusOr<std::string> ExpiryOf(ChaincodeStub& stub, const std::string& product,
                                     const std::string& lot) {
  const auto id = gs1::ParseIdentifier(lot);
  if (!id.ok() || !CheckId("batch", id->extension).ok()) return std::string();
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          stub.CreateCompositeKey("batch", {product, id->extension}));
  SUYUAN_ASSIGN_OR_RETURN(const auto batch, FindRecord(stub, key));
  if (!batch || !batch->is_object()) return std::string();
  const std::string told = DayAt(batch->value("data", nlohmann::json()), "expiresOn");
  if (!told.empty()) return told;
  return ShelfLifeEnd(stub, product,
                      DayAt(batch->value("identification", nlohmann::json()), "productionDate"));
}

}  // namespace

LotState JudgeLot(const LotFacts& facts) {
  LotState held{"known", ""};
  for (const UnitHold& hold : facts.holds) {
    if (!Closes(hold)) continue;
    if (absl::StartsWith(hold.hold, "recall:")) return {"recalled", hold.hold};
    held = {"held", hold.hold};
  }
  if (!facts.expires_on.empty() && facts.expires_on < facts.today) return {"expired", ""};
  return held;
}

absl::StatusOr<LotFacts> LoadLotFacts(ChaincodeStub& stub, const std::string& product,
                                      const std::string& lot) {
  LotFacts facts;
  SUYUAN_ASSIGN_OR_RETURN(facts.holds, HoldsOf(stub, lot));
  SUYUAN_ASSIGN_OR_RETURN(facts.expires_on, ExpiryOf(stub, product, lot));
  SUYUAN_ASSIGN_OR_RETURN(facts.today, Today(stub));
  return facts;
}

}  // namespace suyuan
