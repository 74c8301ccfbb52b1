#include "chaincode/contracts/trace/registration/category_contract.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/contracts/trace/registration/category.h"
#include "chaincode/contracts/trace/registration/data_model.h"
#include "chaincode/contracts/trace/registration/store.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxBindings = 100;
constexpr size_t kMaxPapers = 50;
constexpr uint32_t kMaxVersions = 100'000;

absl::StatusOr<Caller> NeedEditor(TransactionContext& tx) {
  SUYUAN_ASSIGN_OR_RETURN(Caller caller, CallerOf(tx));
  SUYUAN_RETURN_IF_ERROR(NeedSupervisor(tx.stub(), caller, "change the catalogue"));
  return caller;
}

absl::Status Save(TransactionContext& tx, const Category& category, absl::string_view event) {
  SUYUAN_RETURN_IF_ERROR(SaveCategory(tx.stub(), category));
  return Announce(tx.stub(), event, category);
}

}  // namespace

CategoryContract::CategoryContract() : Contract("Categories") {
  Submit("Create", {"category", "content"}, &CategoryContract::Create);
  Submit("Move", {"category", "parent"}, &CategoryContract::Move);
  Submit("Merge", {"category", "into", "reason"}, &CategoryContract::Merge);
  Submit("Retire", {"category", "reason"}, &CategoryContract::Retire);
  Submit("Bind", {"category", "content"}, &CategoryContract::Bind);
  Submit("PublishModel", {"category", "model"}, &CategoryContract::PublishModel);
  Submit("SetFieldRights", {"category", "rights"}, &CategoryContract::SetFieldRights);
  Evaluate("Get", {"category"}, &CategoryContract::Get);
  Evaluate("GetHistory", {"category"}, &CategoryContract::GetHistory);
  Evaluate("List", {}, &CategoryContract::List);
  Evaluate("GetModel", {"category", "version"}, &CategoryContract::GetModel);
  Evaluate("Check", {"category", "version", "scope", "values"}, &CategoryContract::Check);
  Evaluate("WasBound", {"gtin", "day"}, &CategoryContract::WasBound);
}

absl::Status CategoryContract::Create(TransactionContext& tx, const std::string& id,
                                      const JsonObject& content) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("category", id));
  Fields fields("content", content.value);
  Category category;
  category.id = id;
  category.name = fields.Text("name", Fields::kRequired, 256);
  category.status = "active";
  const std::string parent = fields.Id("parent", Fields::kOptional);
  category.papers = fields.Texts("papers", kMaxPapers, Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_RETURN_IF_ERROR(NeedEditor(tx).status());
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, tx.stub().CreateCompositeKey("category", {id}));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), key, "category", id));
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(tx.stub()));
  category.parents = {{day, ""}};
  SUYUAN_ASSIGN_OR_RETURN(category, MoveCategory(LookupIn(tx.stub()), category, parent, day));
  category.parents = {{day, parent}};
  return Save(tx, category, "CreateCategory");
}

absl::Status CategoryContract::Move(TransactionContext& tx, const std::string& id,
                                    const std::string& parent) const {
  SUYUAN_RETURN_IF_ERROR(NeedEditor(tx).status());
  SUYUAN_ASSIGN_OR_RETURN(Category category, LoadCategory(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(category,
                          MoveCategory(LookupIn(tx.stub()), std::move(category), parent, day));
  return Save(tx, category, "MoveCategory");
}

absl::Status CategoryContract::Merge(TransactionContext& tx, const std::string& id,
                                     const std::string& into, const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("into", into));
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_RETURN_IF_ERROR(NeedEditor(tx).status());
  SUYUAN_ASSIGN_OR_RETURN(Category category, LoadCategory(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(tx.stub()));
  SUYUAN_ASSIGN_OR_RETURN(
      category, MergeCategory(LookupIn(tx.stub()), std::move(category), into, reason, day));
  return Save(tx, category, "MergeCategory");
}

absl::Status CategoryContract::Retire(TransactionContext& tx, const std::string& id,
                                      const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_RETURN_IF_ERROR(NeedEditor(tx).status());
  SUYUAN_ASSIGN_OR_RETURN(Category category, LoadCategory(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(category, RetireCategory(std::move(category), reason));
  return Save(tx, category, "RetireCategory");
}

absl::Status CategoryContract::Bind(TransactionContext& tx, const std::string& id,
                                    const JsonObject& content) const {
  Fields fields("content", content.value);
  Category::Binding binding;
  binding.from = fields.Day("from");
  binding.until = fields.Day("until", Fields::kOptional);
  binding.reason = fields.Text("reason");
  if (!binding.until.empty() && binding.until < binding.from) {
    fields.Mistake("until", "is before from");
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_RETURN_IF_ERROR(NeedEditor(tx).status());
  SUYUAN_ASSIGN_OR_RETURN(Category category, LoadCategory(tx.stub(), id));
  if (category.bindings.size() == kMaxBindings) {
    return absl::ResourceExhaustedError(
        absl::StrCat("category ", id, " has ", kMaxBindings, " entries in the catalogue"));
  }
  category.bindings.push_back(std::move(binding));
  return Save(tx, category, "BindCategory");
}

absl::StatusOr<std::string> CategoryContract::PublishModel(TransactionContext& tx,
                                                           const std::string& id,
                                                           const JsonObject& content) const {
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, NeedEditor(tx));
  SUYUAN_RETURN_IF_ERROR(LoadCategory(tx.stub(), id).status());
  const std::string latest_key = absl::StrCat("model-latest/", id);
  SUYUAN_ASSIGN_OR_RETURN(const auto latest, FindRecord(tx.stub(), latest_key));
  const uint32_t version = (latest ? latest->value("version", 0u) : 0u) + 1;
  if (version > kMaxVersions) return absl::ResourceExhaustedError("too many versions");
  SUYUAN_ASSIGN_OR_RETURN(const DataModel model, ParseModel(id, version, "model", content.value));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update({{"category", id}, {"version", version}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), latest_key, record));
  SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), "PublishModel", record));
  record["model"] = ToJson(model);
  SUYUAN_RETURN_IF_ERROR(Append(tx.stub(), "model", {id, PaddedIndex(version)}, record));
  return absl::StrCat(version);
}

absl::Status CategoryContract::SetFieldRights(TransactionContext& tx, const std::string& id,
                                              const JsonObject& content) const {
  SUYUAN_ASSIGN_OR_RETURN(const FieldRights rights, ParseFieldRights("rights", content.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, NeedEditor(tx));
  if (id != "*") SUYUAN_RETURN_IF_ERROR(LoadCategory(tx.stub(), id).status());
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update({{"category", id}, {"rights", ToJson(rights)}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), absl::StrCat("field-rights/", id), record));
  return Announce(tx.stub(), "SetFieldRights", record);
}

absl::StatusOr<nlohmann::json> CategoryContract::Get(TransactionContext& tx,
                                                     const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(const Category category, LoadCategory(tx.stub(), id));
  nlohmann::json out(category);
  SUYUAN_ASSIGN_OR_RETURN(out["path"], PathIds(tx.stub(), id));
  return out;
}

absl::StatusOr<nlohmann::json> CategoryContract::GetHistory(TransactionContext& tx,
                                                            const std::string& id) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("category", id));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, tx.stub().CreateCompositeKey("category", {id}));
  return RecordHistory(tx.stub(), key);
}

absl::StatusOr<nlohmann::json> CategoryContract::List(TransactionContext& tx) const {
  return ListRecords(tx.stub(), "category", {});
}

absl::StatusOr<nlohmann::json> CategoryContract::GetModel(TransactionContext& tx,
                                                          const std::string& id,
                                                          uint32_t version) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("category", id));
  SUYUAN_ASSIGN_OR_RETURN(const auto model, FindModel(tx.stub(), id, version));
  if (!model) return absl::NotFoundError(absl::StrCat("category ", id, " has no data model"));
  return nlohmann::json{{"category", id}, {"version", model->version}, {"model", ToJson(*model)}};
}

absl::StatusOr<nlohmann::json> CategoryContract::Check(TransactionContext& tx,
                                                       const std::string& id, uint32_t version,
                                                       const std::string& scope,
                                                       const JsonObject& values) const {
  SUYUAN_RETURN_IF_ERROR(CheckId("category", id));
  if (scope != "product" && scope != "batch") {
    return internal::ArgumentError("scope", "is not product or batch");
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto model, FindModel(tx.stub(), id, version));
  if (!model) return absl::NotFoundError(absl::StrCat("category ", id, " has no data model"));
  SUYUAN_ASSIGN_OR_RETURN(const Secrets secrets, ReadSecrets(tx.stub()));
  return nlohmann::json(CheckRecord(*model, scope, values.value, secrets.values));
}

absl::StatusOr<nlohmann::json> CategoryContract::WasBound(TransactionContext& tx,
                                                          const std::string& gtin,
                                                          const std::string& day) const {
  SUYUAN_RETURN_IF_ERROR(CheckDay("day", day));
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(tx.stub(), gtin));
  nlohmann::json answer{{"bound", false}};
  if (!product.category.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto path,
                            CategoryPath(LookupIn(tx.stub()), product.category, day));
    answer = BoundOn(path, day);
  }
  answer.update({{"gtin", product.gtin}, {"day", day}});
  return answer;
}

}  // namespace suyuan
