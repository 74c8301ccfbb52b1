// Contract AntiDiversion: who may sell which codes where.
//
// Dealers form a tree; each has sales regions. Ranges of a batch's indexes are
// shipped down the tree; the range that covers a scanned index tells the regions in
// which its scan is expected. A scan elsewhere makes an event DiversionAlert and a
// record written blind.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class AntiDiversion : public Contract {
 public:
  AntiDiversion();

 private:
  // `parent` empty: a dealer of the first level. `regions`: GB/T 2260 codes, each
  // within a region of the parent.
  absl::Status RegisterDealer(TransactionContext& tx, const std::string& dealer,
                              const std::string& name, const std::string& parent,
                              const JsonArray& regions) const;
  // By the organisation that registered it; the key's history keeps the old ones.
  absl::Status MoveDealer(TransactionContext& tx, const std::string& dealer,
                          const std::string& parent, const JsonArray& regions) const;
  absl::StatusOr<nlohmann::json> GetDealer(TransactionContext& tx, const std::string& dealer) const;
  // [{"txId","timestamp","dealer":{...}}], newest first.
  absl::StatusOr<nlohmann::json> GetDealerHistory(TransactionContext& tx,
                                                  const std::string& dealer) const;
  // Indexes [from, to] from the issuer to a dealer of the first level, or from a
  // dealer that holds all of them to one right below it. By the batch's issuer.
  absl::Status ShipCodes(TransactionContext& tx, const std::string& shipment,
                         const std::string& batch, uint64_t from, uint64_t to,
                         const std::string& dealer) const;
  // {"dealer","regions","shipment","from","to"}, or {} when not shipped.
  absl::StatusOr<nlohmann::json> GetHolder(TransactionContext& tx, const std::string& batch,
                                           uint64_t index) const;
  // The alerts of a batch, by transaction id.
  absl::StatusOr<nlohmann::json> GetAlerts(TransactionContext& tx, const std::string& batch) const;
};

// Writes an alert and its event when `index` was shipped to a dealer who may not sell
// in `region`; false when all is well or nothing was shipped.
absl::StatusOr<bool> AlertIfDiverted(ChaincodeStub& stub, const std::string& batch, uint64_t index,
                                     const std::string& region);

}  // namespace suyuan
