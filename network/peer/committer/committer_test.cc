#include "network/peer/committer/committer.h"

#include <catch2/catch.hpp>

#include "network/peer/committer/testing/fake_channel_config.h"
#include "network/peer/committer/testing/fake_ledger.h"
#include "network/peer/committer/testing/make_transaction.h"

namespace suyuan {
namespace {

std::shared_ptr<const ::common::Block> Block(uint64_t number,
                                             const std::vector<TransactionSpec>& specs) {
  std::vector<std::string> envelopes;
  for (const TransactionSpec& spec : specs) envelopes.push_back(MakeTransaction(spec));
  return std::make_shared<const ::common::Block>(MakeBlock(number, "previous", envelopes));
}

struct Fixture {
  Fixture() { ledger.state->Define("asset", "/needs/Org1MSP,Org2MSP"); }

  bool Committed(uint64_t height) {
    return committer.AwaitHeight(height, absl::Now() + absl::Seconds(20));
  }

  FakeLedger ledger;
  ThreadPool pool{2};
  Committer committer{
      {.ledger = &ledger, .pool = &pool, .config = std::make_shared<FakeChannelConfig>()}};
};

}  // namespace

TEST_CASE("Blocks are judged and committed in order", "[committer]") {
  Fixture f;
  for (uint64_t n = 1; n <= 10; ++n) {
    REQUIRE(f.committer.Add(Block(n, {{}, {.nonce = "b", .endorsers = {"Org1MSP/peer0"}}})).ok());
  }
  REQUIRE(f.Committed(11));
  for (uint64_t n = 1; n <= 10; ++n) {
    CHECK(f.ledger.codes(n) == std::vector<::protos::TxValidationCode>{
                                   ::protos::VALID, ::protos::ENDORSEMENT_POLICY_FAILURE});
  }
}

TEST_CASE("A known id comes before what is wrong with the result", "[committer]") {
  Fixture f;
  f.ledger.AddTransaction(ComputeTxId("known", "Org1MSP/client"));
  REQUIRE(f.committer
              .Add(Block(1, {{.nonce = "known", .version = ""},
                             {.nonce = "known", .endorsers = {}},
                             {.nonce = "known", .signature = "bad"},
                             {.nonce = "new", .version = ""}}))
              .ok());
  REQUIRE(f.Committed(2));
  CHECK(f.ledger.codes(1) == std::vector<::protos::TxValidationCode>{
                                 ::protos::DUPLICATE_TXID, ::protos::DUPLICATE_TXID,
                                 ::protos::BAD_CREATOR_SIGNATURE, ::protos::INVALID_CHAINCODE});
}

TEST_CASE("A skipped or repeated block is refused", "[committer]") {
  Fixture f;
  CHECK(absl::IsInvalidArgument(f.committer.Add(Block(2, {{}}))));
  CHECK(f.committer.Add(Block(1, {{}})).ok());
  CHECK(absl::IsInvalidArgument(f.committer.Add(Block(1, {{}}))));
  CHECK(f.committer.NextNumber() == 2);
}

TEST_CASE("A block with an envelope that is not canonical is refused whole", "[committer]") {
  Fixture f;
  std::string trailing = MakeTransaction({}) + std::string("\x1a\x01x", 3);
  CHECK(absl::IsInvalidArgument(f.committer.Add(
      std::make_shared<const ::common::Block>(MakeBlock(1, "previous", {trailing})))));
  CHECK(f.committer.Add(Block(1, {{}})).ok());
}

TEST_CASE("Own trouble stops the channel and marks nothing invalid", "[committer]") {
  Fixture f;
  f.ledger.FailNext(absl::ResourceExhaustedError("disk full"));
  REQUIRE(f.committer.Add(Block(1, {{}})).ok());
  CHECK_FALSE(f.Committed(2));
  CHECK(absl::IsResourceExhausted(f.committer.status()));
  CHECK(absl::IsResourceExhausted(f.committer.Add(Block(2, {{}}))));
  CHECK(f.ledger.Height() == 1);
}

TEST_CASE("Stop wakes a caller who waits for room", "[committer]") {
  Fixture f;
  f.ledger.Hold(true);
  for (uint64_t n = 1; n <= 4; ++n) REQUIRE(f.committer.Add(Block(n, {{}})).ok());
  absl::Status fifth;
  std::thread waiting([&] { fifth = f.committer.Add(Block(5, {{}})); });
  std::thread stopping([&] { f.committer.Stop(); });
  waiting.join();
  CHECK(absl::IsCancelled(fifth));
  f.ledger.Hold(false);
  stopping.join();
}

}  // namespace suyuan
