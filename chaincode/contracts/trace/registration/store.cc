#include "chaincode/contracts/trace/registration/store.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/governance_contract.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"

namespace suyuan {
namespace {

constexpr char kCategory[] = "category";
constexpr char kModel[] = "model";
constexpr char kPaper[] = "paper";

absl::Status CheckProductPapers(const Product& product, const std::vector<Category>& path,
                                const std::vector<Paper>& papers, absl::string_view day) {
  for (const Category& category : path) {
    for (const std::string& kind : category.papers) {
      PaperNeed need{kind, product.gtin, ""};
      if (kind == "brand") {
        const auto brand = product.information.find("brand");
        if (brand == product.information.end() || !brand->is_string()) {
          return absl::FailedPreconditionError(absl::StrCat("product ", product.gtin,
                                                            " has no field brand, which category ",
                                                            category.id, " asks for"));
        }
        need.brand = *brand;
      }
      SUYUAN_RETURN_IF_ERROR(CheckPaper(papers, need, product.registrant, day));
    }
  }
  // A permit for the product, though no category asks for one, is not to be outlived.
  for (const Paper& paper : papers) {
    if (paper.kind != "permit" || paper.status != "accepted") continue;
    if (std::find(paper.products.begin(), paper.products.end(), product.gtin) !=
        paper.products.end()) {
      return CheckPaper(papers, {"permit", product.gtin, ""}, product.registrant, day);
    }
  }
  return absl::OkStatus();
}

// A text that is not empty.
bool IsTold(const nlohmann::json& information, const char* field) {
  const auto found = information.find(field);
  return found != information.end() && found->is_string() &&
         !found->get_ref<const std::string&>().empty();
}

}  // namespace

std::string ProductKey(absl::string_view gtin) { return absl::StrCat("product/", gtin); }
std::string OrganizationKey(absl::string_view msp) { return absl::StrCat("organization/", msp); }

absl::StatusOr<Product> LoadProduct(ChaincodeStub& stub, const std::string& text) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string gtin, gs1::Gtin14(text), "argument 'gtin'");
  SUYUAN_ASSIGN_OR_RETURN(const auto json, NeedRecord(stub, ProductKey(gtin), "product", gtin));
  return ProductFromJson(json);
}

absl::StatusOr<Product> NeedApprovedProduct(ChaincodeStub& stub, const std::string& gtin) {
  SUYUAN_ASSIGN_OR_RETURN(Product product, LoadProduct(stub, gtin));
  if (product.status != "approved") {
    return absl::FailedPreconditionError(
        absl::StrCat("product ", product.gtin, " is ", product.status, ", not approved"));
  }
  return product;
}

absl::StatusOr<std::vector<ProductVersion>> LoadVersions(ChaincodeStub& stub,
                                                         const std::string& gtin) {
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator, stub.GetHistoryForKey(ProductKey(gtin)));
  std::vector<ProductVersion> versions;
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto version, iterator->Next());
    if (!version) break;
    versions.push_back({version->timestamp, version->tx_id,
                        nlohmann::json::parse(version->value, nullptr, false)});
    if (!versions.back().product.is_object()) {
      return absl::InternalError("a product's version is not JSON");
    }
  }
  std::reverse(versions.begin(), versions.end());
  return versions;
}

absl::StatusOr<std::vector<Paper>> LoadPapers(ChaincodeStub& stub, const std::string& msp_id) {
  SUYUAN_ASSIGN_OR_RETURN(const auto records, ListRecords(stub, kPaper, {msp_id}));
  std::vector<Paper> papers;
  for (const auto& record : records) {
    SUYUAN_ASSIGN_OR_RETURN(papers.emplace_back(), PaperFromJson(record));
  }
  return papers;
}

absl::StatusOr<FileRules> LoadFileRules(ChaincodeStub& stub) {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, "file-rules"));
  if (!record) return FileRules();
  return ParseFileRules("file-rules", record->value("rules", nlohmann::json::object()));
}

absl::Status CheckToldOfSale(ChaincodeStub& stub, const std::string& gtin14,
                             const std::string& seller) {
  SUYUAN_ASSIGN_OR_RETURN(const auto organization, FindRecord(stub, OrganizationKey(seller)));
  if (!organization) {
    return absl::FailedPreconditionError(
        absl::StrCat("organization ", seller, " sells, and is not registered"));
  }
  const nlohmann::json told = organization->value("information", nlohmann::json::object());
  for (const char* field : {"name", "address"}) {
    if (!IsTold(told, field)) {
      return absl::FailedPreconditionError(
          absl::StrCat("organization ", seller, " sells, and has no ", field, " on file"));
    }
  }
  SUYUAN_ASSIGN_OR_RETURN(const Product product, LoadProduct(stub, gtin14));
  if (!IsTold(product.information, "specification") && !IsTold(product.information, "model")) {
    return absl::FailedPreconditionError(
        absl::StrCat("product ", gtin14, " is sold, and has no specification (or model) on file"));
  }
  return absl::OkStatus();
}

absl::Status CheckMayIssueCodes(ChaincodeStub& stub, const Product& product) {
  SUYUAN_RETURN_IF_ERROR(CheckNotBlacklisted(stub, product.registrant));
  SUYUAN_ASSIGN_OR_RETURN(const auto organization,
                          FindRecord(stub, OrganizationKey(product.registrant)));
  if (!organization) {
    return absl::FailedPreconditionError(
        absl::StrCat("organization ", product.registrant, " is not registered"));
  }
  const nlohmann::json information = organization->value("information", nlohmann::json::object());
  SUYUAN_ASSIGN_OR_RETURN(const FileRules rules, LoadFileRules(stub));
  SUYUAN_ASSIGN_OR_RETURN(const auto papers, LoadPapers(stub, product.registrant));
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(stub));
  for (const std::string& kind : rules.DocumentsOf(information.value("country", "CN"))) {
    SUYUAN_RETURN_IF_ERROR(CheckPaper(papers, {kind, "", ""}, product.registrant, day));
  }
  std::vector<Category> path;
  if (!product.category.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(path, CategoryPath(LookupIn(stub), product.category, day));
  }
  return CheckProductPapers(product, path, papers, day);
}

absl::StatusOr<Category> LoadCategory(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("category", id));
  SUYUAN_ASSIGN_OR_RETURN(const std::string key, stub.CreateCompositeKey(kCategory, {id}));
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedRecord(stub, key, "category", id));
  return CategoryFromJson(record);
}

absl::Status SaveCategory(ChaincodeStub& stub, const Category& category) {
  return Append(stub, kCategory, {category.id}, category);
}

CategoryLookup LookupIn(ChaincodeStub& stub) {
  return [&stub](const std::string& id) { return LoadCategory(stub, id); };
}

absl::StatusOr<std::vector<std::string>> PathIds(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string day, Today(stub));
  SUYUAN_ASSIGN_OR_RETURN(const auto path, CategoryPath(LookupIn(stub), id, day));
  std::vector<std::string> ids;
  for (const Category& category : path) ids.push_back(category.id);
  return ids;
}

absl::StatusOr<std::optional<DataModel>> FindModel(ChaincodeStub& stub, const std::string& category,
                                                   uint32_t version) {
  if (category.empty()) return std::optional<DataModel>();
  if (version == 0) {
    SUYUAN_ASSIGN_OR_RETURN(const auto latest,
                            FindRecord(stub, absl::StrCat("model-latest/", category)));
    if (!latest) return std::optional<DataModel>();
    version = latest->value("version", 0u);
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          stub.CreateCompositeKey(kModel, {category, PaddedIndex(version)}));
  SUYUAN_ASSIGN_OR_RETURN(
      const auto record,
      NeedRecord(stub, key, "data model", absl::StrCat(category, " version ", version)));
  SUYUAN_ASSIGN_OR_RETURN(DataModel model, ParseModel(category, version, "model",
                                                      record.value("model", nlohmann::json())));
  return std::optional<DataModel>(std::move(model));
}

absl::StatusOr<FieldRights> LoadFieldRights(ChaincodeStub& stub, const std::string& category) {
  FieldRights rights;
  for (const std::string& id : {std::string("*"), category}) {
    if (id.empty()) continue;
    SUYUAN_ASSIGN_OR_RETURN(const auto record, FindRecord(stub, absl::StrCat("field-rights/", id)));
    if (!record) continue;
    SUYUAN_ASSIGN_OR_RETURN(
        const auto own,
        ParseFieldRights("field-rights", record->value("rights", nlohmann::json::object())));
    for (const auto& [field, right] : own) rights[field] = right;
  }
  return rights;
}

absl::StatusOr<Secrets> ReadSecrets(const ChaincodeStub& stub) {
  Secrets out;
  SUYUAN_ASSIGN_OR_RETURN(const auto transient, stub.GetTransient());
  const auto found = transient.find("secret");
  if (found == transient.end()) return out;
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json json, internal::ParseJson("secret", found->second));
  if (!json.is_object()) return internal::ArgumentError("secret", "is not a JSON object");
  for (const auto& [name, content] : json.items()) {
    SUYUAN_RETURN_IF_ERROR(CheckId("secret", name));
    Fields fields(absl::StrCat("secret.", name), content);
    const std::string salt_hex = fields.Text("salt", Fields::kRequired, 128);
    out.values[name] = fields.Any("value");
    const auto salt = HexDecode(salt_hex);
    if (!salt.ok() || salt->size() < 16) fields.Mistake("salt", "is not 16 to 64 bytes in hex");
    SUYUAN_RETURN_IF_ERROR(fields.Finish());
    out.salts[name] = *salt;
  }
  return out;
}

absl::StatusOr<nlohmann::json> CheckAndHide(ChaincodeStub& stub, const DataModel& model,
                                            absl::string_view scope, absl::string_view argument,
                                            const nlohmann::json& values, const Secrets& secrets,
                                            nlohmann::json hidden, const std::string& subject) {
  std::set<std::string> on_file;
  for (const auto& [name, content] : hidden.items()) on_file.insert(name);
  SUYUAN_RETURN_IF_ERROR(
      RefuseProblems(argument, CheckRecord(model, scope, values, secrets.values, on_file)));
  for (const auto& [name, value] : secrets.values.items()) {
    const ModelField* field = model.Find(name);
    const std::string& salt = secrets.salts.at(name);
    hidden[name] = {{"hash", HideValue(salt, value)}, {"sharing", field->sharing}};
    if (field->sharing != "shared") continue;
    SUYUAN_ASSIGN_OR_RETURN(const std::string content,
                            internal::DumpJson({{"value", value}, {"salt", HexEncode(salt)}}));
    SUYUAN_RETURN_IF_ERROR(stub.PutPrivateData(
        model.collection, absl::StrCat("shared/", subject, "/", name), content));
  }
  return hidden;
}

}  // namespace suyuan
