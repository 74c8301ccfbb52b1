// Fields of JSON arguments, read one by one with errors that name them:
//
//   Fields fields("details", json);
//   const std::string reason = fields.Text("reason");
//   SUYUAN_RETURN_IF_ERROR(fields.Finish());
//
// Every error is kInvalidArgument "argument 'details': field reason ...".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace suyuan {

class Fields {
 public:
  enum Need { kRequired, kOptional };

  // `object` must outlive this.
  Fields(absl::string_view argument, const nlohmann::json& object);

  // Text as CheckText() has it; "" when absent.
  std::string Text(const char* name, Need need = kRequired, size_t max_bytes = 1024);
  std::string Id(const char* name, Need need = kRequired);
  // "2026-11-25".
  std::string Day(const char* name, Need need = kRequired);
  // RFC 3339, as given.
  std::string Time(const char* name, Need need = kRequired);
  // SHA-256 in 64 lower-case hex digits.
  std::string Hash(const char* name, Need need = kRequired);
  // One of `allowed`.
  std::string OneOf(const char* name, const std::vector<std::string>& allowed,
                    Need need = kRequired);
  int64_t Integer(const char* name, int64_t min, int64_t max, int64_t absent);
  bool Bool(const char* name, bool absent);
  // At most `max` texts.
  std::vector<std::string> Texts(const char* name, size_t max, Need need = kRequired);
  // The value as it is; null when absent.
  nlohmann::json Any(const char* name);

  // A mistake found by the caller.
  void Mistake(absl::string_view name, absl::string_view reason);
  // All mistakes in one error, at most ten; fields that nobody asked for are mistakes too.
  absl::Status Finish();

 private:
  const nlohmann::json* Find(const char* name, Need need);

  const std::string argument_;
  const nlohmann::json& object_;
  std::set<std::string> asked_;
  std::vector<std::string> mistakes_;
};

//   kInvalidArgument  "argument 'NAME': is not a time (RFC 3339)"
absl::StatusOr<absl::Time> ParseTime(absl::string_view argument, absl::string_view text);
//   kInvalidArgument  "argument 'NAME': is not a day (2026-11-25)"
absl::Status CheckDay(absl::string_view argument, absl::string_view text);
// The day in China (UTC+8), in which the days of papers and catalogues are meant. Days compare
// as texts.
std::string ChinaDay(absl::Time time);
// `day` plus `days`; `day` must have passed CheckDay().
std::string AddDays(absl::string_view day, int days);
// 64 lower-case hex digits.
bool IsSha256Hex(absl::string_view text);

}  // namespace suyuan
