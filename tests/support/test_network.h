// A real network of processes for tests, benchmarks and the demo: scripts/network.sh
// behind a handle.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sdk/gateway.h"

namespace suyuan {

// Thread-safe, but for commands on one node at a time.
class TestNetwork {
 public:
  // Starts a network in `dir` (removed first when a network is there); removes it
  // with the object.
  static absl::StatusOr<std::unique_ptr<TestNetwork>> Up(
      const std::filesystem::path& dir, const std::vector<std::string>& options = {});
  // Uses one that runs already, and leaves it alone afterwards.
  static absl::StatusOr<std::unique_ptr<TestNetwork>> Attach(const std::filesystem::path& dir);
  ~TestNetwork();

  const std::filesystem::path& dir() const { return dir_; }
  const nlohmann::json& connection() const { return connection_; }
  std::string channel() const { return connection_.at("channel"); }
  // Names of organisations ("producer") and of nodes ("peer0.producer").
  std::vector<std::string> Organizations() const;
  std::vector<std::string> Peers() const;
  std::filesystem::path LedgerDir(const std::string& peer) const;

  // Runs scripts/network.sh COMMAND ARGUMENTS --dir DIR.
  absl::Status Run(const std::vector<std::string>& words) const;
  absl::Status Stop(const std::string& node) const { return Run({"stop", node}); }
  absl::Status Kill(const std::string& node) const { return Run({"kill", node}); }
  absl::Status Start(const std::string& node) const { return Run({"start", node}); }

  // A client of the network's gateway as USER of ORG ("producer").
  absl::StatusOr<std::unique_ptr<sdk::Gateway>> Connect(const std::string& org,
                                                        const std::string& user = "user1") const;
  // nullptr-safe look-up in connection.json.
  const nlohmann::json& Organization(const std::string& org) const;

 private:
  TestNetwork(std::filesystem::path dir, bool owned) : dir_(std::move(dir)), owned_(owned) {}
  absl::Status LoadConnection();

  const std::filesystem::path dir_;
  const bool owned_;
  nlohmann::json connection_;
};

// Where the programs and scripts are: environment SUYUAN_BUILD_DIR, else
// build/release under the current directory.
std::filesystem::path BuildDir();
std::filesystem::path ScriptsDir();

struct CommandResult {
  int exit_status = -1;
  std::string output;  // stdout; stderr goes where ours goes
};
// Runs a program to its end, without a shell.
absl::StatusOr<CommandResult> RunCommand(const std::vector<std::string>& words);

}  // namespace suyuan
