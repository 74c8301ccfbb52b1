#include "chaincode/contracts/trace/registration/product_registration.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/governance/governance_contract.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/attachment.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kAttachment[] = "attachment";

absl::Status Save(TransactionContext& tx, const Product& product, const Caller& caller) {
  nlohmann::json record(product);
  SUYUAN_ASSIGN_OR_RETURN(const auto authorship, Authorship(tx, caller, ""));
  record.update(authorship);
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), ProductKey(product.gtin), record));
  return Announce(tx.stub(), product.action, record);
}

absl::StatusOr<Editor> EditorOf(TransactionContext& tx, const std::string& category) {
  Editor editor;
  SUYUAN_ASSIGN_OR_RETURN(editor.caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(editor.supervisor, IsSupervisor(tx.stub(), editor.caller));
  SUYUAN_ASSIGN_OR_RETURN(editor.rights, LoadFieldRights(tx.stub(), category));
  return editor;
}

std::vector<std::string> NamesIn(const nlohmann::json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

// What the data model judges: all but the name, which every product has.
nlohmann::json Modelled(const DataModel& model, const nlohmann::json& information) {
  nlohmann::json out = information;
  if (model.Find("name") == nullptr) out.erase("name");
  if (model.Find("brand") == nullptr) out.erase("brand");
  return out;
}

// Takes "category" out of `information`; the category is active.
absl::StatusOr<std::string> TakeCategory(ChaincodeStub& stub, nlohmann::json* information) {
  const auto found = information->find("category");
  if (found == information->end()) return std::string();
  if (!found->is_string()) {
    return internal::ArgumentError("information", "field category is not a text");
  }
  const std::string id = *found;
  information->erase(found);
  SUYUAN_ASSIGN_OR_RETURN(const Category category, LoadCategory(stub, id));
  if (category.status == "active") return id;
  return absl::FailedPreconditionError(
      absl::StrCat("category ", id, " is ", category.status, ": it takes no new products"));
}

// Checks a product by `model`, where its category has one, and hides what is not public.
absl::Status ApplyModel(ChaincodeStub& stub, const std::optional<DataModel>& model,
                        const Secrets& secrets, absl::string_view argument, Product* product) {
  if (!model) {
    if (secrets.values.empty()) return absl::OkStatus();
    return internal::ArgumentError("secret", "the product has no data model that hides fields");
  }
  product->model_version = model->version;
  SUYUAN_ASSIGN_OR_RETURN(
      product->hidden,
      CheckAndHide(stub, *model, "product", argument, Modelled(*model, product->information),
                   secrets, product->hidden, ProductKey(product->gtin)));
  return absl::OkStatus();
}

absl::Status ChangeUnder(TransactionContext& tx, Product product, uint32_t model_version,
                         const nlohmann::json& changes, absl::string_view action) {
  if (changes.contains("category")) {
    return internal::ArgumentError("changes", "field category stays as registered");
  }
  SUYUAN_ASSIGN_OR_RETURN(const Editor editor, EditorOf(tx, product.category));
  SUYUAN_ASSIGN_OR_RETURN(const Secrets secrets, ReadSecrets(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(
      product, ChangeProduct(std::move(product), editor, changes, NamesIn(secrets.values)));
  product.action = std::string(action);
  std::optional<DataModel> model;
  if (model_version != 0 || action == "UpgradeProduct") {
    SUYUAN_ASSIGN_OR_RETURN(model, FindModel(tx.stub(), product.category, model_version));
  }
  SUYUAN_RETURN_IF_ERROR(ApplyModel(tx.stub(), model, secrets, "changes", &product));
  return Save(tx, product, editor.caller);
}

}  // namespace

ProductRegistration::ProductRegistration() : Contract("ProductRegistration") {
  Submit("RegisterProduct", {"gtin", "information"}, &ProductRegistration::RegisterProduct);
  Submit("ChangeProduct", {"gtin", "changes"}, &ProductRegistration::Change);
  Submit("UpgradeProduct", {"gtin", "modelVersion", "changes"}, &ProductRegistration::Upgrade);
  Submit("ApproveProduct", {"gtin"}, &ProductRegistration::Approve);
  Submit("RejectProduct", {"gtin", "reason"}, &ProductRegistration::Reject);
  Submit("WithdrawProduct", {"gtin", "reason"}, &ProductRegistration::Withdraw);
  Submit("Attach", {"gtin", "batch", "id", "content"}, &ProductRegistration::Attach);
  Evaluate("GetProduct", {"gtin"}, &ProductRegistration::GetProduct);
  Evaluate("GetProductHistory", {"gtin"}, &ProductRegistration::GetProductHistory);
  Evaluate("GetProductAt", {"gtin", "time"}, &ProductRegistration::GetProductAt);
  Evaluate("CheckProduct", {"gtin"}, &ProductRegistration::CheckProduct);
  Evaluate("GetAttachments", {"gtin", "batch"}, &ProductRegistration::GetAttachments);
}

absl::StatusOr<std::string> ProductRegistration::RegisterProduct(
    TransactionContext& tx, const std::string& text, const JsonObject& information) const {
  Product product;
  SUYUAN_ASSIGN_OR_RETURN(product.gtin, gs1::Gtin14(text), "argument 'gtin'");
  product.information = information.value;
  SUYUAN_RETURN_IF_ERROR(CheckInformation("information", product.information));
  SUYUAN_ASSIGN_OR_RETURN(product.category, TakeCategory(tx.stub(), &product.information));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), ProductKey(product.gtin), "product", product.gtin));
  SUYUAN_ASSIGN_OR_RETURN(const Editor editor, EditorOf(tx, product.category));
  SUYUAN_RETURN_IF_ERROR(CheckNotBlacklisted(tx.stub(), editor.caller.msp_id));
  SUYUAN_ASSIGN_OR_RETURN(const Secrets secrets, ReadSecrets(tx.stub()));
  std::vector<std::string> fields = NamesIn(product.information);
  for (std::string& name : NamesIn(secrets.values)) fields.push_back(std::move(name));
  SUYUAN_RETURN_IF_ERROR(CheckMaySet(editor, editor.caller.msp_id, fields));
  product.registrant = product.actor = editor.caller.msp_id;
  product.status = "pending";
  product.action = "RegisterProduct";
  SUYUAN_ASSIGN_OR_RETURN(const auto model, FindModel(tx.stub(), product.category, 0));
  SUYUAN_RETURN_IF_ERROR(ApplyModel(tx.stub(), model, secrets, "information", &product));
  SUYUAN_RETURN_IF_ERROR(Save(tx, product, editor.caller));
  return product.gtin;
}

absl::Status ProductRegistration::Change(TransactionContext& tx, const std::string& gtin,
                                         const JsonObject& changes) const {
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  const uint32_t version = product.model_version;
  return ChangeUnder(tx, std::move(product), version, changes.value, "ChangeProduct");
}

absl::Status ProductRegistration::Upgrade(TransactionContext& tx, const std::string& gtin,
                                          uint32_t model_version, const JsonObject& changes) const {
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  return ChangeUnder(tx, std::move(product), model_version, changes.value, "UpgradeProduct");
}

absl::Status ProductRegistration::Approve(TransactionContext& tx, const std::string& gtin) const {
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedReviewerOf(tx.stub(), caller, product.registrant, "a product"));
  SUYUAN_ASSIGN_OR_RETURN(product, ReviewProduct(std::move(product), caller.msp_id, true, ""));
  return Save(tx, product, caller);
}

absl::Status ProductRegistration::Reject(TransactionContext& tx, const std::string& gtin,
                                         const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedReviewerOf(tx.stub(), caller, product.registrant, "a product"));
  SUYUAN_ASSIGN_OR_RETURN(product, ReviewProduct(std::move(product), caller.msp_id, false, reason));
  return Save(tx, product, caller);
}

absl::Status ProductRegistration::Withdraw(TransactionContext& tx, const std::string& gtin,
                                           const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(product, WithdrawProduct(std::move(product), caller.msp_id, reason));
  return Save(tx, product, caller);
}

absl::Status ProductRegistration::Attach(TransactionContext& tx, const std::string& gtin,
                                         const std::string& batch, const std::string& id,
                                         const JsonObject& content) const {
  if (!batch.empty()) SUYUAN_RETURN_IF_ERROR(CheckId("batch", batch));
  SUYUAN_RETURN_IF_ERROR(CheckId("id", id));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, CheckAttachment("content", content.value));
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (caller.msp_id != product.registrant) {
    SUYUAN_RETURN_IF_ERROR(
        NeedSupervisor(tx.stub(), caller, "attach to another organisation's product"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          tx.stub().CreateCompositeKey(kAttachment, {product.gtin, batch, id}));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), key, "attachment", id));
  SUYUAN_ASSIGN_OR_RETURN(const auto authorship, Authorship(tx, caller, ""));
  record.update(authorship);
  record.update({{"gtin", product.gtin}, {"batch", batch}, {"id", id}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, record));
  return Announce(tx.stub(), "Attach", record);
}

absl::StatusOr<nlohmann::json> ProductRegistration::GetProduct(TransactionContext& tx,
                                                               const std::string& gtin) const {
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), gtin));
  nlohmann::json out(product);
  if (product.category.empty()) return out;
  SUYUAN_ASSIGN_OR_RETURN(out["categoryPath"], PathIds(tx.stub(), product.category));
  return out;
}

absl::StatusOr<nlohmann::json> ProductRegistration::GetProductHistory(
    TransactionContext& tx, const std::string& text) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  SUYUAN_ASSIGN_OR_RETURN(const auto versions, LoadVersions(tx.stub(), gtin));
  nlohmann::json before = nlohmann::json::object(), out = nlohmann::json::array();
  for (const ProductVersion& version : versions) {
    const nlohmann::json& after = version.product;
    const nlohmann::json author = after.value("author", nlohmann::json::object());
    out.push_back({{"txId", version.tx_id},
                   {"timestamp", TimeText(version.time)},
                   {"actor", after.value("actor", "")},
                   {"person", author.value("person", "")},
                   {"action", after.value("action", "")},
                   {"changes", DiffProducts(before, after)}});
    before = after;
  }
  return out;
}

absl::StatusOr<nlohmann::json> ProductRegistration::GetProductAt(TransactionContext& tx,
                                                                 const std::string& text,
                                                                 const std::string& when) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, ParseTime("time", when));
  SUYUAN_ASSIGN_OR_RETURN(const auto versions, LoadVersions(tx.stub(), gtin));
  SUYUAN_ASSIGN_OR_RETURN(ProductVersion version, VersionAt(versions, time));
  version.product.update({{"txId", version.tx_id}, {"timestamp", TimeText(version.time)}});
  return std::move(version.product);
}

absl::StatusOr<nlohmann::json> ProductRegistration::CheckProduct(TransactionContext& tx,
                                                                 const std::string& gtin) const {
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), gtin));
  if (product.model_version == 0) return nlohmann::json::array();
  SUYUAN_ASSIGN_OR_RETURN(const auto model,
                          FindModel(tx.stub(), product.category, product.model_version));
  std::set<std::string> on_file;
  for (std::string& name : NamesIn(product.hidden)) on_file.insert(std::move(name));
  return nlohmann::json(CheckRecord(*model, "product", Modelled(*model, product.information),
                                    nlohmann::json::object(), on_file));
}

absl::StatusOr<nlohmann::json> ProductRegistration::GetAttachments(TransactionContext& tx,
                                                                   const std::string& text,
                                                                   const std::string& batch) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  if (!batch.empty()) SUYUAN_RETURN_IF_ERROR(CheckId("batch", batch));
  return ListRecords(tx.stub(), kAttachment, {gtin, batch});
}

}  // namespace suyuan
