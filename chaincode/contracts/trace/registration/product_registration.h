// Contract ProductRegistration: products, reviewed by another organisation than the one that
// registers. Every write is an event of its name. Rules: product.h, data_model.h, attachment.h.
#pragma once

#include <cstdint>
#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class ProductRegistration : public Contract {
 public:
  ProductRegistration();

 private:
  // `information` is a flat object with "name"; with "category" the product belongs to that
  // active category, and is complete by the latest version of its data model, if it has one.
  // Fields that the model does not make public come as transient data (store.h). A blacklisted
  // organisation registers nothing. Returns the 14-digit GTIN.
  absl::StatusOr<std::string> RegisterProduct(TransactionContext& tx, const std::string& gtin,
                                              const JsonObject& information) const;
  // Merges `changes` (null removes a field). Checked by the version of the data model that the
  // product was registered under, by the field rights of its category.
  absl::Status Change(TransactionContext& tx, const std::string& gtin,
                      const JsonObject& changes) const;
  // The same, to another version of the data model: 0 the latest.
  absl::Status Upgrade(TransactionContext& tx, const std::string& gtin, uint32_t model_version,
                       const JsonObject& changes) const;
  absl::Status Approve(TransactionContext& tx, const std::string& gtin) const;
  absl::Status Reject(TransactionContext& tx, const std::string& gtin,
                      const std::string& reason) const;
  absl::Status Withdraw(TransactionContext& tx, const std::string& gtin,
                        const std::string& reason) const;
  // An image, standard, test report or document (attachment.h) of the product, or of one of its
  // batches; by the registrant or a supervisor.
  absl::Status Attach(TransactionContext& tx, const std::string& gtin, const std::string& batch,
                      const std::string& id, const JsonObject& content) const;

  // With "categoryPath", ids from the root, when it has a category.
  absl::StatusOr<nlohmann::json> GetProduct(TransactionContext& tx, const std::string& gtin) const;
  // [{"txId","timestamp","actor","person","action","changes":[{"field","old","new"}]}],
  // oldest first.
  absl::StatusOr<nlohmann::json> GetProductHistory(TransactionContext& tx,
                                                   const std::string& gtin) const;
  // The version that was approved and in force at `time` (RFC 3339), with its "txId" and
  // "timestamp".
  absl::StatusOr<nlohmann::json> GetProductAt(TransactionContext& tx, const std::string& gtin,
                                              const std::string& time) const;
  // [{"field","message"}]: what is wrong with the product by its own version of the data model.
  absl::StatusOr<nlohmann::json> CheckProduct(TransactionContext& tx,
                                              const std::string& gtin) const;
  // Of the product (`batch` empty) or the batch, by id.
  absl::StatusOr<nlohmann::json> GetAttachments(TransactionContext& tx, const std::string& gtin,
                                                const std::string& batch) const;
};

}  // namespace suyuan
