// Contract Dealers: the dealer tree, and goods sent down it.
//
// Whose data these are is asked at every read (dealer.h): a dealer's client sees that dealer, what
// was sent to or by it, and nothing of others; who manages the tree and supervisors see all of it;
// the issuer of goods sees where they were sent.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class DealerContract : public Contract {
 public:
  DealerContract();

 private:
  // `content` as ParseDealer(). A root by any organisation, which owns its tree; another one by who
  // manages the parent or speaks for it. Event "RegisterDealer".
  absl::Status Register(TransactionContext& tx, const std::string& dealer,
                        const JsonObject& content) const;
  // Below another parent of the same tree ("" to the first level), with new terms or {} for those
  // it has. By who manages it. Its history keeps the old ones, and goods on their way theirs.
  // Event "MoveDealer".
  absl::Status Move(TransactionContext& tx, const std::string& dealer, const std::string& parent,
                    const JsonObject& terms) const;
  // {"dealer","name","parent","owner","registrant","organization","regions","borders","edition",
  //  "from","until"} with authorship (caller.h) of what made it so; "ancestors" (ids, the parent
  // first) is for who manages the tree.
  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& dealer) const;
  // All that it was, oldest first.
  absl::StatusOr<nlohmann::json> GetHistory(TransactionContext& tx,
                                            const std::string& dealer) const;
  // The dealers right below `parent`, "" those of the first level of the caller's own tree:
  // {"dealers":[...],"bookmark"}, up to 100.
  absl::StatusOr<nlohmann::json> List(TransactionContext& tx, const std::string& parent,
                                      const std::string& bookmark) const;

  // `goods` as ParseGoods() to a dealer under contract: to the first level by their issuer, else
  // from the parent, which has all of it, by the issuer or who manages or speaks for the parent.
  // Goods are of one issuer: codes of who issued them, units of who holds them as events have it
  // (CheckNotHeld() forbids held ones). All that is inside of a unit goes with it, up to 1000.
  // Event "ShipGoods".
  absl::Status Ship(TransactionContext& tx, const std::string& shipment, const JsonObject& goods,
                    const std::string& dealer) const;
  // It has come, says who speaks for the dealer or manages it; once. Event "ReceiveGoods".
  absl::Status Receive(TransactionContext& tx, const std::string& shipment) const;
  // {"shipment","goods","issuer","owner","from","dealer","counts","way","regions","borders",
  // "edition","received"?} with authorship; "way" (from the first level, of its first goods) is not
  // told to dealers.
  absl::StatusOr<nlohmann::json> GetShipment(TransactionContext& tx,
                                             const std::string& shipment) const;
  // The holding (holding.h) over a code, with "batch", "from", "to"; {} when it was not sent to a
  // dealer. "way" is not told to the dealer.
  absl::StatusOr<nlohmann::json> GetHolder(TransactionContext& tx, const std::string& batch,
                                           uint64_t index) const;
  absl::StatusOr<nlohmann::json> GetUnitHolder(TransactionContext& tx,
                                               const std::string& unit) const;
  // {"dealer","products":{GTIN or "units": {"in","received","out","stock"}},"lastMove"}: pieces
  // that were sent to it, that it says have come, that it sent on, and in minus out.
  //   kResourceExhausted  over 10,000 movements
  absl::StatusOr<nlohmann::json> GetStock(TransactionContext& tx, const std::string& dealer) const;
  // Dealers of the caller's tree of which nothing was heard for `days`: no goods to or from it, no
  // scan of its goods. {"dealers":[ids],"bookmark"}; a page looks at 100.
  absl::StatusOr<nlohmann::json> GetStale(TransactionContext& tx, uint32_t days,
                                          const std::string& bookmark) const;
};

}  // namespace suyuan
