#include "tests/support/process.h"

#include <atomic>

#include "absl/strings/str_cat.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace fs = std::filesystem;

ToolResult RunTool(const std::string& program, const std::vector<std::string>& arguments,
                   const fs::path& work_dir) {
  static std::atomic<int> number{0};
  const fs::path log = work_dir / absl::StrCat("tool", number++, ".log");
  std::vector<std::string> words = {(BuildDir() / "bin" / program).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto process = Process::Start(words, log);
  if (!process.ok()) return {-1, std::string(process.status().message())};
  const auto status = (*process)->AwaitExit(absl::Minutes(1));
  return {status.value_or(-1), (*process)->Output()};
}

}  // namespace suyuan
