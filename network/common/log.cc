#include "network/common/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "network/common/check.h"

namespace suyuan {
namespace {

struct Levels {
  LogLevel fallback = LogLevel::kInfo;
  std::map<std::string, LogLevel, std::less<>> rooms;
};

class Registry {
 public:
  static Registry& Get() {
    static Registry* registry = new Registry;  // never destroyed: logs may come late
    return *registry;
  }

  LogLevel LevelOf(const std::string& room) const {
    absl::ReaderMutexLock lock(&mutex_);
    auto it = levels_.rooms.find(room);
    return it == levels_.rooms.end() ? levels_.fallback : it->second;
  }
  // The lowest level any room has: a cheap first test.
  LogLevel Lowest() const { return lowest_.load(std::memory_order_relaxed); }

  void Set(Levels levels) {
    LogLevel lowest = levels.fallback;
    for (const auto& [room, level] : levels.rooms) lowest = std::min(lowest, level);
    absl::MutexLock lock(&mutex_);
    levels_ = std::move(levels);
    lowest_ = lowest;
  }
  Levels levels() const {
    absl::ReaderMutexLock lock(&mutex_);
    return levels_;
  }
  spdlog::logger& sink() { return *logger_; }

 private:
  Registry() {
    logger_ = std::make_shared<spdlog::logger>("suyuan",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%f%z %v");
    logger_->set_level(spdlog::level::trace);
    logger_->flush_on(spdlog::level::trace);
  }
  mutable absl::Mutex mutex_;
  Levels levels_ ABSL_GUARDED_BY(mutex_);
  std::atomic<LogLevel> lowest_{LogLevel::kInfo};
  std::shared_ptr<spdlog::logger> logger_;
};

constexpr struct {
  LogLevel level;
  const char* name;
} kNames[] = {{LogLevel::kDebug, "debug"},
              {LogLevel::kInfo, "info"},
              {LogLevel::kWarn, "warn"},
              {LogLevel::kError, "error"},
              {LogLevel::kOff, "off"}};

const char* NameOf(LogLevel level) {
  for (const auto& n : kNames) {
    if (n.level == level) return n.name;
  }
  return "?";
}

absl::StatusOr<LogLevel> ParseLevel(absl::string_view name) {
  for (const auto& n : kNames) {
    if (name == n.name) return n.level;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("log level '", name, "' is not one of debug, info, warn, error, off"));
}

// Quotes a value that would break the key=value form or the line.
void AppendValue(std::string& line, const std::string& value) {
  if (value.find_first_of(" \"=\n\r\t") == std::string::npos && !value.empty()) {
    line += value;
    return;
  }
  line += '"';
  for (char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      line += c == '\n' ? "\\n" : " ";
    } else {
      line += c;
    }
  }
  line += '"';
}

}  // namespace

void Log::Write(LogLevel level, absl::string_view message, LogFields fields) const {
  Registry& registry = Registry::Get();
  if (level < registry.Lowest() || level < registry.LevelOf(room_)) return;
  std::string line = absl::StrCat(NameOf(level), " [", room_, "] ", message);
  for (const LogField& field : fields) {
    absl::StrAppend(&line, " ", field.key, "=");
    AppendValue(line, field.value);
  }
  registry.sink().log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void Log::Debug(absl::string_view m, LogFields f) const { Write(LogLevel::kDebug, m, f); }
void Log::Info(absl::string_view m, LogFields f) const { Write(LogLevel::kInfo, m, f); }
void Log::Warn(absl::string_view m, LogFields f) const { Write(LogLevel::kWarn, m, f); }
void Log::Error(absl::string_view m, LogFields f) const { Write(LogLevel::kError, m, f); }

bool Log::DebugEnabled() const {
  Registry& registry = Registry::Get();
  return registry.Lowest() == LogLevel::kDebug && registry.LevelOf(room_) == LogLevel::kDebug;
}

absl::Status SetLogSpec(absl::string_view spec) {
  Levels levels;
  std::vector<absl::string_view> halves = absl::StrSplit(spec, absl::MaxSplits(':', 1));
  auto fallback = ParseLevel(halves[0]);
  if (!fallback.ok()) return fallback.status();
  levels.fallback = *fallback;
  if (halves.size() == 2) {
    for (absl::string_view part : absl::StrSplit(halves[1], ',', absl::SkipWhitespace())) {
      std::vector<absl::string_view> kv = absl::StrSplit(part, absl::MaxSplits('=', 1));
      if (kv.size() != 2 || kv[0].empty()) {
        return absl::InvalidArgumentError(absl::StrCat("log rule '", part, "' is not ROOM=LEVEL"));
      }
      auto level = ParseLevel(kv[1]);
      if (!level.ok()) return level.status();
      levels.rooms[std::string(kv[0])] = *level;
    }
  }
  Registry::Get().Set(std::move(levels));
  return absl::OkStatus();
}

std::string GetLogSpec() {
  Levels levels = Registry::Get().levels();
  std::string spec = NameOf(levels.fallback);
  char separator = ':';
  for (const auto& [room, level] : levels.rooms) {
    absl::StrAppend(&spec, std::string(1, separator), room, "=", NameOf(level));
    separator = ',';
  }
  return spec;
}

namespace internal {
void CheckFailed(const char* expression, const char* file, int line) {
  Registry::Get().sink().log(spdlog::level::critical, "fatal [check] {} does not hold at {}:{}",
                             expression, file, line);
  std::abort();
}
}  // namespace internal

}  // namespace suyuan
