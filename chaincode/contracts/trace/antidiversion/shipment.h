// Shipments down the dealer tree, and what dealers have by them.
//
// shipment/ID          what was sent; rewritten once, when it is received
// dealer-move/DEALER/TIME/TX  pieces that went to or from a dealer
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/antidiversion/dealer.h"
#include "chaincode/contracts/trace/antidiversion/holding.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

// Pieces by GTIN-14; "units" are those of no known product.
using Counts = std::map<std::string, uint64_t>;

struct Shipment {
  std::string id;
  Goods goods;
  std::string issuer, owner;  // MSP ids: of the goods, of the dealers
  std::string from;           // dealer; "" the issuer
  std::string dealer;         // to whom
  Counts counts;
  std::vector<Hop> way;  // of its first goods, down to `dealer`
  SalesArea area;        // of the dealer's contract on that day
  std::string edition;   // of the area's codes
  nlohmann::json authorship;
  nlohmann::json received;  // authorship; null: not yet
};
nlohmann::json ToJson(const Shipment& shipment);
//   kNotFound  "shipment ID does not exist"
absl::StatusOr<Shipment> LoadShipment(ChaincodeStub& stub, const std::string& id);

// Moves the goods to `dealer`, whose parent they are with.
//   kPermissionDenied, kFailedPrecondition, kAlreadyExists, kNotFound  say what is not so
absl::StatusOr<Shipment> ShipGoods(TransactionContext& tx, const Caller& caller,
                                   const std::string& id, const Goods& goods, const Dealer& dealer);
absl::StatusOr<Shipment> ReceiveGoods(TransactionContext& tx, const Caller& caller,
                                      const std::string& id);

struct Stock {
  struct Line {
    uint64_t in = 0, received = 0, out = 0;
  };
  std::map<std::string, Line> products;  // as Counts
  std::string last_move;                 // RFC 3339; "" none
};
//   kResourceExhausted  over 10,000 movements
absl::StatusOr<Stock> StockOf(ChaincodeStub& stub, const std::string& dealer);
absl::StatusOr<bool> HasMovedSince(ChaincodeStub& stub, const std::string& dealer, absl::Time time);

}  // namespace suyuan
