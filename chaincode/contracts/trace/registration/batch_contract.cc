#include "chaincode/contracts/trace/registration/batch_contract.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/attachment.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kBatch[] = "batch";

absl::StatusOr<std::string> BatchKey(const ChaincodeStub& stub, const std::string& gtin,
                                     const std::string& batch) {
  SUYUAN_RETURN_IF_ERROR(CheckId("batch", batch));
  SUYUAN_ASSIGN_OR_RETURN(const std::string canonical, gs1::Gtin14(gtin), "argument 'gtin'");
  return stub.CreateCompositeKey(kBatch, {canonical, batch});
}

// Checks the record's data by its model and hides what is not public.
absl::Status ApplyModel(ChaincodeStub& stub, const std::optional<DataModel>& model,
                        nlohmann::json* record) {
  SUYUAN_ASSIGN_OR_RETURN(const Secrets secrets, ReadSecrets(stub));
  nlohmann::json& data = (*record)["data"];
  if (!data.is_object()) return internal::ArgumentError("content", "field data is not an object");
  if (!model) {
    if (data.empty() && secrets.values.empty()) return absl::OkStatus();
    return internal::ArgumentError("content",
                                   "field data: the product's category has no data model");
  }
  (*record)["modelVersion"] = model->version;
  SUYUAN_ASSIGN_OR_RETURN((*record)["hidden"],
                          CheckAndHide(stub, *model, "batch", "content", data, secrets,
                                       record->value("hidden", nlohmann::json::object()),
                                       absl::StrCat("batch/", record->value("gtin", ""), "/",
                                                    record->value("batch", ""))));
  return absl::OkStatus();
}

// The version of the product in force at the end of the production day in China.
absl::StatusOr<nlohmann::json> ProductOnDay(ChaincodeStub& stub, const std::string& gtin,
                                            const std::string& day) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time end,
                          ParseTime("productionDate", absl::StrCat(day, "T23:59:59+08:00")));
  SUYUAN_ASSIGN_OR_RETURN(const auto versions, LoadVersions(stub, gtin));
  auto version = VersionAt(versions, end);
  if (absl::IsNotFound(version.status())) return nlohmann::json();
  if (!version.ok()) return version.status();
  return std::move(version->product);
}

}  // namespace

absl::StatusOr<bool> IsRegisteredBatch(ChaincodeStub& stub, const std::string& gtin14,
                                       const std::string& batch) {
  const auto key = BatchKey(stub, gtin14, batch);
  if (absl::IsInvalidArgument(key.status())) return false;  // no batch can have such a number
  if (!key.ok()) return key.status();
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, *key));
  return record.has_value();
}

BatchContract::BatchContract() : Contract("Batches") {
  Submit("Register", {"gtin", "batch", "content"}, &BatchContract::Register);
  Submit("Correct", {"gtin", "batch", "changes", "reason"}, &BatchContract::Correct);
  Evaluate("Get", {"gtin", "batch"}, &BatchContract::Get);
  Evaluate("GetHistory", {"gtin", "batch"}, &BatchContract::GetHistory);
  Evaluate("List", {"gtin", "from", "to"}, &BatchContract::List);
}

absl::Status BatchContract::Register(TransactionContext& tx, const std::string& gtin,
                                     const std::string& batch, const JsonObject& content) const {
  Fields fields("content", content.value);
  const nlohmann::json identification = fields.Any("identification");
  const nlohmann::json data = fields.Any("data");
  const std::string event_time = fields.Time("eventTime", Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_RETURN_IF_ERROR(CheckIdentification("identification", identification).status());
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, BatchKey(tx.stub(), gtin, batch));
  SUYUAN_ASSIGN_OR_RETURN(const Product product, NeedApprovedProduct(tx.stub(), gtin));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, product.registrant, "register batches of this product"));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), key, "batch", batch));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, event_time));
  record.update({{"gtin", product.gtin},
                 {"batch", batch},
                 {"identification", identification},
                 {"category", product.category},
                 {"modelVersion", 0},
                 {"data", data.is_null() ? nlohmann::json::object() : data}});
  SUYUAN_ASSIGN_OR_RETURN(const auto model, FindModel(tx.stub(), product.category, 0));
  SUYUAN_RETURN_IF_ERROR(ApplyModel(tx.stub(), model, &record));
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, record));
  record.erase("data");  // large ones are for who asks
  return Announce(tx.stub(), "RegisterBatch", record);
}

absl::Status BatchContract::Correct(TransactionContext& tx, const std::string& gtin,
                                    const std::string& batch, const JsonObject& changes,
                                    const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  Fields fields("changes", changes.value);
  const nlohmann::json identification = fields.Any("identification");
  const nlohmann::json data = fields.Any("data");
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, BatchKey(tx.stub(), gtin, batch));
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), gtin));
  SUYUAN_RETURN_IF_ERROR(NeedOwner(tx, product.registrant, "correct batches of this product"));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, NeedRecord(tx.stub(), key, "batch", batch));
  if (identification.is_object()) record["identification"].merge_patch(identification);
  if (data.is_object()) record["data"].merge_patch(data);
  SUYUAN_RETURN_IF_ERROR(CheckIdentification("identification", record["identification"]).status());
  const uint32_t version = record.value("modelVersion", 0u);
  std::optional<DataModel> model;
  if (version != 0) {
    SUYUAN_ASSIGN_OR_RETURN(model, FindModel(tx.stub(), record.value("category", ""), version));
  }
  SUYUAN_RETURN_IF_ERROR(ApplyModel(tx.stub(), model, &record));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const auto authorship,
                          Authorship(tx, caller, record.value("eventTime", "")));
  record.update(authorship);
  record["correction"] = reason;
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), key, record));
  record.erase("data");
  return Announce(tx.stub(), "CorrectBatch", record);
}

absl::StatusOr<nlohmann::json> BatchContract::Get(TransactionContext& tx, const std::string& gtin,
                                                  const std::string& batch) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, BatchKey(tx.stub(), gtin, batch));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, NeedRecord(tx.stub(), key, "batch", batch));
  const std::string canonical = record.value("gtin", "");
  SUYUAN_ASSIGN_OR_RETURN(
      record["product"],
      ProductOnDay(tx.stub(), canonical, record["identification"].value("productionDate", "")));
  SUYUAN_ASSIGN_OR_RETURN(record["attachments"],
                          ListRecords(tx.stub(), "attachment", {canonical, batch}));
  return record;
}

absl::StatusOr<nlohmann::json> BatchContract::GetHistory(TransactionContext& tx,
                                                         const std::string& gtin,
                                                         const std::string& batch) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, BatchKey(tx.stub(), gtin, batch));
  return RecordHistory(tx.stub(), key);
}

absl::StatusOr<nlohmann::json> BatchContract::List(TransactionContext& tx, const std::string& gtin,
                                                   const std::string& from,
                                                   const std::string& to) const {
  if (!from.empty()) SUYUAN_RETURN_IF_ERROR(CheckDay("from", from));
  if (!to.empty()) SUYUAN_RETURN_IF_ERROR(CheckDay("to", to));
  SUYUAN_ASSIGN_OR_RETURN(const std::string canonical, gs1::Gtin14(gtin), "argument 'gtin'");
  SUYUAN_ASSIGN_OR_RETURN(const auto records, ListRecords(tx.stub(), kBatch, {canonical}));
  nlohmann::json out = nlohmann::json::array();
  for (const nlohmann::json& record : records) {
    const std::string day = record["identification"].value("productionDate", "");
    if (day < from || (!to.empty() && to < day)) continue;
    out.push_back({{"gtin", canonical},
                   {"batch", record.value("batch", "")},
                   {"identification", record["identification"]}});
  }
  return out;
}

}  // namespace suyuan
