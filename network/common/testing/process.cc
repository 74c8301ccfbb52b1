#include "network/common/testing/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/common/file_util.h"

namespace suyuan {
namespace fs = std::filesystem;

bool AwaitCondition(absl::Duration timeout, absl::FunctionRef<bool()> condition) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

absl::StatusOr<std::unique_ptr<Process>> Process::Start(const std::vector<std::string>& words,
                                                        const fs::path& log_file) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const int log = ::open(log_file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (log < 0) return ErrnoStatus(errno, "open", log_file.string());
  const FileDescriptor closer(log);
  const pid_t pid = ::fork();
  if (pid < 0) return ErrnoStatus(errno, "fork", words[0]);
  if (pid == 0) {
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  return std::unique_ptr<Process>(new Process(pid, log_file));
}

Process::~Process() { Kill(); }

std::optional<int> Process::AwaitExit(absl::Duration timeout) {
  AwaitCondition(timeout, [this] {
    if (exit_status_) return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    exit_status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  });
  return exit_status_;
}

absl::Status Process::AwaitFile(const fs::path& file, absl::Duration timeout) {
  std::error_code none;
  const bool known = AwaitCondition(timeout, [&] {
    return (fs::exists(file, none) && fs::file_size(file, none) > 0) ||
           AwaitExit(absl::ZeroDuration());
  });
  if (exit_status_) {
    return absl::AbortedError(absl::StrCat("exited with ", *exit_status_, ": ", Output()));
  }
  if (!known) return absl::DeadlineExceededError(absl::StrCat("no ", file.string()));
  return absl::OkStatus();
}

void Process::Kill() {
  if (!exit_status_) ::kill(pid_, SIGKILL);
  while (!AwaitExit(absl::Seconds(1))) {
  }
}

void Process::Signal(int number) {
  if (AwaitExit(absl::ZeroDuration())) return;
  ::kill(pid_, number);
  if (number != SIGSTOP) return;
  siginfo_t stopped;
  ::waitid(P_PID, static_cast<id_t>(pid_), &stopped, WSTOPPED | WEXITED | WNOWAIT);
}

std::string Process::Output() const { return ReadFile(log_file_).value_or(""); }

namespace {

// Below the range of ports that outgoing connections get, and above those that
// scripts/network.sh gives to networks.
constexpr int kFirstPort = 28'800;
constexpr int kPorts = 3'900;

bool Bind(int socket, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  address.sin_port = ::htons(static_cast<uint16_t>(port));
  return ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

bool PortIsFree(int port) {
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return Bind(listener.get(), port);
}

}  // namespace

int FreePort() {
  static absl::Mutex mutex;
  static std::minstd_rand random(std::random_device{}());
  // Datagram sockets of the same numbers, which nobody else uses, keep other test
  // programs from the ports for as long as this one runs.
  static std::vector<FileDescriptor> claims;
  absl::MutexLock lock(&mutex);
  for (int tries = 0; tries < kPorts; ++tries) {
    const int port = kFirstPort + static_cast<int>(random() % kPorts);
    FileDescriptor claim(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!Bind(claim.get(), port) || !PortIsFree(port)) continue;
    claims.push_back(std::move(claim));
    return port;
  }
  return 0;
}

}  // namespace suyuan
