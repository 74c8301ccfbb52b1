// Contract Batches: production batches of minimum sales units, as their label tells them.
// Every write is an event of its name. Rules: attachment.h (CheckIdentification), data_model.h.
#pragma once

#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class BatchContract : public Contract {
 public:
  BatchContract();

 private:
  // Of an approved product, by its registrant. `content`: {"identification","data"?,
  // "eventTime"?}; "data" is complete by the latest data model of the product's category, fields
  // of it that are not public come as transient data.
  absl::Status Register(TransactionContext& tx, const std::string& gtin, const std::string& batch,
                        const JsonObject& content) const;
  // Merges changes into "identification" and "data", by the data model that it was registered
  // under. What was stays in the history.
  absl::Status Correct(TransactionContext& tx, const std::string& gtin, const std::string& batch,
                       const JsonObject& changes, const std::string& reason) const;

  // With "product", the version that was in force on the production day (null: none was), and
  // "attachments".
  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& gtin,
                                     const std::string& batch) const;
  // Every version, oldest first.
  absl::StatusOr<nlohmann::json> GetHistory(TransactionContext& tx, const std::string& gtin,
                                            const std::string& batch) const;
  // Batches of the product, by number, produced from `from` through `to` (days; "" open).
  absl::StatusOr<nlohmann::json> List(TransactionContext& tx, const std::string& gtin,
                                      const std::string& from, const std::string& to) const;
};

// Is there a production batch of this number?
absl::StatusOr<bool> IsRegisteredBatch(ChaincodeStub& stub, const std::string& gtin14,
                                       const std::string& batch);

}  // namespace suyuan
