#include "chaincode/contracts/trace/fields.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "chaincode/shim/conversion.h"
#include "chaincode/shim/validation.h"

namespace suyuan {
namespace {

constexpr size_t kMaxMistakes = 10;

// What Check...() says behind "argument 'NAME': ".
std::string Reason(const absl::Status& status) {
  const std::string text(status.message());
  const size_t colon = text.find("': ");
  return colon == std::string::npos ? text : text.substr(colon + 3);
}

bool IsDay(absl::string_view text) {
  absl::CivilDay day;
  return text.size() == 10 && absl::ParseCivilTime(text, &day) &&
         absl::FormatCivilTime(day) == text;
}

}  // namespace

Fields::Fields(absl::string_view argument, const nlohmann::json& object)
    : argument_(argument), object_(object) {}

const nlohmann::json* Fields::Find(const char* name, Need need) {
  asked_.insert(name);
  const auto found = object_.is_object() ? object_.find(name) : object_.end();
  if (!object_.is_object() || found == object_.end() || found->is_null()) {
    if (need == kRequired) Mistake(name, "is missing");
    return nullptr;
  }
  return &*found;
}

std::string Fields::Text(const char* name, Need need, size_t max_bytes) {
  const nlohmann::json* value = Find(name, need);
  if (value == nullptr) return "";
  if (!value->is_string()) return Mistake(name, "is not a text"), "";
  const std::string text = *value;
  if (text.empty() && need == kOptional) return "";
  const absl::Status status = CheckText(name, text, max_bytes);
  if (!status.ok()) return Mistake(name, Reason(status)), "";
  return text;
}

std::string Fields::Id(const char* name, Need need) {
  const std::string text = Text(name, need);
  if (text.empty()) return "";
  const absl::Status status = CheckId(name, text);
  if (!status.ok()) return Mistake(name, Reason(status)), "";
  return text;
}

std::string Fields::Day(const char* name, Need need) {
  const std::string text = Text(name, need);
  if (!text.empty() && !IsDay(text)) return Mistake(name, "is not a day (2026-11-25)"), "";
  return text;
}

std::string Fields::Time(const char* name, Need need) {
  const std::string text = Text(name, need);
  if (!text.empty() && !ParseTime(name, text).ok()) {
    return Mistake(name, "is not a time (RFC 3339)"), "";
  }
  return text;
}

std::string Fields::Hash(const char* name, Need need) {
  const std::string text = Text(name, need);
  if (!text.empty() && !IsSha256Hex(text)) {
    return Mistake(name, "is not a SHA-256 in 64 lower-case hex digits"), "";
  }
  return text;
}

std::string Fields::OneOf(const char* name, const std::vector<std::string>& allowed, Need need) {
  const std::string text = Text(name, need);
  if (text.empty() || std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
  return Mistake(name, absl::StrCat("is not one of ", absl::StrJoin(allowed, ", "))), "";
}

int64_t Fields::Integer(const char* name, int64_t min, int64_t max, int64_t absent) {
  const nlohmann::json* value = Find(name, kOptional);
  if (value == nullptr) return absent;
  if (!value->is_number_integer() || *value < min || *value > max) {
    return Mistake(name, absl::StrCat("is not an integer from ", min, " to ", max)), absent;
  }
  return *value;
}

bool Fields::Bool(const char* name, bool absent) {
  const nlohmann::json* value = Find(name, kOptional);
  if (value == nullptr) return absent;
  if (!value->is_boolean()) return Mistake(name, "is not true or false"), absent;
  return *value;
}

std::vector<std::string> Fields::Texts(const char* name, size_t max, Need need) {
  const nlohmann::json* value = Find(name, need);
  if (value == nullptr) return {};
  std::vector<std::string> out;
  if (!value->is_array() || value->size() > max || (value->empty() && need == kRequired)) {
    return Mistake(name, absl::StrCat("is not a list of ", need == kRequired ? 1 : 0, " to ", max,
                                      " texts")),
           out;
  }
  for (const nlohmann::json& element : *value) {
    if (!element.is_string() || !CheckText(name, element.get<std::string>()).ok()) {
      return Mistake(name, "holds an element that is not a text"), std::vector<std::string>();
    }
    out.push_back(element);
  }
  return out;
}

nlohmann::json Fields::Any(const char* name) {
  const nlohmann::json* value = Find(name, kOptional);
  return value == nullptr ? nlohmann::json() : *value;
}

void Fields::Mistake(absl::string_view name, absl::string_view reason) {
  mistakes_.push_back(absl::StrCat("field ", name, " ", reason));
}

absl::Status Fields::Finish() {
  if (!object_.is_object()) return internal::ArgumentError(argument_, "is not a JSON object");
  for (const auto& [name, value] : object_.items()) {
    if (asked_.count(name)) continue;
    const std::string shown = CheckText("", name, 64).ok() ? name : "(unprintable)";
    Mistake(shown, "is not known here");
    if (mistakes_.size() > kMaxMistakes) break;
  }
  if (mistakes_.empty()) return absl::OkStatus();
  if (mistakes_.size() > kMaxMistakes) mistakes_.resize(kMaxMistakes);
  return internal::ArgumentError(argument_, absl::StrJoin(mistakes_, "; "));
}

absl::StatusOr<absl::Time> ParseTime(absl::string_view argument, absl::string_view text) {
  absl::Time time;
  std::string error;
  if (text.size() <= 64 && absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
      time > absl::InfinitePast() && time < absl::InfiniteFuture()) {
    return time;
  }
  return internal::ArgumentError(argument, "is not a time (RFC 3339)");
}

absl::Status CheckDay(absl::string_view argument, absl::string_view text) {
  if (IsDay(text)) return absl::OkStatus();
  return internal::ArgumentError(argument, "is not a day (2026-11-25)");
}

std::string ChinaDay(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d", time, absl::FixedTimeZone(8 * 60 * 60));
}

std::string AddDays(absl::string_view day, int days) {
  absl::CivilDay civil;
  if (!absl::ParseCivilTime(day, &civil)) return std::string(day);
  return absl::FormatCivilTime(civil + days);
}

bool IsSha256Hex(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace suyuan
