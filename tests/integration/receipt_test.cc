// A receipt taken from a network proves its transaction when the network is gone, and
// nothing that was changed passes.
#include "network/receipt/receipt.h"

#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "network/protoutil/protoutil.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

using json = nlohmann::json;

struct Created {
  std::string transaction;
  bool valid = false;
};

// CreateAsset(`id`) by the producer, endorsed by `organizations` (all when empty).
Created Create(const TestNetwork& network, const std::string& id,
               const std::vector<std::string>& organizations = {}) {
  const auto gateway = ConnectOrFail(network, "producer");
  auto contract = gateway->GetNetwork(network.channel()).GetContract("asset");
  sdk::ProposalOptions options;
  options.arguments = {id, "red", "1", "Li", "300"};
  options.endorsing_organizations = organizations;
  auto proposal = contract.NewProposal("CreateAsset", options);
  REQUIRE(proposal.ok());
  auto transaction = proposal->Endorse();
  INFO(transaction.status());
  REQUIRE(transaction.ok());
  auto commit = transaction->Submit();
  REQUIRE(commit.ok());
  auto status = commit->Status();
  REQUIRE(status.ok());
  return {proposal->transaction_id(), status->successful};
}

ToolResult Get(const Administration& admins, const std::string& transaction,
               const std::string& file) {
  return admins.Try({"receipt", "get", "--connection", admins.Path("connection.json"), "--org",
                     "distributor", "--tx", transaction, "--out", admins.Path(file)});
}

ToolResult Verify(const Administration& admins, const std::string& file,
                  const std::string& trusted) {
  return admins.Try({"receipt", "verify", admins.Path(file), "--trust", admins.Path(trusted)});
}

TEST_CASE("A receipt proves a transaction without a node", "[integration]") {
  const auto network = UpOrFail("receipt");
  const Administration admins(*network);
  const std::string genesis = network->channel() + ".block";

  const Created first = Create(*network, "first");
  REQUIRE(first.valid);
  REQUIRE(admins.FetchConfig(admins.Orderer(), "before.block").ok());
  const ToolResult update =
      admins.Try({"channel", "update-addresses", "--block", admins.Path("before.block"), "--org",
                  "producer", "--address", "127.0.0.1:1", "--out", admins.Path("update.pb")});
  INFO(update.output);
  REQUIRE(update.exit_status == 0);
  const ToolResult changed = admins.SignAndSubmit(admins.Path("update.pb"), {"producer"});
  INFO(changed.output);
  REQUIRE(changed.exit_status == 0);
  REQUIRE(admins.FetchConfig(admins.Orderer(), "after.block").ok());
  const Created second = Create(*network, "second");
  REQUIRE(second.valid);
  const Created refused = Create(*network, "third", {"ProducerMSP"});
  REQUIRE_FALSE(refused.valid);

  REQUIRE(Get(admins, first.transaction, "first.receipt").exit_status == 0);
  REQUIRE(Get(admins, second.transaction, "second.receipt").exit_status == 0);
  const ToolResult nothing = Get(admins, refused.transaction, "third.receipt");
  CHECK(nothing.exit_status == 1);
  CHECK(nothing.output.find("ENDORSEMENT_POLICY_FAILURE") != std::string::npos);
  CHECK(Get(admins, std::string(64, 'a'), "third.receipt").exit_status == 1);

  // Majorities suffice: with a peer gone there is a receipt still.
  REQUIRE(network->Kill("peer0.regulator").ok());
  CHECK(Get(admins, second.transaction, "without.receipt").exit_status == 0);
  for (const char* node : {"gateway", "peer0.producer", "peer0.distributor", "orderer0"}) {
    REQUIRE(network->Stop(node).ok());
  }

  const ToolResult verified = Verify(admins, "second.receipt", genesis);
  INFO(verified.output);
  REQUIRE(verified.exit_status == 0);
  const json found = json::parse(verified.output);
  CHECK(found.at("valid") == true);
  CHECK(found.at("transaction") == second.transaction);
  CHECK(found.at("arguments") == json({"CreateAsset", "second", "red", "1", "Li", "300"}));
  CHECK(found.at("created").at("by").at("mspId") == "ProducerMSP");
  CHECK(found.at("ordered").at("by").at(0).at("mspId") == "SupervisorMSP");
  CHECK(found.at("trust").at("followed").size() == 1);
  CHECK(found.at("committedValid").at("saidBy").size() == 3);
  CHECK(found.at("endorsed").at("by").size() >= 2);
  CHECK(json::parse(found.at("writes").at(1).at("value").get<std::string>()).at("ID") == "second");
  CHECK(json::parse(Verify(admins, "without.receipt", genesis).output)
            .at("committedValid")
            .at("saidBy")
            .size() == 2);

  // A newer trusted block serves what came after it, and says so about what came before.
  CHECK(Verify(admins, "second.receipt", "after.block").exit_status == 0);
  CHECK(Verify(admins, "first.receipt", genesis).exit_status == 0);
  const ToolResult newer = Verify(admins, "first.receipt", "after.block");
  CHECK(newer.exit_status == 1);
  CHECK(newer.output.find("give the genesis block or another earlier one") != std::string::npos);

  // One bit anywhere, and it proves nothing.
  const auto trusted = ParseProto<::common::Block>(Contents(admins.Path(genesis)), "block");
  REQUIRE(trusted.ok());
  const std::string receipt = Contents(admins.Path("second.receipt"));
  REQUIRE(VerifyReceipt(receipt, *trusted).ok());
  const size_t step = std::max<size_t>(1, receipt.size() / 600);
  for (size_t at = 0; at < receipt.size(); at += step) {
    std::string bent = receipt;
    bent[at] = static_cast<char>(bent[at] ^ (1 << (at / step % 8)));
    const auto verdict = VerifyReceipt(bent, *trusted);
    INFO("byte " << at << " of " << receipt.size());
    CHECK_FALSE(verdict.ok());
  }
  for (size_t size = 0; size < receipt.size(); size += step) {
    CHECK_FALSE(VerifyReceipt(receipt.substr(0, size), *trusted).ok());
  }

  // Witnesses of one organisation are no majority.
  ::suyuan::receipt::Receipt few;
  REQUIRE(few.ParseFromString(receipt));
  few.mutable_witnesses()->DeleteSubrange(1, few.witnesses_size() - 1);
  auto verdict = VerifyReceipt(few.SerializeAsString(), *trusted);
  CHECK(absl::IsPermissionDenied(verdict.status()));
  CHECK(verdict.status().message().find("too few peers") != std::string::npos);
  // The same one thrice is one.
  *few.add_witnesses() = few.witnesses(0);
  *few.add_witnesses() = few.witnesses(0);
  CHECK(absl::IsPermissionDenied(VerifyReceipt(few.SerializeAsString(), *trusted).status()));
  // Without the configuration between, the chain of trust breaks.
  ::suyuan::receipt::Receipt gap;
  REQUIRE(gap.ParseFromString(receipt));
  gap.clear_config_blocks();
  verdict = VerifyReceipt(gap.SerializeAsString(), *trusted);
  CHECK(verdict.status().message().find("config_blocks") != std::string::npos);
  // Another transaction's witnesses do not count.
  ::suyuan::receipt::Receipt other, mixed;
  REQUIRE(other.ParseFromString(Contents(admins.Path("first.receipt"))));
  REQUIRE(mixed.ParseFromString(receipt));
  *mixed.mutable_witnesses() = other.witnesses();
  CHECK_FALSE(VerifyReceipt(mixed.SerializeAsString(), *trusted).ok());
}

TEST_CASE("A receipt of one alliance proves nothing to another", "[integration]") {
  const auto ours = UpOrFail("receipt", {"--orgs", "1"});
  const auto theirs = UpOrFail("receipt2", {"--orgs", "1"});
  const Administration admins(*ours);
  const Created created = Create(*ours, "a", {"ProducerMSP"});
  REQUIRE(created.valid);
  const ToolResult got =
      admins.Try({"receipt", "get", "--connection", admins.Path("connection.json"), "--org",
                  "producer", "--tx", created.transaction, "--out", admins.Path("a.receipt")});
  INFO(got.output);
  REQUIRE(got.exit_status == 0);
  const ToolResult foreign =
      admins.Try({"receipt", "verify", admins.Path("a.receipt"), "--trust",
                  (theirs->dir() / (theirs->channel() + ".block")).string()});
  CHECK(foreign.exit_status == 1);
  CHECK(json::parse(foreign.output.substr(0, foreign.output.find('\n'))).at("valid") == false);
}

}  // namespace
}  // namespace suyuan
