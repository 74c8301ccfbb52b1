#include "tests/support/test_network.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace fs = std::filesystem;

fs::path BuildDir() {
  const char* dir = std::getenv("SUYUAN_BUILD_DIR");
  return dir != nullptr ? fs::path(dir) : fs::current_path() / "build" / "release";
}

fs::path ScriptsDir() { return BuildDir().parent_path().parent_path() / "scripts"; }

absl::StatusOr<CommandResult> RunCommand(const std::vector<std::string>& words) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe", words[0]);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return ErrnoStatus(errno, "fork", words[0]);
  if (pid == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  FileDescriptor reader(ends[0]);
  CommandResult result;
  char buffer[4096];
  ssize_t n;
  while ((n = ::read(reader.get(), buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR)) {
    if (n > 0) result.output.append(buffer, static_cast<size_t>(n));
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

absl::Status TestNetwork::Run(const std::vector<std::string>& words) const {
  std::vector<std::string> all = {(ScriptsDir() / "network.sh").string()};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"--dir", dir_.string()});
  ::setenv("SUYUAN_BIN", (BuildDir() / "bin").c_str(), 1);
  SUYUAN_ASSIGN_OR_RETURN(CommandResult result, RunCommand(all));
  if (result.exit_status == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(absl::StrJoin(all, " "), " exited with ", result.exit_status));
}

absl::StatusOr<std::unique_ptr<TestNetwork>> TestNetwork::Up(
    const fs::path& dir, const std::vector<std::string>& options) {
  auto network = std::unique_ptr<TestNetwork>(new TestNetwork(fs::absolute(dir), true));
  if (fs::exists(network->dir_ / "nodes")) SUYUAN_RETURN_IF_ERROR(network->Run({"down"}));
  std::vector<std::string> words = {"up"};
  words.insert(words.end(), options.begin(), options.end());
  SUYUAN_RETURN_IF_ERROR(network->Run(words));
  SUYUAN_RETURN_IF_ERROR(network->LoadConnection());
  return network;
}

absl::StatusOr<std::unique_ptr<TestNetwork>> TestNetwork::Attach(const fs::path& dir) {
  auto network = std::unique_ptr<TestNetwork>(new TestNetwork(fs::absolute(dir), false));
  SUYUAN_RETURN_IF_ERROR(network->LoadConnection());
  return network;
}

TestNetwork::~TestNetwork() {
  if (owned_ && std::getenv("SUYUAN_KEEP_NETWORK") == nullptr) Run({"down"}).IgnoreError();
}

absl::Status TestNetwork::LoadConnection() {
  SUYUAN_ASSIGN_OR_RETURN(std::string text, ReadFile(dir_ / "connection.json"));
  connection_ = nlohmann::json::parse(text, nullptr, false);
  if (connection_.is_discarded()) return absl::DataLossError("connection.json is not JSON");
  return absl::OkStatus();
}

const nlohmann::json& TestNetwork::Organization(const std::string& org) const {
  static const nlohmann::json none;
  for (const auto& candidate : connection_.at("organizations")) {
    if (candidate.at("name") == org) return candidate;
  }
  return none;
}

std::vector<std::string> TestNetwork::Organizations() const {
  std::vector<std::string> names;
  for (const auto& org : connection_.at("organizations")) names.push_back(org.at("name"));
  return names;
}

std::vector<std::string> TestNetwork::Peers() const {
  std::vector<std::string> names;
  for (const auto& org : connection_.at("organizations")) {
    for (const auto& peer : org.at("peers")) names.push_back(peer.at("name"));
  }
  return names;
}

fs::path TestNetwork::LedgerDir(const std::string& peer) const {
  return dir_ / "nodes" / peer / "data" / "channels" / channel() / "ledger";
}

absl::StatusOr<std::unique_ptr<sdk::Gateway>> TestNetwork::Connect(const std::string& org,
                                                                   const std::string& user) const {
  const nlohmann::json& gateway = connection_.at("gateway");
  const nlohmann::json& organization = Organization(org);
  const nlohmann::json& keys = organization.at("users").at(user);

  sdk::ConnectionOptions connection;
  connection.endpoint = gateway.at("endpoint");
  connection.server_name = gateway.at("serverName");
  SUYUAN_ASSIGN_OR_RETURN(connection.tls_ca_pem,
                          ReadFile(gateway.at("tlsCaCert").get<std::string>()));
  SUYUAN_ASSIGN_OR_RETURN(auto transport, sdk::NewConnection(connection));

  sdk::GatewayOptions options;
  options.identity.msp_id = organization.at("mspId");
  SUYUAN_ASSIGN_OR_RETURN(options.identity.certificate_pem,
                          ReadFile(keys.at("cert").get<std::string>()));
  SUYUAN_ASSIGN_OR_RETURN(std::string key, ReadFile(keys.at("key").get<std::string>()));
  SUYUAN_ASSIGN_OR_RETURN(options.signer, sdk::NewPrivateKeySigner(key));
  return sdk::Gateway::Connect(std::move(transport), std::move(options));
}

}  // namespace suyuan
