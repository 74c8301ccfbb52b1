// Programs under test as child processes.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace suyuan {

// Asks until the answer is yes; false when it is not by the deadline.
bool AwaitCondition(absl::Duration timeout, absl::FunctionRef<bool()> condition);

// Not thread-safe. Killed with the object.
class Process {
 public:
  // stdout and stderr go to `log_file`, which is emptied first.
  static absl::StatusOr<std::unique_ptr<Process>> Start(const std::vector<std::string>& words,
                                                        const std::filesystem::path& log_file);
  ~Process();

  // The exit status (128 + the signal's number), or nothing when it still runs.
  std::optional<int> AwaitExit(absl::Duration timeout);
  // Waits until `file` exists and is not empty.
  //   kAborted           the process has ended; quotes what it wrote
  //   kDeadlineExceeded
  absl::Status AwaitFile(const std::filesystem::path& file, absl::Duration timeout);
  // SIGKILL; returns when it is gone.
  void Kill();
  // What it has written so far.
  std::string Output() const;

 private:
  Process(pid_t pid, std::filesystem::path log_file) : pid_(pid), log_file_(std::move(log_file)) {}
  const pid_t pid_;
  const std::filesystem::path log_file_;
  std::optional<int> exit_status_;
};

struct ToolResult {
  int exit_status = -1;
  std::string output;  // stdout and stderr
};
// Runs a program of the build ("suyuan") to its end.
ToolResult RunTool(const std::string& program, const std::vector<std::string>& arguments,
                   const std::filesystem::path& work_dir);

// A port of 127.0.0.1 that nobody listens on at the moment.
int FreePort();

}  // namespace suyuan
