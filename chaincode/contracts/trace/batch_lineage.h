// Contract BatchLineage: lots, what they were made of, and who held them.
//
// Lots are read and written (a lot cannot be used up twice); edges are append-only,
// one composite key each way: out~lot~transformation~output, in~lot~transformation~input.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/lineage.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

class BatchLineage : public Contract {
 public:
  BatchLineage();

 private:
  // `product` may be empty (a material without GTIN); else it must be approved.
  absl::Status CreateLot(TransactionContext& tx, const std::string& lot, const std::string& product,
                         const std::string& name, int64_t quantity, const std::string& unit) const;
  // Format: lineage.h.
  absl::Status Transform(TransactionContext& tx, const std::string& id, const JsonArray& inputs,
                         const JsonArray& outputs, const JsonObject& loss) const;
  // Whole lots to another organisation, which must receive them.
  absl::Status Ship(TransactionContext& tx, const std::string& shipment, const JsonArray& lots,
                    const std::string& to) const;
  absl::Status Receive(TransactionContext& tx, const std::string& shipment) const;
  absl::StatusOr<nlohmann::json> GetLot(TransactionContext& tx, const std::string& lot) const;
  // {"root","nodes":[lot + "shipments"],"edges":[{"from","to","transformation",
  // "quantity"}]}, both sorted; kResourceExhausted above 100,000 nodes.
  absl::StatusOr<nlohmann::json> TraceBackward(TransactionContext& tx,
                                               const std::string& lot) const;
  absl::StatusOr<nlohmann::json> TraceForward(TransactionContext& tx, const std::string& lot) const;
  // Both ways from every lot met.
  absl::StatusOr<nlohmann::json> TraceConnected(TransactionContext& tx,
                                                const std::string& lot) const;
};

// Where the lot of this id is kept.
std::string LotKey(absl::string_view id);

}  // namespace suyuan
