// Products and the rules of their registration, apart from any ledger.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

// A registered product. A change takes an approved product back to kPending.
struct Product {
  std::string gtin;            // 14 digits
  std::string registrant;      // MSP id; the only one that may change it
  std::string status;          // "pending", "approved", "rejected", "withdrawn"
  std::string reviewer;        // MSP id of the last review; empty before
  std::string reason;          // of the last review or withdrawal
  nlohmann::json information;  // name, model, ... as registered
  std::string actor;           // MSP id of the last change
  std::string action;          // what it did, e.g. "ChangeProduct"
};

void to_json(nlohmann::json& json, const Product& product);
//   kInternal  not a product
absl::StatusOr<Product> ProductFromJson(const nlohmann::json& json);

// A flat object: values are texts, integers, booleans or null (null removes a field
// in a change); "name" is a text and present.
absl::Status CheckInformation(absl::string_view argument, const nlohmann::json& information);

// Each returns the product as it is afterwards.
//   kPermissionDenied    not this organisation's to do
//   kFailedPrecondition  not in this status
absl::StatusOr<Product> ChangeProduct(Product product, const std::string& actor,
                                      const nlohmann::json& changes);
absl::StatusOr<Product> ReviewProduct(Product product, const std::string& actor, bool approve,
                                      const std::string& reason);
absl::StatusOr<Product> WithdrawProduct(Product product, const std::string& actor,
                                        const std::string& reason);

// [{"field","old","new"}] between two versions, by field; null where absent.
nlohmann::json DiffProducts(const nlohmann::json& before, const nlohmann::json& after);

}  // namespace suyuan
