// Contract ProductRegistration: organisations and products, reviewed by another
// organisation than the one that registers. Every write is an event of its name.
#pragma once

#include <string>

#include "chaincode/contracts/trace/product.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

class ProductRegistration : public Contract {
 public:
  ProductRegistration();

 private:
  // The client's own organisation; calling again replaces the information.
  absl::Status RegisterOrganization(TransactionContext& tx, const JsonObject& information) const;
  absl::StatusOr<nlohmann::json> GetOrganization(TransactionContext& tx,
                                                 const std::string& msp_id) const;
  // Returns the 14-digit GTIN.
  absl::StatusOr<std::string> RegisterProduct(TransactionContext& tx, const std::string& gtin,
                                              const JsonObject& information) const;
  absl::Status Change(TransactionContext& tx, const std::string& gtin,
                      const JsonObject& changes) const;
  absl::Status Approve(TransactionContext& tx, const std::string& gtin) const;
  absl::Status Reject(TransactionContext& tx, const std::string& gtin,
                      const std::string& reason) const;
  absl::Status Withdraw(TransactionContext& tx, const std::string& gtin,
                        const std::string& reason) const;
  absl::StatusOr<nlohmann::json> GetProduct(TransactionContext& tx, const std::string& gtin) const;
  // [{"txId","timestamp","actor","action","changes":[{"field","old","new"}]}],
  // oldest first.
  absl::StatusOr<nlohmann::json> GetProductHistory(TransactionContext& tx,
                                                   const std::string& gtin) const;
};

// For the other contracts.
absl::StatusOr<Product> NeedApprovedProduct(ChaincodeStub& stub, const std::string& gtin);

}  // namespace suyuan
