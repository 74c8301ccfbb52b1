// What sdk/INTEGRATORS.md promises of the C++ SDK, against a real network: one of ours,
// or any other with chaincode asset on it (also one of stock Fabric nodes), of at least
// two organisations both of which must endorse, when SUYUAN_NETWORK names the folder of
// its connection.json.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <future>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "network/common/file_util.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/transaction.pb.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

TestNetwork& Net() {
  static const std::unique_ptr<TestNetwork> network = [] {
    const char* given = std::getenv("SUYUAN_NETWORK");
    auto found = given != nullptr ? TestNetwork::Attach(given)
                                  : TestNetwork::Up(BuildDir() / "networks" / "sdk_conformance");
    if (!found.ok()) FAIL(found.status());
    return *std::move(found);
  }();
  return *network;
}

std::string Org(size_t i = 0) { return Net().Organizations().at(i); }
std::string MspId(size_t i = 0) { return Net().Organization(Org(i)).at("mspId"); }

std::unique_ptr<sdk::Gateway> Connect(const std::string& user = "user1") {
  auto gateway = Net().Connect(Org(), user);
  INFO(gateway.status());
  REQUIRE(gateway.ok());
  return *std::move(gateway);
}

sdk::Signer SignerOf(const std::string& user) {
  const std::string file = Net().Organization(Org()).at("users").at(user).at("key");
  return *sdk::NewPrivateKeySigner(*ReadFile(file));
}

// A client of the first organisation, its network and its contract.
struct Client {
  std::unique_ptr<sdk::Gateway> gateway = Connect();
  sdk::Network network = gateway->GetNetwork(Net().channel());
  sdk::Contract asset = network.GetContract("asset");
};

std::string Unique(absl::string_view prefix) {
  return absl::StrCat(prefix, "-", absl::ToUnixNanos(absl::Now()));
}

std::vector<std::string> AssetArguments(const std::string& id, const std::string& owner = "Li") {
  return {id, "red", "5", owner, "300"};
}

sdk::ProposalOptions Arguments(std::vector<std::string> arguments) {
  sdk::ProposalOptions options;
  options.arguments = std::move(arguments);
  return options;
}

void Create(const Client& client, const std::string& id) {
  const auto created = client.asset.Submit("CreateAsset", AssetArguments(id));
  INFO(created.status());
  REQUIRE(created.ok());
}

sdk::GatewayError ErrorOf(const absl::Status& status) {
  INFO(status);
  const auto error = sdk::GetGatewayError(status);
  REQUIRE(error);
  return *error;
}

sdk::Transaction Endorsed(const Client& client, const std::string& function,
                          std::vector<std::string> arguments) {
  auto proposal = client.asset.NewProposal(function, Arguments(std::move(arguments)));
  REQUIRE(proposal.ok());
  auto transaction = proposal->Endorse();
  INFO(transaction.status());
  REQUIRE(transaction.ok());
  return *transaction;
}

sdk::CommitStatus StatusOf(const sdk::Commit& commit) {
  auto status = commit.Status();
  INFO(status.status());
  REQUIRE(status.ok());
  return *status;
}

sdk::CommitStatus Submitted(const sdk::Transaction& transaction) {
  auto commit = transaction.Submit();
  INFO(commit.status());
  REQUIRE(commit.ok());
  return StatusOf(*commit);
}

// The next message of a stream; a test gives it half a minute.
template <typename T>
T NextOf(sdk::EventStream<T>& stream) {
  auto next = stream.Next(absl::Now() + absl::Seconds(30));
  INFO(next.status());
  REQUIRE(next.ok());
  return *next;
}

sdk::EventOptions From(uint64_t block) {
  sdk::EventOptions options;
  options.start_block = block;
  return options;
}

TEST_CASE("What is submitted can be evaluated, and submit returns the result", "[conformance]") {
  Client client;
  const std::string id = Unique("asset");
  Create(client, id);
  const auto found = client.asset.Evaluate("ReadAsset", {id});
  INFO(found.status());
  REQUIRE(found.ok());
  const auto asset = nlohmann::json::parse(*found);
  CHECK(asset.at("ID") == id);
  CHECK(asset.at("AppraisedValue") == 300);
  const auto old_owner = client.asset.Submit("TransferAsset", {id, "Wang"});
  INFO(old_owner.status());
  CHECK(old_owner.value_or("") == "Li");
}

TEST_CASE("A contract's error comes with step, peer, organisation and text", "[conformance]") {
  Client client;
  const absl::Status evaluated = client.asset.Evaluate("ReadAsset", {"nowhere"}).status();
  CHECK(absl::IsUnknown(evaluated));
  const auto error = ErrorOf(evaluated);
  CHECK(error.step == sdk::Step::kEvaluate);
  REQUIRE(error.details.size() == 1);
  CHECK(error.details[0].msp_id == MspId());
  CHECK(error.details[0].address ==
        Net().Organization(Org()).at("peers").at(0).at("endpoint").get<std::string>());
  CHECK(error.details[0].message == "chaincode response 500, The asset nowhere does not exist");

  const absl::Status submitted = client.asset.Submit("TransferAsset", {"nowhere", "Wang"}).status();
  CHECK(absl::IsAborted(submitted));
  CHECK(ErrorOf(submitted).step == sdk::Step::kEndorse);
  CHECK(ErrorOf(submitted).transaction_id.size() == 64);
  REQUIRE_FALSE(ErrorOf(submitted).details.empty());
  CHECK(absl::StartsWith(ErrorOf(submitted).details[0].message, "chaincode response 500, "));
}

TEST_CASE("What does not exist is refused with Fabric's codes", "[conformance]") {
  Client client;
  const auto nothing = client.network.GetContract("nothing");
  CHECK(absl::IsFailedPrecondition(nothing.Evaluate("f").status()));
  CHECK(absl::IsFailedPrecondition(nothing.Submit("f").status()));
  const auto elsewhere = client.gateway->GetNetwork("elsewhere").GetContract("asset");
  CHECK(absl::IsUnavailable(elsewhere.Evaluate("f").status()));
  CHECK(absl::IsFailedPrecondition(elsewhere.Submit("f").status()));
  auto events = client.gateway->GetNetwork("elsewhere").ChaincodeEvents("asset");
  REQUIRE(events.ok());
  CHECK(absl::IsPermissionDenied((*events)->Next(absl::Now() + absl::Seconds(30)).status()));
  auto options = Arguments({"x"});
  options.endorsing_organizations = {"NobodyMSP"};
  CHECK(absl::IsFailedPrecondition(client.asset.Evaluate("ReadAsset", options).status()));
  CHECK(absl::IsUnavailable(client.asset.Submit("ReadAsset", options).status()));
}

TEST_CASE("Named organisations endorse: enough, or verdict 10", "[conformance]") {
  Client client;
  auto options = Arguments(AssetArguments(Unique("named")));
  options.endorsing_organizations = {MspId(0), MspId(1)};
  const auto enough = client.asset.Submit("CreateAsset", options);
  INFO(enough.status());
  CHECK(enough.ok());

  options = Arguments(AssetArguments(Unique("named")));
  options.endorsing_organizations = {MspId(0)};
  const absl::Status too_few = client.asset.Submit("CreateAsset", options).status();
  CHECK(absl::IsAborted(too_few));
  CHECK(ErrorOf(too_few).step == sdk::Step::kCommit);
  CHECK(ErrorOf(too_few).validation_code == ::protos::ENDORSEMENT_POLICY_FAILURE);
  CHECK(ErrorOf(too_few).block_number > 0);
}

TEST_CASE("Transient data reaches the contract", "[conformance]") {
  Client client;
  auto options = Arguments({"key"});
  options.transient["key"] = "secret";
  const auto read = client.asset.Evaluate("ReadTransient", options);
  INFO(read.status());
  CHECK(read.value_or("") == "secret");
}

TEST_CASE("Of two updates of one version the second is an MVCC conflict", "[conformance]") {
  Client client;
  const std::string id = Unique("raced");
  Create(client, id);
  const auto first = Endorsed(client, "TransferAsset", {id, "Anna"});
  const auto second = Endorsed(client, "TransferAsset", {id, "Boris"});
  CHECK(Submitted(first).successful);
  const sdk::CommitStatus status = Submitted(second);
  CHECK_FALSE(status.successful);
  CHECK(status.code == ::protos::MVCC_READ_CONFLICT);
  CHECK(status.transaction_id == second.transaction_id());
}

// Verdicts on a transaction id, in the order of the chain, `count` of them.
std::vector<int> Verdicts(const Client& client, const std::string& id, uint64_t from,
                          size_t count) {
  std::vector<int> codes;
  auto blocks = client.network.FilteredBlockEvents(From(from));
  REQUIRE(blocks.ok());
  while (codes.size() < count) {
    for (const auto& tx : NextOf(**blocks).transactions) {
      if (tx.transaction_id == id) codes.push_back(tx.code);
    }
  }
  return codes;
}

TEST_CASE("A transaction submitted twice counts once", "[conformance]") {
  Client client;
  auto proposal = client.asset.NewProposal("CreateAsset", Arguments(AssetArguments(Unique("t"))));
  REQUIRE(proposal.ok());
  auto transaction = proposal->Endorse();
  INFO(transaction.status());
  REQUIRE(transaction.ok());
  auto first = transaction->Submit();
  auto again = transaction->Submit();
  REQUIRE((first.ok() && again.ok()));
  CHECK(StatusOf(*first).code == ::protos::VALID);
  CHECK(StatusOf(*again).code == ::protos::VALID);  // the first occurrence's
  CHECK(Verdicts(client, transaction->transaction_id(), StatusOf(*first).block_number, 2) ==
        std::vector<int>{::protos::VALID, ::protos::DUPLICATE_TXID});
  const absl::Status replayed = proposal->Endorse().status();
  CHECK(absl::IsAborted(replayed));
  REQUIRE_FALSE(ErrorOf(replayed).details.empty());
  CHECK(absl::StrContains(ErrorOf(replayed).details[0].message, "duplicate transaction found"));
}

TEST_CASE("Each stage may be signed elsewhere", "[conformance]") {
  Client client;
  const sdk::Signer sign = SignerOf("user1");
  const std::string id = Unique("offline");
  auto unsigned_proposal = client.asset.NewProposal("CreateAsset", Arguments(AssetArguments(id)));
  REQUIRE(unsigned_proposal.ok());
  auto proposal = client.gateway->NewSignedProposal(*unsigned_proposal->Bytes(),
                                                    *sign(*unsigned_proposal->BytesToSign()));
  REQUIRE(proposal.ok());
  auto endorsed = proposal->Endorse();
  INFO(endorsed.status());
  REQUIRE(endorsed.ok());
  auto transaction =
      client.gateway->NewSignedTransaction(*endorsed->Bytes(), *sign(*endorsed->BytesToSign()));
  REQUIRE(transaction.ok());
  auto submitted = transaction->Submit();
  INFO(submitted.status());
  REQUIRE(submitted.ok());
  auto commit =
      client.gateway->NewSignedCommit(*submitted->Bytes(), *sign(*submitted->BytesToSign()));
  REQUIRE(commit.ok());
  CHECK(StatusOf(*commit).successful);
  CHECK(client.asset.Evaluate("AssetExists", {id}).value_or("") == "true");
}

TEST_CASE("Somebody else's signature is refused", "[conformance]") {
  Client client;
  const sdk::Signer forge = SignerOf("admin");
  auto proposal = client.asset.NewProposal("ReadAsset", Arguments({"x"}));
  REQUIRE(proposal.ok());
  auto forged =
      client.gateway->NewSignedProposal(*proposal->Bytes(), *forge(*proposal->BytesToSign()));
  REQUIRE(forged.ok());
  const absl::Status evaluated = forged->Evaluate().status();
  CHECK(absl::IsFailedPrecondition(evaluated));
  REQUIRE_FALSE(ErrorOf(evaluated).details.empty());
  CHECK(absl::StrContains(
      ErrorOf(evaluated).details[0].message,
      absl::StrCat("access denied: channel [", Net().channel(), "] creator org [", MspId(), "]")));
  CHECK(absl::IsAborted(forged->Endorse().status()));

  const auto endorsed = Endorsed(client, "CreateAsset", AssetArguments(Unique("forged")));
  auto transaction =
      client.gateway->NewSignedTransaction(*endorsed.Bytes(), *forge(*endorsed.BytesToSign()));
  REQUIRE(transaction.ok());
  const absl::Status submitted = transaction->Submit().status();
  CHECK(absl::IsAborted(submitted));
  CHECK(ErrorOf(submitted).step == sdk::Step::kSubmit);
  CHECK(absl::StrContains(submitted.message(), "FORBIDDEN"));
}

TEST_CASE("Chaincode events go on after the checkpoint", "[conformance]") {
  Client client;
  const auto start = Submitted(Endorsed(client, "CreateAsset", AssetArguments(Unique("event"))));
  const std::vector<std::string> ids = {Unique("event"), Unique("event"), Unique("event")};
  for (const std::string& id : ids) Create(client, id);
  const auto path = std::filesystem::temp_directory_path() / Unique("suyuan-checkpoint");
  auto checkpoint = sdk::NewFileCheckpointer(path);
  REQUIRE(checkpoint.ok());
  auto from = From(start.block_number);
  from.checkpoint = checkpoint->get();
  // One event a stream: each goes on where the last one ended.
  std::vector<std::string> seen;
  while (seen.empty() || seen.back() != ids.back()) {
    auto events = client.network.ChaincodeEvents("asset", from);
    REQUIRE(events.ok());
    const sdk::ChaincodeEvent event = NextOf(**events);
    CHECK(event.name == "CreateAsset");
    CHECK(event.chaincode == "asset");
    seen.push_back(nlohmann::json::parse(event.payload).at("ID"));
    REQUIRE((*checkpoint)->CheckpointEvent(event).ok());
  }
  std::filesystem::remove(path);
  REQUIRE(seen.size() == ids.size() + 1);
  CHECK(std::vector<std::string>(seen.begin() + 1, seen.end()) == ids);
}

TEST_CASE("Blocks arrive whole and filtered, from the one asked for", "[conformance]") {
  Client client;
  const auto status = Submitted(Endorsed(client, "CreateAsset", AssetArguments(Unique("block"))));
  auto blocks = client.network.BlockEvents(From(status.block_number));
  REQUIRE(blocks.ok());
  const sdk::BlockEvent event = NextOf(**blocks);
  CHECK(event.number == status.block_number);
  const auto block = ParseProto<::common::Block>(event.block, "block");
  REQUIRE(block.ok());
  CHECK(block->header().number() == status.block_number);
  CHECK(BlockDataHash(block->data()) == block->header().data_hash());
  CHECK(block->metadata().metadata(2).size() == static_cast<size_t>(block->data().data_size()));

  auto filtered = client.network.FilteredBlockEvents(From(status.block_number));
  REQUIRE(filtered.ok());
  const auto transactions = NextOf(**filtered).transactions;
  const auto found = std::find_if(transactions.begin(), transactions.end(), [&](const auto& tx) {
    return tx.transaction_id == status.transaction_id;
  });
  REQUIRE(found != transactions.end());
  CHECK(found->code == ::protos::VALID);
  REQUIRE(found->events.size() == 1);
  CHECK(found->events[0].name == "CreateAsset");
  CHECK(found->events[0].payload.empty());

  auto all = client.network.BlockEvents(From(0));
  REQUIRE(all.ok());
  CHECK(NextOf(**all).number == 0);
}

TEST_CASE("A verdict that never comes ends with the deadline", "[conformance]") {
  Client client;
  auto commit = Endorsed(client, "CreateAsset", AssetArguments(Unique("deadline"))).Submit();
  REQUIRE(commit.ok());
  StatusOf(*commit);
  const std::string never = absl::StrReplaceAll(*commit->BytesToSign(),
                                                {{commit->transaction_id(), std::string(64, '0')}});
  const std::string bytes =
      absl::StrReplaceAll(*commit->Bytes(), {{*commit->BytesToSign(), never}});
  auto asked = client.gateway->NewSignedCommit(bytes, *SignerOf("user1")(never));
  REQUIRE(asked.ok());
  sdk::CallOptions hurry;
  hurry.deadline = absl::Now() + absl::Milliseconds(500);
  const absl::Status status = asked->Status(hurry).status();
  CHECK(absl::IsDeadlineExceeded(status));
  CHECK(ErrorOf(status).step == sdk::Step::kCommitStatus);
}

TEST_CASE("A hundred transactions at once all commit", "[conformance]") {
  Client client;
  const std::string prefix = Unique("many");
  std::vector<std::future<absl::Status>> answers;
  for (int i = 0; i < 100; ++i) {
    auto done = std::make_shared<std::promise<absl::Status>>();
    answers.push_back(done->get_future());
    client.asset.SubmitAsync(
        "CreateAsset", AssetArguments(absl::StrCat(prefix, "-", i)),
        [done](const absl::StatusOr<std::string>& result) { done->set_value(result.status()); });
  }
  for (auto& answer : answers) {
    const absl::Status status = answer.get();
    INFO(status);
    CHECK(status.ok());
  }
}

}  // namespace
}  // namespace suyuan
