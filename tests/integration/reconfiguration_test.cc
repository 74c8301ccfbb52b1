// A running channel takes in a fourth organisation, and refuses what too few have signed.
#include <catch2/catch.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/common/file_util.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"
#include "tests/support/start_peer.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// A network whose channel is about to take in a fourth organisation.
class Alliance {
 public:
  explicit Alliance(const std::string& name) : network_(UpOrFail(name)) {
    REQUIRE(WriteFileAtomically(dir() / "retailer.yaml",
                                "organizations:\n"
                                "  - {name: retailer, mspId: RetailerMSP, users: [admin, user1],\n"
                                "     nodes: [{name: peer0, role: peer}]}\n")
                .ok());
    Tool({"crypto", "generate", "--config", Path("retailer.yaml"), "--out", Path("organizations")});
  }

  const TestNetwork& network() const { return *network_; }
  const Administration& admins() const { return admins_; }
  fs::path dir() const { return network_->dir(); }
  std::string Path(const std::string& name) const { return admins_.Path(name); }

  std::string Tool(const Words& words) const {
    const auto output = admins_.Run(words);
    INFO(output.status());
    REQUIRE(output.ok());
    return *output;
  }

  // The configuration in force, as JSON, from the orderer or a peer.
  std::string Config(const Words& node, const std::string& file) const {
    const absl::Status fetched = admins_.FetchConfig(node, file);
    INFO(fetched);
    REQUIRE(fetched.ok());
    auto shown = json::parse(Tool({"channel", "show", Path(file)}), nullptr, false);
    REQUIRE_FALSE(shown.is_discarded());
    return shown.dump();
  }
  // As every node of the first three organisations sees it.
  std::vector<std::string> ConfigsEverywhere() const {
    std::vector<std::string> configs = {Config(admins_.Orderer(), "config-orderer.block")};
    for (const std::string& org : network_->Organizations()) {
      configs.push_back(Config(admins_.Peer(org), "config-" + org + ".block"));
    }
    return configs;
  }

  // Submits an update that takes in the retailer's organisation, signed by `orgs`.
  ToolResult TakeIn(int peer_port, const std::vector<std::string>& orgs) const {
    Config(admins_.Orderer(), "current.block");
    Tool({"channel", "update-org", "--block", Path("current.block"), "--org", "retailer",
          "--org-msp-id", "RetailerMSP", "--msp", admins_.KeyPath("retailer", "msp.pb"),
          "--address", absl::StrCat("127.0.0.1:", peer_port), "--out", Path("update.pb")});
    return admins_.SignAndSubmit(Path("update.pb"), orgs);
  }

 private:
  const std::unique_ptr<TestNetwork> network_;
  const Administration admins_{*network_};
};

// The retailer's peer, started without any channel.
StartedPeer StartRetailer(const Alliance& alliance, const std::string& endpoint) {
  PeerOptions options{.org = "retailer", .node = "peer0", .listen = endpoint};
  options.settings = absl::StrCat("modulesDir: ", (BuildDir() / "lib").string(), "\n");
  auto peer = StartPeer(alliance.admins(), options);
  INFO(peer.status());
  REQUIRE(peer.ok());
  return *std::move(peer);
}

// The network as its members know it once the retailer has joined.
std::unique_ptr<TestNetwork> WithRetailer(const Alliance& alliance, const std::string& endpoint) {
  json connection = json::parse(Contents(alliance.dir() / "connection.json"));
  json org = {{"name", "retailer"},
              {"mspId", "RetailerMSP"},
              {"peers", {{{"name", "peer0.retailer"}, {"endpoint", endpoint}}}}};
  for (const std::string user : {"admin", "user1"}) {
    org["users"][user] = {
        {"cert", alliance.admins().KeyPath("retailer", "users/" + user + "/cert.pem")},
        {"key", alliance.admins().KeyPath("retailer", "users/" + user + "/key.pem")}};
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
  const ToolResult refused = alliance.TakeIn(FreePort(), {"regulator"});
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
    const auto gateway = ConnectOrFail(alliance.network(), "producer");
    auto contract = gateway->GetNetwork(alliance.network().channel()).GetContract("asset");
    REQUIRE(contract.Submit("CreateAsset", {"early", "red", "1", "x", "1"}).ok());
  }
  const ToolResult submitted = alliance.TakeIn(port, {"producer", "distributor"});
  INFO(submitted.output);
  REQUIRE(submitted.exit_status == 0);
  const auto configs = alliance.ConfigsEverywhere();
  for (const std::string& config : configs) CHECK(config == configs[0]);
  CHECK(absl::StrContains(configs[0], "RetailerMSP"));
  // The same update again is out of date.
  const ToolResult again = alliance.admins().SignAndSubmit(alliance.Path("update.pb"), {});
  INFO(again.output);
  CHECK(again.exit_status == 1);

  const auto peer = StartRetailer(alliance, endpoint);
  const Words retailer =
      Join({{"--peer", endpoint, "--tls-ca", alliance.admins().KeyPath("retailer", "tlsca.pem")},
            alliance.admins().Admin("retailer")});
  const std::string channel = alliance.network().channel();
  alliance.Tool(Join({{"peer", "join", alliance.Path(channel + ".block")}, retailer}));
  // Its own administrator may read once it has the block that took the organisation in.
  const Words fetch =
      Join({{"channel", "fetch", "--channel", channel, "--out", alliance.Path("retailer.block")},
            retailer});
  REQUIRE(AwaitCondition(absl::Seconds(60),
                         [&] { return alliance.admins().Try(fetch).exit_status == 0; }));
  const absl::Status approved = alliance.admins().InstallAndApprove(
      alliance.Path("packages/asset_1.0.tgz"), FirstDefinition(channel, "asset"), retailer);
  INFO(approved);
  REQUIRE(approved.ok());

  const auto network = WithRetailer(alliance, endpoint);
  const auto gateway = ConnectOrFail(*network, "retailer");
  auto contract = gateway->GetNetwork(network->channel()).GetContract("asset");
  sdk::ProposalOptions read;
  read.arguments = {"early"};
  read.endorsing_organizations = {"RetailerMSP"};
  // The gateway asks a peer again after a while when it did not serve the channel before.
  absl::StatusOr<std::string> early;
  AwaitCondition(absl::Seconds(60), [&] {
    early = contract.Evaluate("ReadAsset", read);
    return early.ok();
  });
  INFO(early.status());
  REQUIRE(early.ok());
  CHECK(absl::StrContains(*early, "\"early\""));
  sdk::ProposalOptions proposal;
  proposal.arguments = {"late", "blue", "2", "y", "2"};
  proposal.endorsing_organizations = {"RetailerMSP", "ProducerMSP", "DistributorMSP"};
  // It may have been asked before the gateway follows the peer again.
  absl::Status created;
  AwaitCondition(absl::Seconds(60), [&] {
    created = contract.Submit("CreateAsset", proposal).status();
    return created.ok();
  });
  INFO(created);
  REQUIRE(created.ok());
  // Without naming anybody: the gateway knows by itself whom to ask.
  const auto transferred = contract.Submit("TransferAsset", {"late", "z"});
  INFO(transferred.status());
  CHECK(transferred.ok());
}

}  // namespace
}  // namespace suyuan
