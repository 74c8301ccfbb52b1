// Programs under test as child processes, and what tests of them need.
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
  // SIGCONT and the like, or SIGSTOP, after which it has stopped; nothing when it has ended.
  void Signal(int number);
  // What it has written so far.
  std::string Output() const;

 private:
  Process(pid_t pid, std::filesystem::path log_file) : pid_(pid), log_file_(std::move(log_file)) {}
  const pid_t pid_;
  const std::filesystem::path log_file_;
  std::optional<int> exit_status_;
};

// A port of 127.0.0.1 that nobody listens on at the moment, and that neither the system
// nor another caller, in whatever program, is given while this program runs: what it starts
// again finds it free. 0 when there is none.
int FreePort();

}  // namespace suyuan
