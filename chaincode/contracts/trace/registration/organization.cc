#include "chaincode/contracts/trace/registration/organization.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/registration/product.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/credit_code.h"
#include "chaincode/shim/conversion.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxProducts = 1000;
constexpr size_t kMaxBrands = 100;
constexpr size_t kMaxCountries = 300;
constexpr size_t kMaxKinds = 50;

bool IsCountry(absl::string_view text) {
  return text.size() == 2 && absl::ascii_isupper(text[0]) && absl::ascii_isupper(text[1]);
}

bool Contains(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

bool IsKind(const Paper& paper, const PaperNeed& need) {
  return paper.kind == need.kind || (need.kind == "brand" && paper.kind == "brand-authorisation");
}

bool Meets(const Paper& paper, const PaperNeed& need) {
  if (!IsKind(paper, need)) return false;
  if (!need.product.empty() && !paper.products.empty() && !Contains(paper.products, need.product)) {
    return false;
  }
  return need.brand.empty() || Contains(paper.brands, need.brand);
}

std::string WhyNot(const Paper& paper, absl::string_view day) {
  if (paper.status == "pending") return absl::StrCat(paper.id, " is not reviewed");
  if (paper.status == "rejected") return absl::StrCat(paper.id, " was rejected: ", paper.reason);
  if (std::string(day) < paper.issued_on) {
    return absl::StrCat(paper.id, " begins on ", paper.issued_on);
  }
  return absl::StrCat(paper.id, " expired on ", paper.expires_on);
}

}  // namespace

absl::StatusOr<nlohmann::json> CheckOrganization(absl::string_view argument,
                                                 nlohmann::json information) {
  SUYUAN_RETURN_IF_ERROR(CheckInformation(argument, information));
  if (!information.contains("country")) information["country"] = "CN";
  if (!information["country"].is_string() ||
      !IsCountry(information["country"].get<std::string>())) {
    return internal::ArgumentError(argument, "field country is not two upper-case letters");
  }
  const auto code = information.find("creditCode");
  if (code != information.end()) {
    if (!code->is_string()) return internal::ArgumentError(argument, "field creditCode is no text");
    SUYUAN_ASSIGN_OR_RETURN(const gs1::CreditCode parsed,
                            gs1::ParseCreditCode(code->get<std::string>()),
                            absl::StrCat("argument '", argument, "': field creditCode"));
    *code = parsed.code;
  }
  return information;
}

absl::StatusOr<Paper> ParsePaper(const std::string& id, absl::string_view argument,
                                 const nlohmann::json& object) {
  SUYUAN_RETURN_IF_ERROR(CheckId("paper", id));
  Fields fields(argument, object);
  Paper paper;
  paper.id = id;
  paper.kind = fields.Id("kind");
  const bool brand = paper.kind == "brand" || paper.kind == "brand-authorisation";
  const bool expires = paper.kind == "licence" || paper.kind == "brand-authorisation";
  paper.number = fields.Text("number", Fields::kRequired, 128);
  paper.issuer = fields.Text("issuer", Fields::kRequired, 256);
  paper.hash = fields.Hash("hash");
  paper.issued_on = fields.Day("issuedOn");
  paper.expires_on = fields.Day("expiresOn", expires ? Fields::kRequired : Fields::kOptional);
  if (!paper.expires_on.empty() && paper.expires_on < paper.issued_on) {
    fields.Mistake("expiresOn", "is before issuedOn");
  }
  paper.country = fields.Text("country", Fields::kOptional);
  if (paper.country.empty()) paper.country = "CN";
  if (!IsCountry(paper.country)) fields.Mistake("country", "is not two upper-case letters");
  for (const std::string& product :
       fields.Texts("products", kMaxProducts,
                    paper.kind == "permit" ? Fields::kRequired : Fields::kOptional)) {
    const auto gtin = gs1::Gtin14(product);
    if (!gtin.ok()) fields.Mistake("products", gtin.status().message());
    paper.products.push_back(gtin.value_or(""));
  }
  paper.brands = fields.Texts("brands", kMaxBrands, brand ? Fields::kRequired : Fields::kOptional);
  paper.status = "pending";
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return paper;
}

void to_json(nlohmann::json& json, const Paper& p) {
  json = {{"paper", p.id},           {"kind", p.kind},
          {"number", p.number},      {"issuer", p.issuer},
          {"country", p.country},    {"hash", p.hash},
          {"issuedOn", p.issued_on}, {"expiresOn", p.expires_on},
          {"products", p.products},  {"brands", p.brands},
          {"status", p.status},      {"reviewer", p.reviewer},
          {"reason", p.reason}};
}

absl::StatusOr<Paper> PaperFromJson(const nlohmann::json& json) {
  try {
    return Paper{json.at("paper"),    json.at("kind"),   json.at("number"),   json.at("issuer"),
                 json.at("country"),  json.at("hash"),   json.at("issuedOn"), json.at("expiresOn"),
                 json.at("products"), json.at("brands"), json.at("status"),   json.at("reviewer"),
                 json.at("reason")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a paper: ", e.what()));
  }
}

bool InForce(const Paper& paper, absl::string_view day) {
  return paper.status == "accepted" && paper.issued_on <= day &&
         (paper.expires_on.empty() || day <= paper.expires_on);
}

absl::Status CheckPaper(const std::vector<Paper>& papers, const PaperNeed& need,
                        const std::string& msp_id, absl::string_view day) {
  std::string why = "none is filed";
  for (const Paper& paper : papers) {
    if (!Meets(paper, need)) continue;
    if (InForce(paper, day)) return absl::OkStatus();
    why = WhyNot(paper, day);
  }
  return absl::FailedPreconditionError(
      absl::StrCat("organization ", msp_id, " has no ", need.kind,
                   need.brand.empty() ? "" : absl::StrCat(" of ", need.brand),
                   need.product.empty() ? "" : absl::StrCat(" for product ", need.product),
                   " in force on ", day, ": ", why));
}

const std::vector<std::string>& FileRules::DocumentsOf(const std::string& country) const {
  const auto found = documents.find(country);
  return found == documents.end() ? documents.at("*") : found->second;
}

absl::StatusOr<FileRules> ParseFileRules(absl::string_view argument, const nlohmann::json& object) {
  Fields fields(argument, object);
  FileRules rules;
  const nlohmann::json documents = fields.Any("documents");
  rules.update_days = static_cast<int>(fields.Integer("updateDays", 1, 3650, rules.update_days));
  if (!documents.is_null()) {
    rules.documents.clear();
    if (!documents.is_object() || documents.size() > kMaxCountries) {
      fields.Mistake("documents", "is not an object of lists by country");
    } else {
      Fields lists(absl::StrCat(argument, ".documents"), documents);
      for (const auto& [country, kinds] : documents.items()) {
        if (country != "*" && !IsCountry(country)) lists.Mistake(country, "is no country");
        rules.documents[country] = lists.Texts(country.c_str(), kMaxKinds, Fields::kOptional);
      }
      SUYUAN_RETURN_IF_ERROR(lists.Finish());
      if (!rules.documents.count("*")) fields.Mistake("documents", "has no list '*'");
    }
  }
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return rules;
}

nlohmann::json ToJson(const FileRules& rules) {
  return {{"documents", rules.documents}, {"updateDays", rules.update_days}};
}

void to_json(nlohmann::json& json, const FileChange& c) {
  json = {{"change", c.id},          {"organization", c.organization}, {"field", c.field},
          {"oldValue", c.old_value}, {"changedOn", c.changed_on},      {"deadline", c.deadline}};
}

absl::StatusOr<FileChange> FileChangeFromJson(const nlohmann::json& json) {
  try {
    return FileChange{json.at("change"),   json.at("organization"), json.at("field"),
                      json.at("oldValue"), json.at("changedOn"),    json.at("deadline")};
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not a change: ", e.what()));
  }
}

bool Overdue(const FileChange& change, const nlohmann::json& information, absl::string_view day) {
  return change.deadline < day &&
         information.value(change.field, nlohmann::json()) == change.old_value;
}

}  // namespace suyuan
