// The members change a running channel with the commands of the tool: the batch, who is a
// member, a policy, an organisation's authority.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "network/common/file_util.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"
#include "tests/support/process.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

using nlohmann::json;

// A running network and what its administrators type.
class Members {
 public:
  explicit Members(const std::string& name) : network_(UpOrFail(name)) {}

  const TestNetwork& network() const { return *network_; }
  std::string Path(const std::string& name) const { return admins_.Path(name); }
  std::string Tool(const Words& words) const {
    const auto output = admins_.Run(words);
    INFO(output.status());
    REQUIRE(output.ok());
    return *output;
  }
  json Config() const {
    const absl::Status fetched = admins_.FetchConfig(admins_.Orderer(), "config.block");
    INFO(fetched);
    REQUIRE(fetched.ok());
    return json::parse(Tool({"channel", "show", Path("config.block")}), nullptr, false);
  }
  // `update` is a command's name and options; returns what it says the update will do.
  std::string MakeUpdate(const Words& update) const {
    Config();
    return Tool(
        Join({{"channel"}, update, {"--block", Path("config.block"), "--out", Path("update.pb")}}));
  }
  void Sign(const std::vector<Words>& signers) const {
    for (const Words& signer : signers) {
      Tool(Join({{"channel", "sign", Path("update.pb")}, signer}));
    }
  }
  Words Admin(const std::string& org) const { return admins_.Admin(org); }
  // Sends update.pb to the orderer and waits for the peers of `orgs`.
  void Submit(const std::vector<std::string>& orgs) const {
    const ToolResult submitted = admins_.Submit(Path("update.pb"), orgs, absl::Seconds(30));
    INFO(submitted.output);
    REQUIRE(submitted.exit_status == 0);
  }

  // A call of the contract "asset" as a user of `org`.
  absl::Status Create(const std::string& org, const std::string& key,
                      std::vector<std::string> endorsers = {}) const {
    return CreateOn(*network_, org, key, std::move(endorsers));
  }
  static absl::Status CreateOn(const TestNetwork& network, const std::string& org,
                               const std::string& key, std::vector<std::string> endorsers = {}) {
    auto gateway = network.Connect(org);
    if (!gateway.ok()) return gateway.status();
    auto contract = (*gateway)->GetNetwork(network.channel()).GetContract("asset");
    sdk::ProposalOptions proposal;
    proposal.arguments = {key, "red", "1", "x", "1"};
    proposal.endorsing_organizations = std::move(endorsers);
    sdk::CallOptions call;
    call.deadline = absl::Now() + absl::Seconds(20);
    return contract.Submit("CreateAsset", proposal, call).status();
  }
  absl::Status Read(const std::string& org, const std::string& key) const {
    auto gateway = network_->Connect(org);
    if (!gateway.ok()) return gateway.status();
    return (*gateway)
        ->GetNetwork(network_->channel())
        .GetContract("asset")
        .Evaluate("ReadAsset", {key})
        .status();
  }
  // Tries again until it is taken: gateway and peers learn of a change one by one.
  bool AwaitCreate(const std::string& org, std::vector<std::string> endorsers = {}) {
    return AwaitCreateOn(*network_, org, std::move(endorsers));
  }
  bool AwaitCreateOn(const TestNetwork& network, const std::string& org,
                     std::vector<std::string> endorsers = {}) {
    absl::Status last;
    const bool ok = AwaitCondition(absl::Seconds(60), [&] {
      last = CreateOn(network, org, absl::StrCat("asset", ++created_), endorsers);
      return last.ok();
    });
    UNSCOPED_INFO(last);
    return ok;
  }

  // From now on clients of `org` are those whose keys are in `folder`.
  void UseKeys(const std::string& org, const std::string& folder) {
    json connection = network_->connection();
    for (json& organization : connection.at("organizations")) {
      if (organization.at("name") != org) continue;
      for (auto& [user, files] : organization.at("users").items()) {
        files = {{"cert", Path(folder + "/users/" + user + "/cert.pem")},
                 {"key", Path(folder + "/users/" + user + "/key.pem")}};
      }
    }
    REQUIRE(WriteFileAtomically(Path("connection.json"), connection.dump()).ok());
    attached_ = *TestNetwork::Attach(network_->dir());
  }
  const TestNetwork& attached() const { return *attached_; }

 private:
  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<TestNetwork> attached_;
  int created_ = 0;
  const Administration admins_{*network_};
};

// The supervisors change the batch.
void CheckBatch(Members& members) {
  const std::string words =
      members.MakeUpdate({"update-batch", "--max-message-count", "3", "--batch-timeout", "50ms"});
  INFO(words);
  CHECK(absl::StrContains(words, "messages in a block: 500 -> 3"));
  CHECK(absl::StrContains(words, "Not enough yet"));
  members.Sign({members.Admin("supervisor")});
  CHECK(absl::StrContains(members.Tool({"channel", "show-update", members.Path("update.pb"),
                                        "--block", members.Path("config.block")}),
                          "Enough have signed"));
  members.Submit({"producer", "distributor", "regulator"});
  const json orderer = members.Config().at("orderer");
  CHECK(orderer.at("maxMessageCount") == 3);
  CHECK(orderer.at("batchTimeout") == "50ms");
  CHECK(members.AwaitCreate("producer"));
}

// A suspended organisation's clients are refused until it is taken back.
void CheckSuspension(Members& members) {
  REQUIRE(members.Create("regulator", "early").ok());
  CHECK(absl::StrContains(members.MakeUpdate({"remove-org", "--org", "regulator"}),
                          "member organization regulator (RegulatorMSP) leaves"));
  members.Sign({members.Admin("producer"), members.Admin("distributor")});
  members.Submit({"producer", "distributor"});
  CHECK_FALSE(members.Create("regulator", "refused").ok());
  CHECK_FALSE(members.Read("regulator", "early").ok());
  // The others go on, and what it did stays.
  CHECK(members.AwaitCreate("producer"));
  CHECK(members.Read("distributor", "early").ok());

  const std::string peer =
      members.network().Organization("regulator").at("peers").at(0).at("endpoint");
  members.MakeUpdate({"update-org", "--org", "regulator", "--org-msp-id", "RegulatorMSP", "--msp",
                      members.Path("organizations/regulator/msp.pb"), "--address", peer});
  members.Sign({members.Admin("producer"), members.Admin("distributor")});
  members.Submit({"producer", "distributor", "regulator"});
  CHECK(members.AwaitCreate("regulator"));
  CHECK(members.AwaitCreate("producer", {"ProducerMSP", "RegulatorMSP"}));
}

// A policy that the members change decides the next transactions.
void CheckPolicy(Members& members) {
  REQUIRE_FALSE(members.Create("producer", "one", {"ProducerMSP"}).ok());
  CHECK(absl::StrContains(
      members.MakeUpdate({"update-policy", "--path", "/Channel/Application/Endorsement", "--rule",
                          "ANY Endorsement"}),
      "policy /Channel/Application/Endorsement: MAJORITY of Endorsement -> ANY of Endorsement"));
  members.Sign({members.Admin("regulator"), members.Admin("distributor")});
  members.Submit({"producer", "distributor", "regulator"});
  CHECK(members.AwaitCreate("producer", {"ProducerMSP"}));
}

// An organisation moves to a new authority, also for TLS.
void CheckRenewal(Members& members) {
  REQUIRE(members.AwaitCreate("distributor"));
  REQUIRE(
      WriteFileAtomically(members.Path("renewed.yaml"),
                          "organizations:\n"
                          "  - {name: distributor, mspId: DistributorMSP, users: [admin, user1],"
                          " nodes: [{name: peer0, role: peer}]}\n")
          .ok());
  members.Tool({"crypto", "generate", "--config", members.Path("renewed.yaml"), "--out",
                members.Path("renewed")});
  members.Tool({"crypto", "merge-msp", members.Path("organizations/distributor/msp.pb"),
                members.Path("renewed/distributor/msp.pb"), "--out", members.Path("both.pb")});
  const auto renew = [&](const std::string& msp) {
    return members.MakeUpdate({"update-org", "--kind", "msp", "--org", "distributor",
                               "--org-msp-id", "DistributorMSP", "--msp", members.Path(msp)});
  };
  CHECK(absl::StrContains(renew("both.pb"), "TLS root added"));
  members.Sign({members.Admin("distributor")});
  members.Submit({"producer", "distributor", "regulator"});

  // The peer comes back with certificates of the new authority.
  const std::string file = members.Path("nodes/peer0.distributor/config.yaml");
  const std::string config = Contents(file);
  const std::string old_msp = members.Path("organizations/distributor/msp.pb");
  REQUIRE(WriteFileAtomically(
              file, absl::StrReplaceAll(config, {{old_msp, members.Path("both.pb")},
                                                 {members.Path("organizations/distributor/"),
                                                  members.Path("renewed/distributor/")}}))
              .ok());
  REQUIRE(members.network().Stop("peer0.distributor").ok());
  REQUIRE(members.network().Start("peer0.distributor").ok());
  CHECK(members.AwaitCreate("distributor", {"ProducerMSP", "DistributorMSP"}));

  // Its clients follow; then the old authority goes.
  members.UseKeys("distributor", "renewed/distributor");
  CHECK(members.AwaitCreateOn(members.attached(), "distributor"));
  CHECK(absl::StrContains(renew("renewed/distributor/msp.pb"), "TLS root dropped"));
  members.Sign(
      {{"--cert", members.Path("renewed/distributor/users/admin/cert.pem"), "--key",
        members.Path("renewed/distributor/users/admin/key.pem"), "--msp-id", "DistributorMSP"}});
  members.Submit({"producer", "regulator"});
  CHECK(members.AwaitCreateOn(members.attached(), "distributor"));
  CHECK_FALSE(members.Create("distributor", "old").ok());
}

// One network for all: starting it takes longest.
TEST_CASE("The members change a running channel", "[integration][channel_update]") {
  Members members("channelUpdate");
  CheckBatch(members);
  CheckSuspension(members);
  CheckPolicy(members);
  CheckRenewal(members);
}

}  // namespace
}  // namespace suyuan
