// What an operator does with a running network: the tool `suyuan`, health, hashes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/test_network.h"

namespace suyuan {

// `network` outlives it. Not thread-safe.
class Operator {
 public:
  using Words = std::vector<std::string>;

  explicit Operator(const TestNetwork& network) : network_(network) {}

  std::filesystem::path dir() const { return network_.dir(); }
  // A file in the network's folder.
  std::string Path(const std::string& name) const { return (dir() / name).string(); }
  std::filesystem::path DataDir(const std::string& node) const {
    return dir() / "nodes" / node / "data";
  }

  // Runs `suyuan WORDS`.
  ToolResult Tool(const Words& words) const { return RunTool("suyuan", words, dir()); }
  // The same, followed by --peer or --orderer and the rest for `node`
  // ("peer0.producer", "orderer0"), as its organisation's admin, or USER.
  ToolResult ToolAt(const std::string& node, Words words, const std::string& user = "admin") const;
  Words NodeWords(const std::string& node, const std::string& user = "admin") const;

  // Of GET /healthz.
  struct Health {
    int code = 0;
    std::string body;
  };
  Health HealthOf(const std::string& node) const;
  std::string Metrics(const std::string& node) const;
  // What `ledger hash` prints for the running node; empty when it fails.
  std::string Hashes(const std::string& node, const std::string& channel) const;
  // False when they are not equal in time.
  bool AwaitEqualHashes(const std::string& a, const std::string& b, const std::string& channel,
                        absl::Duration timeout = absl::Seconds(30)) const;
  // What the node has written to its log since it was made.
  std::string LogOf(const std::string& node) const;

 private:
  // Its entry in connection.json, with the organisation's name in "org".
  nlohmann::json Find(const std::string& node) const;
  std::string Get(const std::string& node, const std::string& path) const;

  const TestNetwork& network_;
};

}  // namespace suyuan
