// The data model of a category: which fields its products and batches have, as configuration.
// Apart from any ledger. Versions stand side by side: a record is checked against the version
// that it was made under.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan {

inline constexpr size_t kMaxModelFields = 5000;
inline constexpr size_t kMaxModelForms = 1000;

struct ModelField {
  std::string name;  // an id
  std::string type;  // text, integer, decimal, boolean, day, time, choice, hash, region, gtin
  std::string unit;  // e.g. "mg/kg"; "" none
  bool required = false;
  std::string tag;  // basic, quality-safety, attachment, other
  // public   in the ledger
  // shared   in the private collection that the model names; its salted hash in the ledger
  // private  its salted hash alone
  std::string sharing;
  std::string scope;                 // product or batch
  std::string form;                  // of the model's forms; "" none
  std::string min, max;              // of integers and decimals, as texts; "" open
  int64_t max_length = 1024;         // of texts, in bytes
  std::vector<std::string> options;  // of a choice
};

struct DataModel {
  std::string category;
  uint32_t version = 0;
  std::string collection;                    // for shared fields
  std::map<std::string, std::string> forms;  // name to the key node it belongs to
  std::vector<ModelField> fields;
  const ModelField* Find(absl::string_view name) const;
};

// {"collection"?,"forms"?:[{"name","node"}],"fields":[{"name","type","unit"?,"required"?,"tag"?,
// "sharing"?,"scope"?,"form"?,"min"?,"max"?,"maxLength"?,"options"?}]}. Left out: not required,
// other, public, product.
//   kInvalidArgument  names the field and its property
absl::StatusOr<DataModel> ParseModel(const std::string& category, uint32_t version,
                                     absl::string_view argument, const nlohmann::json& object);
nlohmann::json ToJson(const DataModel& model);

// What is wrong with one field of a record; e.g. {"pH", "is missing"}.
struct Problem {
  std::string field, message;
};
void to_json(nlohmann::json& json, const Problem& problem);  // {"field","message"}
// Values of `scope`: public ones in `values`, others (they came as transient data) in `secret`.
// `on_file`: names of secret fields whose hashes the record has already. Complete and in format
// when nothing is returned; at most 100 problems, in the model's order, unknown fields last.
std::vector<Problem> CheckRecord(const DataModel& model, absl::string_view scope,
                                 const nlohmann::json& values, const nlohmann::json& secret,
                                 const std::set<std::string>& on_file = {});
//   kInvalidArgument  "argument 'NAME': field pH is missing; field ..." of the first ten
absl::Status RefuseProblems(absl::string_view argument, const std::vector<Problem>& problems);

// SHA-256 of salt, a zero byte, and the value as JSON without spaces; hex. `salt`: 16 to 64
// bytes (not their hex), chosen by the client, without which values that are easy to guess could
// be.
std::string HideValue(absl::string_view salt, const nlohmann::json& value);

}  // namespace suyuan
