#include "chaincode/contracts/trace/product_registration.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

std::string ProductKey(absl::string_view gtin) { return absl::StrCat("product/", gtin); }
std::string OrganizationKey(absl::string_view msp) { return absl::StrCat("organization/", msp); }

absl::StatusOr<Product> LoadProduct(ChaincodeStub& stub, const std::string& text) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  SUYUAN_ASSIGN_OR_RETURN(const auto json, NeedRecord(stub, ProductKey(gtin), "product", gtin));
  return ProductFromJson(json);
}

absl::Status Save(ChaincodeStub& stub, const Product& product) {
  SUYUAN_RETURN_IF_ERROR(PutRecord(stub, ProductKey(product.gtin), product));
  return Announce(stub, product.action, product);
}

}  // namespace

ProductRegistration::ProductRegistration() : Contract("ProductRegistration") {
  Submit("RegisterOrganization", {"information"}, &ProductRegistration::RegisterOrganization);
  Evaluate("GetOrganization", {"mspId"}, &ProductRegistration::GetOrganization);
  Submit("RegisterProduct", {"gtin", "information"}, &ProductRegistration::RegisterProduct);
  Submit("ChangeProduct", {"gtin", "changes"}, &ProductRegistration::Change);
  Submit("ApproveProduct", {"gtin"}, &ProductRegistration::Approve);
  Submit("RejectProduct", {"gtin", "reason"}, &ProductRegistration::Reject);
  Submit("WithdrawProduct", {"gtin", "reason"}, &ProductRegistration::Withdraw);
  Evaluate("GetProduct", {"gtin"}, &ProductRegistration::GetProduct);
  Evaluate("GetProductHistory", {"gtin"}, &ProductRegistration::GetProductHistory);
}

absl::Status ProductRegistration::RegisterOrganization(TransactionContext& tx,
                                                       const JsonObject& information) const {
  SUYUAN_RETURN_IF_ERROR(CheckInformation("information", information.value));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  const nlohmann::json record{{"mspId", msp}, {"information", information.value}};
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), OrganizationKey(msp), record));
  return Announce(tx.stub(), "RegisterOrganization", record);
}

absl::StatusOr<nlohmann::json> ProductRegistration::GetOrganization(
    TransactionContext& tx, const std::string& msp_id) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("mspId", msp_id));
  return NeedRecord(tx.stub(), OrganizationKey(msp_id), "organization", msp_id);
}

absl::StatusOr<std::string> ProductRegistration::RegisterProduct(
    TransactionContext& tx, const std::string& text, const JsonObject& information) const {
  SUYUAN_ASSIGN_OR_RETURN(std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  SUYUAN_RETURN_IF_ERROR(CheckInformation("information", information.value));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), ProductKey(gtin), "product", gtin));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  SUYUAN_RETURN_IF_ERROR(
      Save(tx.stub(), {gtin, msp, "pending", "", "", information.value, msp, "RegisterProduct"}));
  return gtin;
}

absl::Status ProductRegistration::Change(TransactionContext& tx, const std::string& gtin,
                                         const JsonObject& changes) const {
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  SUYUAN_ASSIGN_OR_RETURN(product, ChangeProduct(std::move(product), msp, changes.value));
  return Save(tx.stub(), product);
}

absl::Status ProductRegistration::Approve(TransactionContext& tx, const std::string& gtin) const {
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  SUYUAN_ASSIGN_OR_RETURN(product, ReviewProduct(std::move(product), msp, true, ""));
  return Save(tx.stub(), product);
}

absl::Status ProductRegistration::Reject(TransactionContext& tx, const std::string& gtin,
                                         const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  SUYUAN_ASSIGN_OR_RETURN(product, ReviewProduct(std::move(product), msp, false, reason));
  return Save(tx.stub(), product);
}

absl::Status ProductRegistration::Withdraw(TransactionContext& tx, const std::string& gtin,
                                           const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  SUYUAN_ASSIGN_OR_RETURN(product, WithdrawProduct(std::move(product), msp, reason));
  return Save(tx.stub(), product);
}

absl::StatusOr<nlohmann::json> ProductRegistration::GetProduct(TransactionContext& tx,
                                                               const std::string& gtin) const {
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), gtin));
  return nlohmann::json(product);
}

absl::StatusOr<nlohmann::json> ProductRegistration::GetProductHistory(
    TransactionContext& tx, const std::string& text) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, tx.stub().GetHistoryForKey(ProductKey(gtin)));
  std::vector<KeyModification> versions;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(auto version, iterator->Next());
    if (!version) break;
    versions.push_back(*std::move(version));
  }
  std::reverse(versions.begin(), versions.end());
  nlohmann::json before = nlohmann::json::object(), out = nlohmann::json::array();
  for (const KeyModification& version : versions) {
    auto after = nlohmann::json::parse(version.value, nullptr, false);
    if (!after.is_object()) return absl::InternalError("a product's version is not JSON");
    out.push_back({{"txId", version.tx_id},
                   {"timestamp", TimeText(version.timestamp)},
                   {"actor", after.value("actor", "")},
                   {"action", after.value("action", "")},
                   {"changes", DiffProducts(before, after)}});
    before = std::move(after);
  }
  return out;
}

absl::StatusOr<Product> NeedApprovedProduct(ChaincodeStub& stub, const std::string& gtin) {
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(stub, gtin));
  if (product.status != "approved") {
    return absl::FailedPreconditionError(
        absl::StrCat("product ", product.gtin, " is ", product.status, ", not approved"));
  }
  return product;
}

}  // namespace suyuan
