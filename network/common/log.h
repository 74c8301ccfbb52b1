// Structured logs for the person who operates the node: one line each on
// stderr, "time level [room] message key=value ...".
//
//   Log("committer").Info("block committed", {{"channel", id}, {"block", n}});
//
// Levels can be changed while the process runs, for all rooms or for one.
// Thread-safe.
#pragma once

#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace suyuan {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

struct LogField {
  template <typename T>
  LogField(absl::string_view k, const T& v) : key(k), value(absl::StrCat(v)) {}
  LogField(absl::string_view k, const absl::Status& v) : key(k), value(v.ToString()) {}
  absl::string_view key;
  std::string value;
};

using LogFields = std::initializer_list<LogField>;

// A room's logger. Cheap to make and to copy; keep one per object.
class Log {
 public:
  explicit Log(absl::string_view room) : room_(room) {}
  void Debug(absl::string_view message, LogFields fields = {}) const;
  void Info(absl::string_view message, LogFields fields = {}) const;
  void Warn(absl::string_view message, LogFields fields = {}) const;
  void Error(absl::string_view message, LogFields fields = {}) const;
  // False when a Debug() line would be dropped: ask before building costly fields.
  bool DebugEnabled() const;

 private:
  void Write(LogLevel level, absl::string_view message, LogFields fields) const;
  std::string room_;
};

// Sets levels from a specification such as "info" or "info:committer=debug,
// gateway=warn" (default level, then rooms).
//   kInvalidArgument  names the part that is not understood; nothing changed
absl::Status SetLogSpec(absl::string_view spec);
std::string GetLogSpec();

}  // namespace suyuan
