#include "chaincode/contracts/trace/antidiversion/dealer_contract.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/antidiversion/dealer_store.h"
#include "chaincode/contracts/trace/antidiversion/scan_log.h"
#include "chaincode/contracts/trace/antidiversion/shipment.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr uint32_t kMaxDays = 3650;

absl::Status NeedManages(const Caller& caller, const Dealer& dealer, absl::string_view what) {
  if (Manages(caller, dealer)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("only ", dealer.owner, " or ", dealer.registrant,
                                                  " may ", what, " dealer ", dealer.id));
}

// The holding as this caller may see it; `issuer` is of the goods when no dealer has them.
absl::StatusOr<nlohmann::json> ShowHolding(ChaincodeStub& stub, const Caller& caller,
                                           const std::optional<Holding>& holding,
                                           const std::string& issuer) {
  SUYUAN_ASSIGN_OR_RETURN(
      const bool oversees,
      Oversees(stub, caller, holding ? holding->issuer : issuer, holding ? holding->owner : ""));
  if (!oversees && holding) {
    SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(stub, holding->dealer));
    if (SpeaksFor(caller, dealer)) {
      nlohmann::json own = *holding;
      own.erase("way");
      return own;
    }
  }
  if (!oversees) {
    return absl::PermissionDeniedError(
        absl::StrCat("whose goods these are is not for this client of ", caller.msp_id, " to see"));
  }
  return holding ? nlohmann::json(*holding) : nlohmann::json::object();
}

// Terms that fit between the parent's and the children's.
absl::Status CheckPlace(ChaincodeStub& stub, const Dealer& dealer) {
  SUYUAN_ASSIGN_OR_RETURN(const auto ancestors, AncestorsOf(stub, dealer));
  if (!ancestors.empty()) SUYUAN_RETURN_IF_ERROR(CheckWithin(dealer.terms, ancestors.front()));
  SUYUAN_ASSIGN_OR_RETURN(const auto children, ChildrenOf(stub, dealer));
  for (const std::string& id : children) {
    SUYUAN_ASSIGN_OR_RETURN(const Dealer child, LoadDealer(stub, id));
    SUYUAN_RETURN_IF_ERROR(CheckWithin(child.terms, dealer), absl::StrCat("dealer ", id));
  }
  return absl::OkStatus();
}

}  // namespace

DealerContract::DealerContract() : Contract("Dealers") {
  Submit("Register", {"dealer", "content"}, &DealerContract::Register);
  Submit("Move", {"dealer", "parent", "terms"}, &DealerContract::Move);
  Evaluate("Get", {"dealer"}, &DealerContract::Get);
  Evaluate("GetHistory", {"dealer"}, &DealerContract::GetHistory);
  Evaluate("List", {"parent", "bookmark"}, &DealerContract::List);
  Submit("Ship", {"shipment", "goods", "dealer"}, &DealerContract::Ship);
  Submit("Receive", {"shipment"}, &DealerContract::Receive);
  Evaluate("GetShipment", {"shipment"}, &DealerContract::GetShipment);
  Evaluate("GetHolder", {"batch", "index"}, &DealerContract::GetHolder);
  Evaluate("GetUnitHolder", {"unit"}, &DealerContract::GetUnitHolder);
  Evaluate("GetStock", {"dealer"}, &DealerContract::GetStock);
  Evaluate("GetStale", {"days", "bookmark"}, &DealerContract::GetStale);
}

absl::Status DealerContract::Register(TransactionContext& tx, const std::string& id,
                                      const JsonObject& content) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("dealer", id));
  SUYUAN_ASSIGN_OR_RETURN(Dealer dealer, ParseDealer(id, "content", content.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), DealerKey(id), "dealer", id));
  dealer.owner = dealer.registrant = caller.msp_id;
  if (dealer.parent.empty()) {
    if (IsDealersClient(caller)) {
      return absl::PermissionDeniedError("a dealer's client registers dealers below it alone");
    }
  } else {
    SUYUAN_ASSIGN_OR_RETURN(const Dealer parent, LoadDealer(tx.stub(), dealer.parent));
    if (!Manages(caller, parent) && !SpeaksFor(caller, parent)) {
      return absl::PermissionDeniedError(absl::StrCat("only who manages or speaks for dealer ",
                                                      parent.id, " registers dealers below it"));
    }
    dealer.owner = parent.owner;
    SUYUAN_RETURN_IF_ERROR(CheckWithin(dealer.terms, parent));
    SUYUAN_RETURN_IF_ERROR(AncestorsOf(tx.stub(), dealer));
  }
  return SaveDealer(tx, dealer, caller, "RegisterDealer", true, "");
}

absl::Status DealerContract::Move(TransactionContext& tx, const std::string& id,
                                  const std::string& parent, const JsonObject& terms) const {
  SUYUAN_ASSIGN_OR_RETURN(Dealer dealer, LoadDealer(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedManages(caller, dealer, "move"));
  if (!terms.value.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(dealer.terms, ParseTerms("terms", terms.value));
  }
  const std::string before = dealer.parent;
  dealer.parent = parent;
  if (parent != before && caller.msp_id != dealer.owner) {
    return absl::PermissionDeniedError(
        absl::StrCat("only ", dealer.owner, " puts dealers below another parent"));
  }
  if (!parent.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const Dealer above, LoadDealer(tx.stub(), parent));
    if (above.owner != dealer.owner) {
      return internal::ArgumentError("parent", "is of another owner's tree");
    }
  }
  SUYUAN_RETURN_IF_ERROR(CheckPlace(tx.stub(), dealer));
  return SaveDealer(tx, dealer, caller, "MoveDealer", false, before);
}

absl::StatusOr<nlohmann::json> DealerContract::Get(TransactionContext& tx,
                                                   const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedMaySee(tx.stub(), caller, dealer));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record,
                          NeedRecord(tx.stub(), DealerKey(id), "dealer", id));
  SUYUAN_ASSIGN_OR_RETURN(const bool oversees,
                          Oversees(tx.stub(), caller, dealer.registrant, dealer.owner));
  if (!oversees) return record;
  SUYUAN_ASSIGN_OR_RETURN(const auto ancestors, AncestorsOf(tx.stub(), dealer));
  record["ancestors"] = nlohmann::json::array();
  for (const Dealer& ancestor : ancestors) record["ancestors"].push_back(ancestor.id);
  return record;
}

absl::StatusOr<nlohmann::json> DealerContract::GetHistory(TransactionContext& tx,
                                                          const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedMaySee(tx.stub(), caller, dealer));
  return RecordHistory(tx.stub(), DealerKey(id));
}

absl::StatusOr<nlohmann::json> DealerContract::List(TransactionContext& tx,
                                                    const std::string& parent,
                                                    const std::string& bookmark) const {
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  std::string owner = caller.msp_id;
  if (!parent.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), parent));
    SUYUAN_RETURN_IF_ERROR(NeedMaySee(tx.stub(), caller, dealer));
    owner = dealer.owner;
  }
  SUYUAN_ASSIGN_OR_RETURN(const IdPage page,
                          ListDealers(tx.stub(), owner, parent, false, bookmark));
  nlohmann::json dealers = nlohmann::json::array();
  for (const std::string& id : page.ids) {
    SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), id));
    if (NeedMaySee(tx.stub(), caller, dealer).ok()) dealers.push_back(dealer);
  }
  return nlohmann::json{{"dealers", std::move(dealers)}, {"bookmark", page.bookmark}};
}

absl::Status DealerContract::Ship(TransactionContext& tx, const std::string& shipment,
                                  const JsonObject& goods, const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Goods parsed, ParseGoods("goods", goods.value));
  SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const Shipment shipped, ShipGoods(tx, caller, shipment, parsed, dealer));
  return Announce(tx.stub(), "ShipGoods", ToJson(shipped));
}

absl::Status DealerContract::Receive(TransactionContext& tx, const std::string& shipment) const {
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const Shipment received, ReceiveGoods(tx, caller, shipment));
  return Announce(tx.stub(), "ReceiveGoods", ToJson(received));
}

absl::StatusOr<nlohmann::json> DealerContract::GetShipment(TransactionContext& tx,
                                                           const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Shipment shipment, LoadShipment(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const bool oversees,
                          Oversees(tx.stub(), caller, shipment.issuer, shipment.owner));
  nlohmann::json shown = ToJson(shipment);
  if (oversees) return shown;
  shown.erase("way");
  for (const std::string& end : {shipment.from, shipment.dealer}) {
    if (end.empty()) continue;
    SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), end));
    if (SpeaksFor(caller, dealer) || Manages(caller, dealer)) return shown;
  }
  return absl::PermissionDeniedError(
      absl::StrCat("shipment ", id, " is not for this client of ", caller.msp_id, " to see"));
}

absl::StatusOr<nlohmann::json> DealerContract::GetHolder(TransactionContext& tx,
                                                         const std::string& batch,
                                                         uint64_t index) const {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord record, NeedBatch(tx.stub(), batch));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const auto held, HolderOfCode(tx.stub(), batch, index));
  std::optional<Holding> holding;
  if (held) holding = held->holding;
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json shown,
                          ShowHolding(tx.stub(), caller, holding, record.issuer));
  if (!held) return shown;
  shown.update({{"batch", batch}, {"from", held->range.from}, {"to", held->range.to}});
  return shown;
}

absl::StatusOr<nlohmann::json> DealerContract::GetUnitHolder(TransactionContext& tx,
                                                             const std::string& text) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const auto holding, HolderOfUnit(tx.stub(), unit));
  return ShowHolding(tx.stub(), caller, holding, "");
}

absl::StatusOr<nlohmann::json> DealerContract::GetStock(TransactionContext& tx,
                                                        const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedMaySee(tx.stub(), caller, dealer));
  SUYUAN_ASSIGN_OR_RETURN(const Stock stock, StockOf(tx.stub(), id));
  nlohmann::json products = nlohmann::json::object();
  for (const auto& [product, line] : stock.products) {
    products[product] = {{"in", line.in},
                         {"received", line.received},
                         {"out", line.out},
                         {"stock", static_cast<int64_t>(line.in - line.out)}};
  }
  return nlohmann::json{
      {"dealer", id}, {"products", std::move(products)}, {"lastMove", stock.last_move}};
}

absl::StatusOr<nlohmann::json> DealerContract::GetStale(TransactionContext& tx, uint32_t days,
                                                        const std::string& bookmark) const {
  if (days < 1 || days > kMaxDays) {
    return internal::ArgumentError("days", absl::StrCat("is not from 1 to ", kMaxDays));
  }
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (IsDealersClient(caller)) {
    return absl::PermissionDeniedError("a dealer's client sees no other dealers");
  }
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time now, tx.stub().GetTxTimestamp());
  const absl::Time since = now - absl::Hours(24) * static_cast<int64_t>(days);
  SUYUAN_ASSIGN_OR_RETURN(const IdPage page,
                          ListDealers(tx.stub(), caller.msp_id, "", true, bookmark));
  nlohmann::json stale = nlohmann::json::array();
  for (const std::string& id : page.ids) {
    SUYUAN_ASSIGN_OR_RETURN(const bool moved, HasMovedSince(tx.stub(), id, since));
    SUYUAN_ASSIGN_OR_RETURN(const bool scanned, HasScansSince(tx.stub(), id, since));
    if (!moved && !scanned) stale.push_back(id);
  }
  return nlohmann::json{{"dealers", std::move(stale)}, {"bookmark", page.bookmark}};
}

}  // namespace suyuan
