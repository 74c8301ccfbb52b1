#include "scripts/demo/json_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"

namespace suyuan::demo {

absl::Status JsonReader::Error(absl::string_view field, absl::string_view reason) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, ": field ", field, ": ", reason));
}

absl::StatusOr<const nlohmann::json*> JsonReader::Find(const char* field) const {
  if (!value_->is_object()) return absl::InvalidArgumentError(path_ + ": is not an object");
  const auto found = value_->find(field);
  if (found == value_->end()) return Error(field, "is missing");
  return &*found;
}

absl::StatusOr<JsonReader> JsonReader::Object(const char* field) const {
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json* value, Find(field));
  if (!value->is_object()) return Error(field, "is not an object");
  return JsonReader(value, absl::StrCat(path_, ": ", field));
}

absl::StatusOr<std::string> JsonReader::Text(const char* field) const {
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json* value, Find(field));
  if (!value->is_string()) return Error(field, "is not a text");
  return value->get<std::string>();
}

absl::StatusOr<double> JsonReader::Number(const char* field) const {
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json* value, Find(field));
  if (!value->is_number()) return Error(field, "is not a number");
  return value->get<double>();
}

absl::StatusOr<std::vector<JsonReader>> JsonReader::List(const char* field) const {
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json* value, Find(field));
  if (!value->is_array()) return Error(field, "is not a list");
  std::vector<JsonReader> out;
  for (const nlohmann::json& element : *value) {
    if (!element.is_object()) return Error(field, "an element is not an object");
    out.emplace_back(&element, absl::StrCat(path_, ": ", field, "[", out.size(), "]"));
  }
  return out;
}

absl::StatusOr<JsonReader> JsonReader::Only(const char* field) const {
  SUYUAN_ASSIGN_OR_RETURN(std::vector<JsonReader> list, List(field));
  if (list.size() != 1) return Error(field, "has not exactly one element");
  return list.front();
}

absl::Status JsonReader::NeedText(const char* field, absl::string_view expected) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, Text(field));
  if (text == expected) return absl::OkStatus();
  return Error(field, absl::StrCat("is '", text, "', not '", expected, "'"));
}

absl::Status JsonReader::OnlyFields(std::initializer_list<absl::string_view> known) const {
  for (const auto& [name, value] : value_->items()) {
    if (std::find(known.begin(), known.end(), absl::string_view(name)) == known.end()) {
      return Error(name, "is not understood");
    }
  }
  return absl::OkStatus();
}

}  // namespace suyuan::demo
