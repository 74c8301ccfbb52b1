// A JSON value that knows where it stands, so that every error names the field.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::demo {

// Refers to a document that outlives it.
class JsonReader {
 public:
  JsonReader(const nlohmann::json* value, std::string path)
      : value_(value), path_(std::move(path)) {}

  const nlohmann::json& value() const { return *value_; }
  bool Has(const char* field) const { return value_->is_object() && value_->contains(field); }
  // Each is kInvalidArgument "PATH: field FIELD: ..." when missing or of another kind.
  absl::StatusOr<JsonReader> Object(const char* field) const;
  absl::StatusOr<std::string> Text(const char* field) const;
  absl::StatusOr<double> Number(const char* field) const;
  // Of objects.
  absl::StatusOr<std::vector<JsonReader>> List(const char* field) const;
  // The one element of a list.
  absl::StatusOr<JsonReader> Only(const char* field) const;
  absl::Status NeedText(const char* field, absl::string_view expected) const;
  absl::Status OnlyFields(std::initializer_list<absl::string_view> known) const;
  absl::Status Error(absl::string_view field, absl::string_view reason) const;

 private:
  absl::StatusOr<const nlohmann::json*> Find(const char* field) const;

  const nlohmann::json* value_;
  std::string path_;
};

}  // namespace suyuan::demo
