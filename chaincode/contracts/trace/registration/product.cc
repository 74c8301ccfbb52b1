#include "chaincode/contracts/trace/registration/product.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/conversion.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxFields = 5000;

absl::Status Denied(absl::string_view text) { return absl::PermissionDeniedError(text); }

absl::Status InStatus(const Product& product, absl::string_view action) {
  return absl::FailedPreconditionError(
      absl::StrCat("product ", product.gtin, " is ", product.status, ": cannot ", action, " it"));
}

absl::Status CheckField(absl::string_view argument, const std::string& name,
                        const nlohmann::json& value) {
  SUYUAN_RETURN_IF_ERROR(CheckId(argument, name));
  if (value.is_string() || value.is_number_integer() || value.is_boolean() || value.is_null()) {
    return absl::OkStatus();
  }
  return internal::ArgumentError(
      argument, absl::StrCat("field ", name, " is not a text, an integer, true or false"));
}

}  // namespace

void to_json(nlohmann::json& json, const Product& p) {
  json = {{"gtin", p.gtin},
          {"registrant", p.registrant},
          {"status", p.status},
          {"reviewer", p.reviewer},
          {"reason", p.reason},
          {"information", p.information},
          {"actor", p.actor},
          {"action", p.action},
          {"category", p.category},
          {"hidden", p.hidden},
          {"modelVersion", p.model_version}};
}

absl::StatusOr<Product> ProductFromJson(const nlohmann::json& json) {
  try {
    return Product{json.at("gtin"),         json.at("registrant"), json.at("status"),
                   json.at("reviewer"),     json.at("reason"),     json.at("information"),
                   json.at("actor"),        json.at("action"),     json.at("category"),
                   json.at("modelVersion"), json.at("hidden")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a product: ", e.what()));
  }
}

absl::Status CheckInformation(absl::string_view argument, const nlohmann::json& information) {
  if (information.size() > kMaxFields) {
    return internal::ArgumentError(argument, absl::StrCat("more than ", kMaxFields, " fields"));
  }
  for (const auto& [name, value] : information.items()) {
    SUYUAN_RETURN_IF_ERROR(CheckField(argument, name, value));
  }
  const auto name = information.find("name");
  if (name == information.end() || !name->is_string() || name->get<std::string>().empty()) {
    return internal::ArgumentError(argument, "field name is missing");
  }
  return absl::OkStatus();
}

absl::StatusOr<FieldRights> ParseFieldRights(absl::string_view argument,
                                             const nlohmann::json& object) {
  FieldRights rights;
  if (object.size() > kMaxFields) return internal::ArgumentError(argument, "has too many fields");
  for (const auto& [name, value] : object.items()) {
    SUYUAN_RETURN_IF_ERROR(CheckId(argument, name));
    Fields fields(absl::StrCat(argument, ".", name), value);
    FieldRight right;
    right.supervisor = fields.OneOf("by", {"registrant", "supervisor"}) == "supervisor";
    right.role = fields.Id("role", Fields::kOptional);
    SUYUAN_RETURN_IF_ERROR(fields.Finish());
    rights[name] = std::move(right);
  }
  return rights;
}

nlohmann::json ToJson(const FieldRights& rights) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto& [name, right] : rights) {
    out[name] = {{"by", right.supervisor ? "supervisor" : "registrant"}};
    if (!right.role.empty()) out[name]["role"] = right.role;
  }
  return out;
}

absl::Status CheckMaySet(const Editor& editor, const std::string& registrant,
                         const std::vector<std::string>& fields) {
  for (const std::string& field : fields) {
    const auto found = editor.rights.find(field);
    const FieldRight right = found == editor.rights.end() ? FieldRight{} : found->second;
    if (right.supervisor) {
      if (editor.supervisor) continue;
      return Denied(absl::StrCat("field ", field, " is set by a supervisor alone"));
    }
    if (editor.caller.msp_id != registrant) {
      return Denied("only the registrant may change a product");
    }
    if (!right.role.empty() && !editor.caller.HasRole(right.role)) {
      return Denied(
          absl::StrCat("field ", field, " is set by a client with role ", right.role, " alone"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Product> ChangeProduct(Product product, const Editor& editor,
                                      const nlohmann::json& changes,
                                      const std::vector<std::string>& hidden) {
  if (changes.empty() && hidden.empty()) {
    return internal::ArgumentError("changes", "is empty");
  }
  std::vector<std::string> fields = hidden;
  for (const auto& [name, value] : changes.items()) fields.push_back(name);
  SUYUAN_RETURN_IF_ERROR(CheckMaySet(editor, product.registrant, fields));
  if (product.status == "withdrawn") return InStatus(product, "change");
  product.information.merge_patch(changes);
  SUYUAN_RETURN_IF_ERROR(CheckInformation("changes", product.information));
  if (editor.caller.msp_id == product.registrant) product.status = "pending";
  product.actor = editor.caller.msp_id;
  product.action = "ChangeProduct";
  return product;
}

absl::StatusOr<Product> ReviewProduct(Product product, const std::string& actor, bool approve,
                                      const std::string& reason) {
  if (actor == product.registrant) {
    return Denied("a product is reviewed by another organisation than its registrant");
  }
  if (product.status != "pending") return InStatus(product, approve ? "approve" : "reject");
  product.status = approve ? "approved" : "rejected";
  product.reviewer = product.actor = actor;
  product.reason = reason;
  product.action = approve ? "ApproveProduct" : "RejectProduct";
  return product;
}

absl::StatusOr<Product> WithdrawProduct(Product product, const std::string& actor,
                                        const std::string& reason) {
  if (actor != product.registrant) return Denied("only the registrant may withdraw a product");
  if (product.status == "withdrawn") return InStatus(product, "withdraw");
  product.status = "withdrawn";
  product.reason = reason;
  product.actor = actor;
  product.action = "WithdrawProduct";
  return product;
}

nlohmann::json DiffProducts(const nlohmann::json& before, const nlohmann::json& after) {
  const auto flat = [](const nlohmann::json& product) {
    nlohmann::json out = product.value("information", nlohmann::json::object());
    const nlohmann::json hidden = product.value("hidden", nlohmann::json::object());
    for (const auto& [name, field] : hidden.items()) out[name] = field.value("hash", "");
    if (product.contains("status")) out["status"] = product["status"];
    return out;
  };
  const nlohmann::json old_fields = flat(before), new_fields = flat(after);
  std::set<std::string> names;
  for (const auto& [name, value] : old_fields.items()) names.insert(name);
  for (const auto& [name, value] : new_fields.items()) names.insert(name);
  nlohmann::json changes = nlohmann::json::array();
  for (const std::string& name : names) {
    const nlohmann::json old_value = old_fields.value(name, nlohmann::json());
    const nlohmann::json new_value = new_fields.value(name, nlohmann::json());
    if (old_value != new_value) {
      changes.push_back({{"field", name}, {"old", old_value}, {"new", new_value}});
    }
  }
  return changes;
}

absl::StatusOr<ProductVersion> VersionAt(const std::vector<ProductVersion>& versions,
                                         absl::Time time) {
  const ProductVersion* found = nullptr;
  for (const ProductVersion& version : versions) {
    if (version.time <= time && version.product.value("status", "") == "approved") {
      found = &version;
    }
  }
  if (found != nullptr) return *found;
  return absl::NotFoundError(
      absl::StrCat("the product had no approved version at ", TimeText(time)));
}

}  // namespace suyuan
