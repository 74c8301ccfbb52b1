#include "chaincode/contracts/trace/antidiversion/shipment.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/anticounterfeit/code_batch_record.h"
#include "chaincode/contracts/trace/antidiversion/dealer_store.h"
#include "chaincode/contracts/trace/antidiversion/time_key.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/index_ranges.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kMoves[] = "dealer-move";
constexpr size_t kMaxUnits = 1000;
constexpr size_t kMaxMoves = 10'000;

std::string ShipmentKey(absl::string_view id) { return absl::StrCat("shipment/", id); }

absl::Status PutMove(ChaincodeStub& stub, const std::string& dealer, absl::string_view direction,
                     const Shipment& shipment) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, TimeKeyNow(stub, kMoves, dealer));
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, TransactionTime(stub));
  return PutRecord(stub, key,
                   {{"direction", std::string(direction)},
                    {"shipment", shipment.id},
                    {"counts", shipment.counts},
                    {"time", time}});
}

// Of a unit that no dealer has: who holds it, as events have it.
absl::StatusOr<std::string> EventHolder(ChaincodeStub& stub, const std::string& unit,
                                        const Caller& caller) {
  SUYUAN_ASSIGN_OR_RETURN(const auto known, FindUnit(stub, unit));
  if (!known) {
    return absl::NotFoundError(absl::StrCat(unit, " does not exist: no event has made it"));
  }
  if (known->kind != Unit::Kind::kLot) return known->holder;
  return known->accounts.count(caller.msp_id) > 0 ? caller.msp_id : std::string();
}

absl::StatusOr<std::string> IssuerOfUnit(ChaincodeStub& stub, const std::string& unit,
                                         const std::string& from, const Caller& caller) {
  if (from.empty()) return EventHolder(stub, unit, caller);
  SUYUAN_ASSIGN_OR_RETURN(const auto holding, HolderOfUnit(stub, unit));
  return holding ? holding->issuer : std::string();
}

// Whose goods these are; a shipment is of one issuer.
absl::StatusOr<std::string> IssuerOf(ChaincodeStub& stub, const Goods& goods,
                                     const std::string& from, const Caller& caller) {
  std::set<std::string> issuers;
  for (const CodeRange& range : goods.codes) {
    SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord batch, NeedBatch(stub, range.batch));
    SUYUAN_RETURN_IF_ERROR(CheckIndexRange(range.from, range.to, batch.count));
    issuers.insert(batch.issuer);
  }
  for (const std::string& unit : goods.units) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string issuer, IssuerOfUnit(stub, unit, from, caller));
    issuers.insert(issuer);
  }
  if (issuers.size() == 1) return *issuers.begin();
  return absl::FailedPreconditionError("a shipment is of one issuer's goods");
}

// Goods leave the issuer by its own word alone, a dealer by that of who speaks for it too.
absl::Status NeedMayShip(ChaincodeStub& stub, const Caller& caller, const std::string& issuer,
                         const std::string& from) {
  if (caller.msp_id == issuer && !IsDealersClient(caller)) return absl::OkStatus();
  if (from.empty()) {
    return absl::PermissionDeniedError(absl::StrCat(
        "only who issued or holds goods may ship them to the first level, not this client of ",
        caller.msp_id));
  }
  SUYUAN_ASSIGN_OR_RETURN(const Dealer parent, LoadDealer(stub, from));
  if (Manages(caller, parent) || SpeaksFor(caller, parent)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      "only the goods' issuer or who speaks for dealer ", from, " may ship goods of that dealer"));
}

// The days of a contract are told to those who manage or speak for the dealer alone.
absl::Status NeedContract(ChaincodeStub& stub, const Caller& caller, const Dealer& dealer) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string today, Today(stub));
  const absl::Status in_force = CheckInForce(dealer, today);
  if (in_force.ok() || Manages(caller, dealer) || SpeaksFor(caller, dealer)) return in_force;
  return absl::FailedPreconditionError(
      absl::StrCat("dealer ", dealer.id, " is under no contract today"));
}

absl::Status ShipRange(ChaincodeStub& stub, const CodeRange& range, Holding next,
                       Shipment* shipment) {
  SUYUAN_ASSIGN_OR_RETURN(const CodeBatchRecord batch, NeedBatch(stub, range.batch));
  next.product = batch.product;
  SUYUAN_ASSIGN_OR_RETURN(const Holding holding,
                          TakeCodes(stub, range, shipment->from, std::move(next)));
  if (shipment->way.empty()) shipment->way = holding.way;
  shipment->counts[batch.product] += range.to - range.from + 1;
  return absl::OkStatus();
}

absl::Status ShipUnit(ChaincodeStub& stub, const std::string& named, const Holding& next,
                      size_t* left, Shipment* shipment) {
  SUYUAN_ASSIGN_OR_RETURN(const auto units, WithContents(stub, named, *left));
  *left -= units.size();
  for (const std::string& unit : units) {
    SUYUAN_RETURN_IF_ERROR(CheckNotHeld(stub, unit, Use::kShip));
    Holding one = next;
    one.product = ProductOf(unit);
    SUYUAN_ASSIGN_OR_RETURN(const Holding holding, TakeUnit(stub, unit, shipment->from, one));
    if (shipment->way.empty()) shipment->way = holding.way;
    ++shipment->counts[one.product.empty() ? "units" : one.product];
  }
  return absl::OkStatus();
}

}  // namespace

nlohmann::json ToJson(const Shipment& shipment) {
  nlohmann::json json = shipment.authorship;
  json.update({{"shipment", shipment.id},
               {"goods", ToJson(shipment.goods)},
               {"issuer", shipment.issuer},
               {"owner", shipment.owner},
               {"from", shipment.from},
               {"dealer", shipment.dealer},
               {"counts", shipment.counts},
               {"way", WayToJson(shipment.way)},
               {"regions", shipment.area.regions},
               {"borders", shipment.area.borders},
               {"edition", shipment.edition}});
  if (!shipment.received.is_null()) json["received"] = shipment.received;
  return json;
}

absl::StatusOr<Shipment> LoadShipment(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("shipment", id));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json json, NeedRecord(stub, ShipmentKey(id), "shipment", id));
  try {
    Shipment shipment;
    shipment.id = id;
    shipment.issuer = json.at("issuer");
    shipment.owner = json.at("owner");
    shipment.from = json.at("from");
    shipment.dealer = json.at("dealer");
    shipment.counts = json.at("counts").get<Counts>();
    shipment.way = WayFromJson(json.at("way"));
    shipment.area.regions = json.at("regions").get<std::vector<std::string>>();
    shipment.area.borders = json.at("borders").get<std::vector<std::string>>();
    shipment.edition = json.at("edition");
    SUYUAN_ASSIGN_OR_RETURN(shipment.goods, ParseGoods("goods", json.at("goods")));
    if (json.contains("received")) shipment.received = json["received"];
    for (const char* field : {"eventTime", "recordedAt", "txId", "author"}) {
      shipment.authorship[field] = json.at(field);
    }
    return shipment;
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("shipment ", id, " is malformed: ", e.what()));
  }
}

absl::StatusOr<Shipment> ShipGoods(TransactionContext& tx, const Caller& caller,
                                   const std::string& id, const Goods& goods,
                                   const Dealer& dealer) {
  ChaincodeStub& stub = tx.stub();
  SUYUAN_RETURN_IF_ERROR(CheckId("shipment", id));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(stub, ShipmentKey(id), "shipment", id));
  Shipment shipment;
  shipment.id = id;
  shipment.goods = goods;
  shipment.owner = dealer.owner;
  shipment.from = dealer.parent;
  shipment.dealer = dealer.id;
  shipment.area = dealer.terms.area;
  shipment.edition = dealer.terms.edition;
  SUYUAN_ASSIGN_OR_RETURN(shipment.issuer, IssuerOf(stub, goods, shipment.from, caller));
  SUYUAN_RETURN_IF_ERROR(NeedMayShip(stub, caller, shipment.issuer, shipment.from));
  SUYUAN_RETURN_IF_ERROR(NeedContract(stub, caller, dealer));
  SUYUAN_ASSIGN_OR_RETURN(shipment.authorship, Authorship(tx, caller, ""));
  Holding next;
  next.issuer = shipment.issuer;
  next.dealer = dealer.id;
  next.owner = dealer.owner;
  next.shipment = id;
  next.shipped_at = shipment.authorship.value("recordedAt", "");
  next.edition = dealer.terms.edition;
  next.area = dealer.terms.area;
  for (const CodeRange& range : goods.codes) {
    SUYUAN_RETURN_IF_ERROR(ShipRange(stub, range, next, &shipment));
  }
  size_t left = kMaxUnits;
  for (const std::string& unit : goods.units) {
    SUYUAN_RETURN_IF_ERROR(ShipUnit(stub, unit, next, &left, &shipment));
  }
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, ShipmentKey(id), ToJson(shipment)));
  SUYUAN_RETURN_IF_ERROR(PutMove(stub, dealer.id, "in", shipment));
  if (!shipment.from.empty()) {
    SUYUAN_RETURN_IF_ERROR(PutMove(stub, shipment.from, "out", shipment));
  }
  return shipment;
}

absl::StatusOr<Shipment> ReceiveGoods(TransactionContext& tx, const Caller& caller,
                                      const std::string& id) {
  ChaincodeStub& stub = tx.stub();
  SUYUAN_ASSIGN_OR_RETURN(Shipment shipment, LoadShipment(stub, id));
  SUYUAN_ASSIGN_OR_RETURN(const Dealer dealer, LoadDealer(stub, shipment.dealer));
  if (!Manages(caller, dealer) && !SpeaksFor(caller, dealer)) {
    return absl::PermissionDeniedError(
        absl::StrCat("only who speaks for dealer ", dealer.id, " may receive its goods"));
  }
  if (!shipment.received.is_null()) {
    return absl::FailedPreconditionError(absl::StrCat("shipment ", id, " has been received"));
  }
  SUYUAN_ASSIGN_OR_RETURN(shipment.received, Authorship(tx, caller, ""));
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, ShipmentKey(id), ToJson(shipment)));
  SUYUAN_RETURN_IF_ERROR(PutMove(stub, dealer.id, "received", shipment));
  return shipment;
}

absl::StatusOr<Stock> StockOf(ChaincodeStub& stub, const std::string& dealer) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetStateByRange(TimeKeyBegin(kMoves, dealer),
                                                                    TimeKeyEnd(kMoves, dealer)));
  Stock stock;
  for (size_t moves = 0;; ++moves) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
    if (!entry) return stock;
    if (moves == kMaxMoves) {
      return absl::ResourceExhaustedError(
          absl::StrCat("dealer ", dealer, " has more than ", kMaxMoves, " movements"));
    }
    const auto move = nlohmann::json::parse(entry->value, nullptr, false);
    if (!move.is_object()) return absl::InternalError("a movement is not JSON");
    const std::string direction = move.value("direction", "");
    for (const auto& [product, count] : move.value("counts", Counts())) {
      Stock::Line& line = stock.products[product];
      (direction == "in" ? line.in : direction == "out" ? line.out : line.received) += count;
    }
    stock.last_move = move.value("time", "");
  }
}

absl::StatusOr<bool> HasMovedSince(ChaincodeStub& stub, const std::string& dealer,
                                   absl::Time time) {
  return AnyTimeKeyFrom(stub, kMoves, dealer, time);
}

}  // namespace suyuan
