#include "chaincode/contracts/trace/registration/data_model.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/gs1/check_digit.h"
#include "chaincode/gs1/region_edition.h"
#include "chaincode/shim/conversion.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr size_t kMaxProblems = 100;
constexpr size_t kMaxOptions = 500;
constexpr int kDecimals = 6;
constexpr size_t kMaxWholeDigits = 12;

const std::vector<std::string>& Types() {
  static const auto& kAll = *new std::vector<std::string>{
      "text", "integer", "decimal", "boolean", "day", "time", "choice", "hash", "region", "gtin"};
  return kAll;
}

// "-12.5" in millionths; nullopt when it is no decimal of at most 12 and 6 digits.
std::optional<int64_t> Millionths(absl::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const absl::string_view whole = text.substr(0, dot);
  absl::string_view part = dot == absl::string_view::npos ? "" : text.substr(dot + 1);
  const auto digits = [](absl::string_view s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return absl::ascii_isdigit(c); });
  };
  if (whole.empty() || whole.size() > kMaxWholeDigits || !digits(whole) || !digits(part) ||
      part.size() > kDecimals || (dot != absl::string_view::npos && part.empty())) {
    return std::nullopt;
  }
  int64_t value = 0;
  std::string padded(part);
  padded.resize(kDecimals, '0');
  if (!absl::SimpleAtoi(absl::StrCat(std::string(whole), padded), &value)) return std::nullopt;
  return negative ? -value : value;
}

std::optional<int64_t> NumberOf(const nlohmann::json& value, const std::string& type) {
  if (type == "integer") {
    return value.is_number_integer() ? Millionths(value.dump()) : std::nullopt;
  }
  return value.is_string() ? Millionths(value.get<std::string>()) : std::nullopt;
}

std::string CheckNumber(const ModelField& field, const nlohmann::json& value) {
  const auto number = NumberOf(value, field.type);
  if (!number) {
    return field.type == "integer" ? "is not an integer of up to 12 digits"
                                   : "is not a decimal in a text, as \"12.50\"";
  }
  if (!field.min.empty() && *number < *Millionths(field.min)) {
    return absl::StrCat("is below ", field.min);
  }
  if (!field.max.empty() && *number > *Millionths(field.max)) {
    return absl::StrCat("is above ", field.max);
  }
  return "";
}

std::string CheckTextValue(const ModelField& field, const std::string& text) {
  if (!CheckText("", text, static_cast<size_t>(field.max_length)).ok()) {
    return absl::StrCat("is empty, longer than ", field.max_length, " bytes, or not plain text");
  }
  if (field.type == "choice" &&
      std::find(field.options.begin(), field.options.end(), text) == field.options.end()) {
    return absl::StrCat("is not one of ", absl::StrJoin(field.options, ", "));
  }
  if (field.type == "day" && !CheckDay("", text).ok()) return "is not a day (2026-11-25)";
  if (field.type == "time" && !ParseTime("", text).ok()) return "is not a time (RFC 3339)";
  if (field.type == "hash" && !IsSha256Hex(text)) {
    return "is not a SHA-256 in 64 lower-case hex digits";
  }
  if (field.type == "region" && !gs1::ParseRegionText(text).ok()) {
    return "is not a region and its edition (110101@201412)";
  }
  if (field.type == "gtin") {
    const auto gtin = gs1::Gtin14(text);
    if (!gtin.ok()) return std::string(gtin.status().message());
  }
  return "";
}

// What is wrong; "" nothing.
std::string CheckValue(const ModelField& field, const nlohmann::json& value) {
  if (field.type == "integer" || field.type == "decimal") return CheckNumber(field, value);
  if (field.type == "boolean") return value.is_boolean() ? "" : "is not true or false";
  return value.is_string() ? CheckTextValue(field, value.get<std::string>()) : "is not a text";
}

void CheckProperties(const ModelField& field, const std::map<std::string, std::string>& forms,
                     Fields* fields) {
  const bool number = field.type == "integer" || field.type == "decimal";
  for (const auto& [name, limit] : {std::pair{"min", field.min}, std::pair{"max", field.max}}) {
    if (limit.empty()) continue;
    if (!number) fields->Mistake(name, "belongs to an integer or decimal alone");
    if (!Millionths(limit)) fields->Mistake(name, "is not a decimal in a text");
  }
  if ((field.type == "choice") == field.options.empty()) {
    fields->Mistake("options", "belongs to a choice, which needs it");
  }
  if (!field.form.empty() && !forms.count(field.form)) {
    fields->Mistake("form", absl::StrCat(field.form, " is not among the forms"));
  }
}

absl::StatusOr<ModelField> ParseField(absl::string_view argument, const nlohmann::json& object,
                                      const std::map<std::string, std::string>& forms) {
  const auto or_else = [](std::string text, const char* absent) {
    return text.empty() ? std::string(absent) : text;
  };
  Fields fields(argument, object);
  ModelField out;
  out.name = fields.Id("name");
  out.type = fields.OneOf("type", Types());
  out.unit = fields.Text("unit", Fields::kOptional, 64);
  out.required = fields.Bool("required", false);
  out.tag = or_else(
      fields.OneOf("tag", {"basic", "quality-safety", "attachment", "other"}, Fields::kOptional),
      "other");
  out.sharing = or_else(fields.OneOf("sharing", {"public", "shared", "private"}, Fields::kOptional),
                        "public");
  out.scope = or_else(fields.OneOf("scope", {"product", "batch"}, Fields::kOptional), "product");
  out.form = fields.Text("form", Fields::kOptional, 256);
  out.min = fields.Text("min", Fields::kOptional, 32);
  out.max = fields.Text("max", Fields::kOptional, 32);
  out.max_length = fields.Integer("maxLength", 1, 65536, out.max_length);
  out.options = fields.Texts("options", kMaxOptions, Fields::kOptional);
  CheckProperties(out, forms, &fields);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  return out;
}

absl::Status ParseForms(absl::string_view argument, const nlohmann::json& array,
                        std::map<std::string, std::string>* forms) {
  if (array.is_null()) return absl::OkStatus();
  if (!array.is_array() || array.size() > kMaxModelForms) {
    return internal::ArgumentError(
        argument, absl::StrCat("field forms is not a list of up to ", kMaxModelForms));
  }
  for (const nlohmann::json& object : array) {
    Fields fields(absl::StrCat(argument, ".forms[", forms->size(), "]"), object);
    const std::string name = fields.Text("name", Fields::kRequired, 256);
    if (!forms->emplace(name, fields.Text("node", Fields::kRequired, 256)).second) {
      fields.Mistake("name", "occurs twice");
    }
    SUYUAN_RETURN_IF_ERROR(fields.Finish());
  }
  return absl::OkStatus();
}

}  // namespace

const ModelField* DataModel::Find(absl::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const ModelField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

absl::StatusOr<DataModel> ParseModel(const std::string& category, uint32_t version,
                                     absl::string_view argument, const nlohmann::json& object) {
  Fields top(argument, object);
  DataModel model;
  model.category = category;
  model.version = version;
  model.collection = top.Id("collection", Fields::kOptional);
  const nlohmann::json forms = top.Any("forms"), fields = top.Any("fields");
  if (!fields.is_array() || fields.empty() || fields.size() > kMaxModelFields) {
    top.Mistake("fields", absl::StrCat("is not a list of 1 to ", kMaxModelFields));
  }
  SUYUAN_RETURN_IF_ERROR(top.Finish());
  SUYUAN_RETURN_IF_ERROR(ParseForms(argument, forms, &model.forms));
  std::set<std::string> names;
  for (const nlohmann::json& field : fields) {
    const std::string where = absl::StrCat(argument, ".fields[", model.fields.size(), "]");
    SUYUAN_ASSIGN_OR_RETURN(model.fields.emplace_back(), ParseField(where, field, model.forms));
    const ModelField& added = model.fields.back();
    if (!names.insert(added.name).second) {
      return internal::ArgumentError(where, absl::StrCat("name ", added.name, " occurs twice"));
    }
    if (added.sharing == "shared" && model.collection.empty()) {
      return internal::ArgumentError(where, "is shared, but the model names no collection");
    }
  }
  return model;
}

nlohmann::json ToJson(const DataModel& model) {
  nlohmann::json forms = nlohmann::json::array(), fields = nlohmann::json::array();
  for (const auto& [name, node] : model.forms) forms.push_back({{"name", name}, {"node", node}});
  for (const ModelField& f : model.fields) {
    nlohmann::json field{
        {"name", f.name},   {"type", f.type},       {"required", f.required},   {"tag", f.tag},
        {"scope", f.scope}, {"sharing", f.sharing}, {"maxLength", f.max_length}};
    if (!f.unit.empty()) field["unit"] = f.unit;
    if (!f.form.empty()) field["form"] = f.form;
    if (!f.min.empty()) field["min"] = f.min;
    if (!f.max.empty()) field["max"] = f.max;
    if (!f.options.empty()) field["options"] = f.options;
    fields.push_back(std::move(field));
  }
  nlohmann::json out{{"forms", forms}, {"fields", fields}};
  if (!model.collection.empty()) out["collection"] = model.collection;
  return out;
}

void to_json(nlohmann::json& json, const Problem& problem) {
  json = {{"field", problem.field}, {"message", problem.message}};
}

std::vector<Problem> CheckRecord(const DataModel& model, absl::string_view scope,
                                 const nlohmann::json& values, const nlohmann::json& secret,
                                 const std::set<std::string>& on_file) {
  std::vector<Problem> problems;
  std::set<std::string> known;
  for (const ModelField& field : model.fields) {
    if (field.scope != scope) continue;
    known.insert(field.name);
    const bool hidden = field.sharing != "public";
    const nlohmann::json& source = hidden ? secret : values;
    if ((hidden ? values : secret).contains(field.name)) {
      problems.push_back({field.name, hidden ? "is not public: it is given as transient data"
                                             : "is public: it is given as an argument"});
    } else if (!source.contains(field.name) || source[field.name].is_null()) {
      if (field.required && !on_file.count(field.name))
        problems.push_back({field.name, "is missing"});
    } else if (std::string why = CheckValue(field, source[field.name]); !why.empty()) {
      problems.push_back({field.name, std::move(why)});
    }
    if (problems.size() >= kMaxProblems) return problems;
  }
  for (const nlohmann::json* source : {&values, &secret}) {
    for (const auto& [name, value] : source->items()) {
      if (problems.size() >= kMaxProblems) return problems;
      if (!known.count(name)) problems.push_back({name.substr(0, 64), "is not in the data model"});
    }
  }
  return problems;
}

absl::Status RefuseProblems(absl::string_view argument, const std::vector<Problem>& problems) {
  if (problems.empty()) return absl::OkStatus();
  std::vector<std::string> texts;
  for (const Problem& problem : problems) {
    if (texts.size() == 10) {
      texts.push_back(absl::StrCat("and ", problems.size() - 10, " more"));
      break;
    }
    texts.push_back(absl::StrCat("field ", problem.field, " ", problem.message));
  }
  return internal::ArgumentError(argument, absl::StrJoin(texts, "; "));
}

std::string HideValue(absl::string_view salt, const nlohmann::json& value) {
  return HexEncode(Sha256({salt, absl::string_view("\0", 1), value.dump()}));
}

}  // namespace suyuan
