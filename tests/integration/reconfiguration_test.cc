// A running channel takes in a fourth organisation, and refuses what too few have signed.
#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "tests/support/process.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

using Words = std::vector<std::string>;
using nlohmann::json;
namespace fs = std::filesystem;

void Append(Words& to, const Words& more) { to.insert(to.end(), more.begin(), more.end()); }

// A network whose channel is about to change; runs the tool as its administrators do.
class Alliance {
 public:
  explicit Alliance(const std::string& name) {
    auto up = TestNetwork::Up(BuildDir() / "networks" / name);
    INFO(up.status());
    REQUIRE(up.ok());
    network_ = *std::move(up);
    REQUIRE(WriteFileAtomically(dir() / "retailer.yaml",
                                "organizations:\n"
                                "  - {name: retailer, mspId: RetailerMSP, users: [admin, user1],\n"
                                "     nodes: [{name: peer0, role: peer}]}\n")
                .ok());
    Tool({"crypto", "generate", "--config", Path("retailer.yaml"), "--out", Path("organizations")});
  }

  TestNetwork& network() { return *network_; }
  fs::path dir() const { return network_->dir(); }
  std::string Path(const std::string& name) const { return (dir() / name).string(); }
  std::string KeyPath(const std::string& org, const std::string& rest) const {
    return Path(absl::StrCat("organizations/", org, "/", rest));
  }

  ToolResult TryTool(const Words& words) const { return RunTool("suyuan", words, dir()); }
  std::string Tool(const Words& words) const {
    const ToolResult result = TryTool(words);
    INFO(words[0] << " " << words[1] << ": " << result.output);
    REQUIRE(result.exit_status == 0);
    return result.output;
  }

  Words Admin(const std::string& org, const std::string& msp_id) const {
    return {"--cert",   KeyPath(org, "users/admin/cert.pem"),
            "--key",    KeyPath(org, "users/admin/key.pem"),
            "--msp-id", msp_id};
  }
  Words Orderer() const {
    const json& orderer = network_->connection().at("orderers").at(0);
    return {"--orderer", orderer.at("endpoint"), "--tls-ca", orderer.at("tlsCaCert")};
  }

  // The block with the configuration in force, from the orderer or a peer.
  std::string FetchConfig(const Words& node, const std::string& name) const {
    Words words = {"channel", "fetch", "--channel", network_->channel(), "--out", Path(name)};
    Append(words, node);
    Append(words, Admin("producer", "ProducerMSP"));
    Tool(words);
    auto shown = json::parse(Tool({"channel", "show", Path(name)}), nullptr, false);
    REQUIRE_FALSE(shown.is_discarded());
    return shown.dump();
  }
  Words PeerWords(const std::string& org, const std::string& endpoint) const {
    return {"--peer", endpoint, "--tls-ca", KeyPath(org, "tlsca.pem")};
  }
  // As every node of the first three organisations sees it.
  std::vector<std::string> ConfigsEverywhere() const {
    std::vector<std::string> configs = {FetchConfig(Orderer(), "config-orderer.block")};
    for (const std::string& org : network_->Organizations()) {
      const json& peer = network_->Organization(org).at("peers").at(0);
      configs.push_back(
          FetchConfig(PeerWords(org, peer.at("endpoint")), "config-" + org + ".block"));
    }
    return configs;
  }

  // An envelope that takes in the retailer's organisation, signed by `orgs`.
  void MakeEnvelope(int peer_port, const Words& orgs) const {
    FetchConfig(Orderer(), "current.block");
    Tool({"channel", "update-org", "--block", Path("current.block"), "--org", "retailer",
          "--org-msp-id", "RetailerMSP", "--msp", KeyPath("retailer", "msp.pb"), "--address",
          absl::StrCat("127.0.0.1:", peer_port), "--out", Path("update.pb")});
    for (const std::string& org : orgs) {
      Words sign = {"channel", "sign", Path("update.pb")};
      Append(sign, Admin(org, network_->Organization(org).at("mspId")));
      Tool(sign);
    }
    Words envelope = {"channel", "envelope", Path("update.pb"), "--out", Path("update.env")};
    Append(envelope, Admin("producer", "ProducerMSP"));
    Tool(envelope);
  }
  ToolResult Submit() const {
    Words words = {"channel", "submit", Path("update.env"), "--timeout", "20"};
    Append(words, Orderer());
    for (const std::string& org : network_->Organizations()) {
      Append(words, {"--peer", network_->Organization(org).at("peers").at(0).at("endpoint"),
                     "--peer-tls-ca", KeyPath(org, "tlsca.pem")});
    }
    Append(words, Admin("producer", "ProducerMSP"));
    return TryTool(words);
  }

 private:
  std::unique_ptr<TestNetwork> network_;
};

// The retailer's peer, started without any channel.
std::unique_ptr<Process> StartRetailer(const Alliance& alliance, int port) {
  const fs::path home = alliance.dir() / "retailer-peer";
  fs::create_directories(home);
  const auto key = [&](const std::string& name) {
    return alliance.KeyPath("retailer", "nodes/peer0/" + name);
  };
  REQUIRE(WriteFileAtomically(
              home / "config.yaml",
              absl::StrCat("name: peer0.retailer\nmspId: RetailerMSP\nlisten: 127.0.0.1:", port,
                           "\nidentity: {cert: ", key("cert.pem"), ", key: ", key("key.pem"),
                           "}\ntls: {cert: ", key("tls.pem"), ", key: ", key("tls.key"),
                           "}\noperations: {listen: \"127.0.0.1:0\"}\nmsp: ",
                           alliance.KeyPath("retailer", "msp.pb"),
                           "\ndataDir: data\nmodulesDir: ", (BuildDir() / "lib").string(), "\n"))
              .ok());
  auto peer = Process::Start({(BuildDir() / "bin" / "suyuan-peer").string(), "--config",
                              home / "config.yaml", "--ready-file", home / "ready.json"},
                             home / "log");
  INFO(peer.status());
  REQUIRE(peer.ok());
  const absl::Status ready = (*peer)->AwaitFile(home / "ready.json", absl::Seconds(10));
  INFO(ready);
  REQUIRE(ready.ok());
  return *std::move(peer);
}

// The network as its members know it once the retailer has joined.
std::unique_ptr<TestNetwork> WithRetailer(const Alliance& alliance, const std::string& endpoint) {
  auto text = ReadFile(alliance.dir() / "connection.json");
  REQUIRE(text.ok());
  json connection = json::parse(*text);
  json org = {{"name", "retailer"},
              {"mspId", "RetailerMSP"},
              {"peers", {{{"name", "peer0.retailer"}, {"endpoint", endpoint}}}}};
  for (const std::string user : {"admin", "user1"}) {
    org["users"][user] = {{"cert", alliance.KeyPath("retailer", "users/" + user + "/cert.pem")},
                          {"key", alliance.KeyPath("retailer", "users/" + user + "/key.pem")}};
  }
  connection["organizations"].push_back(org);
  REQUIRE(WriteFileAtomically(alliance.dir() / "connection.json", connection.dump()).ok());
  auto network = TestNetwork::Attach(alliance.dir());
  REQUIRE(network.ok());
  return *std::move(network);
}

TEST_CASE("An update that too few have signed changes nothing", "[integration][reconfiguration]") {
  Alliance alliance("underSigned");
  const auto before = alliance.ConfigsEverywhere();
  alliance.MakeEnvelope(FreePort(), {"regulator"});
  const ToolResult refused = alliance.Submit();
  INFO(refused.output);
  CHECK(refused.exit_status == 1);
  CHECK(absl::StrContains(refused.output, "/Channel/Application"));
  CHECK(alliance.ConfigsEverywhere() == before);
}

TEST_CASE("A fourth organisation joins a running channel", "[integration][reconfiguration]") {
  Alliance alliance("fourthOrg");
  const int port = FreePort();
  const std::string endpoint = absl::StrCat("127.0.0.1:", port);
  {
    auto gateway = alliance.network().Connect("producer");
    REQUIRE(gateway.ok());
    auto contract = (*gateway)->GetNetwork(alliance.network().channel()).GetContract("asset");
    REQUIRE(contract.Submit("CreateAsset", {"early", "red", "1", "x", "1"}).ok());
  }
  alliance.MakeEnvelope(port, {"producer", "distributor"});
  const ToolResult submitted = alliance.Submit();
  INFO(submitted.output);
  REQUIRE(submitted.exit_status == 0);
  const auto configs = alliance.ConfigsEverywhere();
  for (const std::string& config : configs) CHECK(config == configs[0]);
  CHECK(absl::StrContains(configs[0], "RetailerMSP"));
  // The same update again is out of date.
  const ToolResult again = alliance.Submit();
  INFO(again.output);
  CHECK(again.exit_status == 1);

  const auto peer = StartRetailer(alliance, port);
  const Words retailer = alliance.PeerWords("retailer", endpoint);
  Words join = {"peer", "join", alliance.Path(alliance.network().channel() + ".block")};
  Append(join, retailer);
  Append(join, alliance.Admin("retailer", "RetailerMSP"));
  alliance.Tool(join);
  // Its own administrator may read once it has the block that took the organisation in.
  Words fetch = {"channel",   "fetch",
                 "--channel", alliance.network().channel(),
                 "--out",     alliance.Path("retailer.block")};
  Append(fetch, retailer);
  Append(fetch, alliance.Admin("retailer", "RetailerMSP"));
  REQUIRE(
      AwaitCondition(absl::Seconds(10), [&] { return alliance.TryTool(fetch).exit_status == 0; }));
  Words install = {"chaincode", "install", "--package", alliance.Path("packages/asset_1.0.tgz")};
  Append(install, retailer);
  Append(install, alliance.Admin("retailer", "RetailerMSP"));
  std::string package_id = alliance.Tool(install);
  package_id.erase(package_id.find_last_not_of('\n') + 1);
  Words approve = {"chaincode",  "approve", "--channel",    alliance.network().channel(),
                   "--name",     "asset",   "--version",    "1.0",
                   "--sequence", "1",       "--package-id", package_id};
  Append(approve, retailer);
  Append(approve, alliance.Admin("retailer", "RetailerMSP"));
  const json& orderer = alliance.network().connection().at("orderers").at(0);
  Append(approve,
         {"--orderer", orderer.at("endpoint"), "--orderer-tls-ca", orderer.at("tlsCaCert")});
  alliance.Tool(approve);

  const auto network = WithRetailer(alliance, endpoint);
  auto gateway = network->Connect("retailer");
  INFO(gateway.status());
  REQUIRE(gateway.ok());
  auto contract = (*gateway)->GetNetwork(network->channel()).GetContract("asset");
  sdk::ProposalOptions read;
  read.arguments = {"early"};
  read.endorsing_organizations = {"RetailerMSP"};
  // The gateway asks a peer again after a while when it did not serve the channel before.
  absl::StatusOr<std::string> early;
  AwaitCondition(absl::Seconds(20), [&] {
    early = contract.Evaluate("ReadAsset", read);
    return early.ok();
  });
  INFO(early.status());
  REQUIRE(early.ok());
  CHECK(absl::StrContains(*early, "\"early\""));
  sdk::ProposalOptions proposal;
  proposal.arguments = {"late", "blue", "2", "y", "2"};
  proposal.endorsing_organizations = {"RetailerMSP", "ProducerMSP", "DistributorMSP"};
  const auto created = contract.Submit("CreateAsset", proposal);
  INFO(created.status());
  REQUIRE(created.ok());
  // Without naming anybody: the gateway knows by itself whom to ask.
  const auto transferred = contract.Submit("TransferAsset", {"late", "z"});
  INFO(transferred.status());
  CHECK(transferred.ok());
}

}  // namespace
}  // namespace suyuan
