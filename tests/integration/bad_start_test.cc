// Each program, started with something broken: it says what and why, and exits.
#include <catch2/catch.hpp>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/process.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

// A node's config.yaml, by its top-level keys.
class NodeConfig {
 public:
  explicit NodeConfig(const std::string& text)
      : lines_(absl::StrSplit(text, '\n', absl::SkipEmpty())) {}
  NodeConfig& Set(const std::string& key, const std::string& value) {
    Remove(key);
    lines_.push_back(absl::StrCat(key, ": ", value));
    return *this;
  }
  NodeConfig& Remove(const std::string& key) {
    std::erase_if(lines_,
                  [&](const std::string& line) { return absl::StartsWith(line, key + ":"); });
    return *this;
  }
  std::string text() const { return absl::StrJoin(lines_, "\n") + "\n"; }

 private:
  std::vector<std::string> lines_;
};

struct Node {
  std::string name, program, keys;  // keys: the folder of its PEM files
};

struct Fault {
  std::string name;
  std::function<void(NodeConfig&)> make;
  std::vector<std::string> said;  // all of it is on stderr
};

std::vector<Fault> Faults(const TestNetwork& network, const Node& node, const NodeConfig& intact) {
  const std::string dir = network.dir().string();
  const std::string other = dir + "/organizations/regulator/users/user1/key.pem";
  const auto pair = [&](const std::string& cert, const std::string& key) {
    return absl::StrCat("{cert: ", cert, ", key: ", key, "}");
  };
  const std::string cert = node.keys + "/cert.pem", tls = node.keys + "/tls.pem";
  const std::string gateway = network.connection().at("gateway").at("endpoint");
  std::vector<Fault> faults = {
      {"several mistakes",
       [](NodeConfig& c) { c.Remove("mspId").Set("listen", "nowhere").Set("tlls", "{}"); },
       {"mspId", "listen", "tlls"}},
      {"another's key", [=](NodeConfig& c) { c.Set("identity", pair(cert, other)); }, {other}},
      {"another's TLS key", [=](NodeConfig& c) { c.Set("tls", pair(tls, other)); }, {other}},
      {"a folder for a key", [=](NodeConfig& c) { c.Set("identity", pair(cert, dir)); }, {dir}},
      {"no such key",
       [=](NodeConfig& c) { c.Set("identity", pair(cert, "gone.pem")); },
       {"gone.pem"}},
      {"garbage for a key",
       [=](NodeConfig& c) { c.Set("identity", pair(cert, dir + "/garbage")); },
       {dir + "/garbage"}},
      {"a port in use", [=](NodeConfig& c) { c.Set("listen", gateway); }, {gateway}},
      {"an operations port in use",
       [=](NodeConfig& c) { c.Set("operations", absl::StrCat("{listen: \"", gateway, "\"}")); },
       {gateway}}};
  if (node.name == "gateway") return faults;
  const std::string held = absl::StrCat(dir, "/nodes/", node.name, "/data");
  faults.push_back({"garbage for a genesis block",
                    [=](NodeConfig& c) { c.Set("channels", "[" + dir + "/garbage]"); },
                    {dir + "/garbage"}});
  faults.push_back({"a held data folder", [=](NodeConfig& c) { c.Set("dataDir", held); }, {held}});
  return faults;
}

ToolResult StartBroken(const Node& node, const fs::path& config) {
  const fs::path log = config.string() + ".log";
  auto process = Process::Start({(BuildDir() / "bin" / node.program).string(), "--config", config,
                                 "--ready-file", config.string() + ".ready"},
                                log);
  REQUIRE(process.ok());
  const auto status = (*process)->AwaitExit(absl::Seconds(60));
  return {status.value_or(-1), (*process)->Output()};
}

TEST_CASE("A broken start says what is wrong and exits", "[integration][bad_start]") {
  const auto up = UpOrFail("badStart", {"--no-chaincode"});
  const TestNetwork& network = *up;
  const std::string orgs = (network.dir() / "organizations").string();
  REQUIRE(WriteFileAtomically(network.dir() / "garbage", "\x7fthis is nothing").ok());
  const std::vector<Node> nodes = {
      {"orderer0", "suyuan-orderer", orgs + "/supervisor/nodes/orderer0"},
      {"peer0.producer", "suyuan-peer", orgs + "/producer/nodes/peer0"},
      {"gateway", "suyuan-gateway", orgs + "/producer/nodes/gateway0"}};
  for (const Node& node : nodes) {
    const fs::path work = network.dir() / "broken" / node.name;
    fs::create_directories(work);
    const ToolResult absent = StartBroken(node, work / "absent.yaml");
    CAPTURE(node.name, absent.output);
    CHECK(absent.exit_status == 1);
    CHECK(absl::StrContains(absent.output, "absent.yaml"));

    NodeConfig intact(Contents(network.dir() / "nodes" / node.name / "config.yaml"));
    intact.Set("listen", "127.0.0.1:0").Set("operations", "{listen: \"127.0.0.1:0\"}");
    int number = 0;
    for (const Fault& fault : Faults(network, node, intact)) {
      NodeConfig config = intact;
      if (node.name != "gateway") config.Set("dataDir", absl::StrCat("data", number));
      fault.make(config);
      const fs::path file = work / absl::StrCat(number++, ".yaml");
      REQUIRE(WriteFileAtomically(file, config.text()).ok());
      const ToolResult result = StartBroken(node, file);
      CAPTURE(fault.name, result.output);
      CHECK(result.exit_status == 1);
      for (const std::string& words : fault.said) {
        CAPTURE(words);
        CHECK(absl::StrContains(result.output, words));
      }
    }
  }
}

}  // namespace
}  // namespace suyuan
