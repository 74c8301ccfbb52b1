#include "tests/support/operator.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"

namespace suyuan {

nlohmann::json Operator::Find(const std::string& node) const {
  const nlohmann::json& connection = network_.connection();
  for (const auto& org : connection.at("organizations")) {
    for (nlohmann::json peer : org.at("peers")) {
      if (peer.at("name") != node) continue;
      peer["org"] = org.at("name");
      peer["mspId"] = org.at("mspId");
      return peer;
    }
  }
  for (nlohmann::json orderer : connection.at("orderers")) {
    if (orderer.at("name") != node) continue;
    const auto& org = connection.at("ordererOrganizations").at(0);
    orderer["org"] = org.at("name");
    orderer["mspId"] = org.at("mspId");
    return orderer;
  }
  return {};
}

Operator::Words Operator::NodeWords(const std::string& node, const std::string& user) const {
  const nlohmann::json at = Find(node);
  const std::string org = at.at("org");
  const std::string keys = Path(absl::StrCat("organizations/", org, "/users/", user));
  return {node.rfind("orderer", 0) == 0 ? "--orderer" : "--peer",
          at.at("endpoint"),
          "--tls-ca",
          at.at("tlsCaCert"),
          "--cert",
          keys + "/cert.pem",
          "--key",
          keys + "/key.pem",
          "--msp-id",
          at.at("mspId")};
}

ToolResult Operator::ToolAt(const std::string& node, Words words, const std::string& user) const {
  const Words rest = NodeWords(node, user);
  words.insert(words.end(), rest.begin(), rest.end());
  return Tool(words);
}

std::string Operator::Get(const std::string& node, const std::string& path) const {
  const std::string address = Find(node).at("operations");
  auto result = RunCommand({"curl", "-s", "--max-time", "5", "-w", "\n%{http_code}",
                            absl::StrCat("http://", address, path)});
  return result.ok() ? result->output : "";
}

Operator::Health Operator::HealthOf(const std::string& node) const {
  const std::string text = Get(node, "/healthz");
  Health health;
  const size_t end = text.rfind('\n');
  if (end == std::string::npos || !absl::SimpleAtoi(text.substr(end + 1), &health.code)) return {};
  health.body = text.substr(0, end);
  return health;
}

std::string Operator::Metrics(const std::string& node) const { return Get(node, "/metrics"); }

std::string Operator::Hashes(const std::string& node, const std::string& channel) const {
  const ToolResult result = ToolAt(node, {"ledger", "hash", "--channel", channel});
  return result.exit_status == 0 ? result.output : "";
}

bool Operator::AwaitEqualHashes(const std::string& a, const std::string& b,
                                const std::string& channel, absl::Duration timeout) const {
  return AwaitCondition(timeout, [&] {
    const std::string hashes = Hashes(a, channel);
    return !hashes.empty() && hashes == Hashes(b, channel);
  });
}

std::string Operator::LogOf(const std::string& node) const {
  return ReadFile(dir() / "nodes" / node / "log").value_or("");
}

}  // namespace suyuan
