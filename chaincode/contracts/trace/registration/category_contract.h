// Contract Categories: the tree of product categories, what each asks for, and the catalogue of
// products that must be traced. Written by supervisors alone; every write is an event of its
// name. Rules: category.h, data_model.h.
#pragma once

#include <cstdint>
#include <string>

#include "chaincode/shim/contract.h"

namespace suyuan {

class CategoryContract : public Contract {
 public:
  CategoryContract();

 private:
  // `content`: {"name","parent"?,"papers"?}; `papers` are kinds that a product of it needs
  // from its registrant.
  absl::Status Create(TransactionContext& tx, const std::string& category,
                      const JsonObject& content) const;
  // Under `parent`, "" to the top, from the transaction's day on.
  absl::Status Move(TransactionContext& tx, const std::string& category,
                    const std::string& parent) const;
  absl::Status Merge(TransactionContext& tx, const std::string& category, const std::string& into,
                     const std::string& reason) const;
  // No new products; those that there are still resolve.
  absl::Status Retire(TransactionContext& tx, const std::string& category,
                      const std::string& reason) const;
  // Must be traced: `content` {"from","until"?,"reason"}. Appends to the catalogue.
  absl::Status Bind(TransactionContext& tx, const std::string& category,
                    const JsonObject& content) const;
  // The next version of the category's data model (data_model.h); returns its number.
  absl::StatusOr<std::string> PublishModel(TransactionContext& tx, const std::string& category,
                                           const JsonObject& model) const;
  // Who may set which field of products of this category ("*": of all), replacing what was.
  absl::Status SetFieldRights(TransactionContext& tx, const std::string& category,
                              const JsonObject& rights) const;

  // With "path", ids from the root, as of the transaction's day.
  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& category) const;
  absl::StatusOr<nlohmann::json> GetHistory(TransactionContext& tx,
                                            const std::string& category) const;
  // All of them, by id.
  absl::StatusOr<nlohmann::json> List(TransactionContext& tx) const;
  // `version` 0: the latest.
  absl::StatusOr<nlohmann::json> GetModel(TransactionContext& tx, const std::string& category,
                                          uint32_t version) const;
  // [{"field","message"}]: what is wrong with public `values` of `scope` (product or batch);
  // fields that are not public come as transient data.
  absl::StatusOr<nlohmann::json> Check(TransactionContext& tx, const std::string& category,
                                       uint32_t version, const std::string& scope,
                                       const JsonObject& values) const;
  // Was this product bound to be traced on `day`? BoundOn().
  absl::StatusOr<nlohmann::json> WasBound(TransactionContext& tx, const std::string& gtin,
                                          const std::string& day) const;
};

}  // namespace suyuan
