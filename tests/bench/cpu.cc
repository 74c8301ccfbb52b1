#include "tests/bench/cpu.h"

#include <unistd.h>

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"

namespace suyuan::bench {
namespace fs = std::filesystem;
namespace {

std::map<std::string, std::string> Pids(const fs::path& network_dir) {
  std::map<std::string, std::string> pids = {{"client", std::to_string(::getpid())}};
  for (const auto& node : fs::directory_iterator(network_dir / "nodes")) {
    auto pid = ReadFile(node.path() / "pid");
    if (pid.ok()) {
      pids[node.path().filename().string()] = std::string(absl::StripAsciiWhitespace(*pid));
    }
  }
  return pids;
}

// Fields of /proc/PID/stat after the program's name, which may hold spaces.
std::vector<std::string> StatFields(const std::string& pid) {
  auto text = ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  if (!text.ok()) return {};
  return absl::StrSplit(text->substr(text->rfind(')') + 2), ' ');
}

}  // namespace

std::map<std::string, double> CpuSeconds(const fs::path& network_dir) {
  std::map<std::string, double> seconds;
  for (const auto& [name, pid] : Pids(network_dir)) {
    const std::vector<std::string> fields = StatFields(pid);
    int64_t user = 0, system = 0;
    if (fields.size() < 13 || !absl::SimpleAtoi(fields[11], &user) ||
        !absl::SimpleAtoi(fields[12], &system)) {
      continue;
    }
    seconds[name] =
        static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
  return seconds;
}

std::map<std::string, double> ResidentMb(const fs::path& network_dir) {
  std::map<std::string, double> resident;
  for (const auto& [name, pid] : Pids(network_dir)) {
    const std::vector<std::string> fields = StatFields(pid);
    int64_t pages = 0;
    if (fields.size() > 21 && absl::SimpleAtoi(fields[21], &pages)) {
      resident[name] =
          static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
    }
  }
  return resident;
}

}  // namespace suyuan::bench
