// Registrations in the ledger, for this room's contracts and for those that ask it.
//
// organization/MSP, product/GTIN14, file-rules; paper~MSP~ID, file-change~MSP~ID, category~ID,
// model~CATEGORY~VERSION, model-latest/CATEGORY, field-rights/CATEGORY ("*": all),
// batch~GTIN~BATCH, attachment~GTIN~BATCH~ID. Each thing has a key of its own; there is no
// counter or list that many write.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/registration/category.h"
#include "chaincode/contracts/trace/registration/data_model.h"
#include "chaincode/contracts/trace/registration/organization.h"
#include "chaincode/contracts/trace/registration/product.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

std::string ProductKey(absl::string_view gtin14);
std::string OrganizationKey(absl::string_view msp_id);

// `gtin` of 8 to 14 digits.
//   kNotFound  "product GTIN does not exist"
absl::StatusOr<Product> LoadProduct(ChaincodeStub& stub, const std::string& gtin);
//   kFailedPrecondition  "product GTIN is STATUS, not approved"
absl::StatusOr<Product> NeedApprovedProduct(ChaincodeStub& stub, const std::string& gtin);
// All versions, in the order of the ledger.
absl::StatusOr<std::vector<ProductVersion>> LoadVersions(ChaincodeStub& stub,
                                                         const std::string& gtin14);

// New codes may be made for this product: its registrant is not blacklisted, is registered, has
// every paper its country's list asks for, and those that the product's categories ask for.
// Codes made before still resolve.
//   kFailedPrecondition  says what is missing
absl::Status CheckMayIssueCodes(ChaincodeStub& stub, const Product& product);

// What a sale must tell is on file: the seller's name and address, the product's name and its
// "specification" or "model".
//   kFailedPrecondition  says what is missing
absl::Status CheckToldOfSale(ChaincodeStub& stub, const std::string& gtin14,
                             const std::string& seller);

absl::StatusOr<std::vector<Paper>> LoadPapers(ChaincodeStub& stub, const std::string& msp_id);
absl::StatusOr<FileRules> LoadFileRules(ChaincodeStub& stub);

//   kNotFound  "category ID does not exist"
absl::StatusOr<Category> LoadCategory(ChaincodeStub& stub, const std::string& id);
absl::Status SaveCategory(ChaincodeStub& stub, const Category& category);
CategoryLookup LookupIn(ChaincodeStub& stub);  // valid as long as the stub
// Ids of CategoryPath() to `id`, as the tree is on the transaction's day.
absl::StatusOr<std::vector<std::string>> PathIds(ChaincodeStub& stub, const std::string& id);

// `version` 0: the latest; nullopt when the category has no model.
absl::StatusOr<std::optional<DataModel>> FindModel(ChaincodeStub& stub, const std::string& category,
                                                   uint32_t version);

absl::StatusOr<FieldRights> LoadFieldRights(ChaincodeStub& stub, const std::string& category);

// Values that came as transient data "secret": {"FIELD":{"value":...,"salt":"hex"}}.
struct Secrets {
  nlohmann::json values = nlohmann::json::object();
  std::map<std::string, std::string> salts;
};
//   kInvalidArgument  names what is malformed
absl::StatusOr<Secrets> ReadSecrets(const ChaincodeStub& stub);
// Checks a record by `model`, then stores shared values; returns {"FIELD":{"hash","sharing"}}
// for `hidden`, which holds those on file before. `subject`: parts of a key that tell records
// apart.
//   kInvalidArgument  RefuseProblems()
absl::StatusOr<nlohmann::json> CheckAndHide(ChaincodeStub& stub, const DataModel& model,
                                            absl::string_view scope, absl::string_view argument,
                                            const nlohmann::json& values, const Secrets& secrets,
                                            nlohmann::json hidden, const std::string& subject);

}  // namespace suyuan
