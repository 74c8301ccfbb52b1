// Products and the rules of their registration, apart from any ledger.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "chaincode/contracts/trace/caller.h"

namespace suyuan {

// A registered product. A change by its registrant takes an approved product back to "pending".
struct Product {
  std::string gtin;            // 14 digits
  std::string registrant;      // MSP id
  std::string status;          // "pending", "approved", "rejected", "withdrawn"
  std::string reviewer;        // MSP id of the last review; empty before
  std::string reason;          // of the last review or withdrawal
  nlohmann::json information;  // name, model, ... as registered
  std::string actor;           // MSP id of the last change
  std::string action;          // what it did, e.g. "ChangeProduct"
  std::string category;        // "" none
  uint32_t model_version = 0;  // of the category's data model it is checked by; 0 none
  nlohmann::json hidden = nlohmann::json::object();  // fields not public: {"hash","sharing"}
};

void to_json(nlohmann::json& json, const Product& product);
//   kInternal  not a product
absl::StatusOr<Product> ProductFromJson(const nlohmann::json& json);

// A flat object: values are texts, integers, booleans or null (null removes a field
// in a change); "name" is a text and present.
absl::Status CheckInformation(absl::string_view argument, const nlohmann::json& information);

// Who may set a field. Fields without one are the registrant's, by any of its clients.
struct FieldRight {
  bool supervisor = false;  // a supervisor's alone
  std::string role;         // of the registrant's client; "" any
};
using FieldRights = std::map<std::string, FieldRight>;
// {"FIELD":{"by":"registrant"|"supervisor","role"?}}
absl::StatusOr<FieldRights> ParseFieldRights(absl::string_view argument,
                                             const nlohmann::json& object);
nlohmann::json ToJson(const FieldRights& rights);

// Who changes a product, with the rights that the product's category gives.
struct Editor {
  Caller caller;
  bool supervisor = false;
  FieldRights rights;
};
// The editor may set these fields of a product of `registrant`.
//   kPermissionDenied  names the field and who may
absl::Status CheckMaySet(const Editor& editor, const std::string& registrant,
                         const std::vector<std::string>& fields);

// Each returns the product as it is afterwards.
//   kPermissionDenied    not this organisation's to do
//   kFailedPrecondition  not in this status
// `changes` to public fields; `hidden` are names of others that change with it. What a
// supervisor changes needs no review.
absl::StatusOr<Product> ChangeProduct(Product product, const Editor& editor,
                                      const nlohmann::json& changes,
                                      const std::vector<std::string>& hidden = {});
absl::StatusOr<Product> ReviewProduct(Product product, const std::string& actor, bool approve,
                                      const std::string& reason);
absl::StatusOr<Product> WithdrawProduct(Product product, const std::string& actor,
                                        const std::string& reason);

// [{"field","old","new"}] between two versions, by field; null where absent.
nlohmann::json DiffProducts(const nlohmann::json& before, const nlohmann::json& after);

struct ProductVersion {
  absl::Time time;
  std::string tx_id;
  nlohmann::json product;
};
// The version in force at `time`: of those up to then the last that was approved. `versions` in
// the order of the ledger.
//   kNotFound  none was
absl::StatusOr<ProductVersion> VersionAt(const std::vector<ProductVersion>& versions,
                                         absl::Time time);

}  // namespace suyuan
