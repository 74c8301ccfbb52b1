#include "network/ledger/ledger.h"

#include <catch2/catch.hpp>

#include "absl/time/clock.h"
#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "network/ledger/testing/ledger_fixtures.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using testing::CommitOne;
using testing::MakeTransaction;
using testing::NextBlock;
using testing::Simulate;
using testing::TempDir;

std::unique_ptr<Ledger> OpenOrDie(const TempDir& temp) {
  auto ledger = Ledger::Open(temp.path());
  REQUIRE(ledger.ok());
  return *std::move(ledger);
}

std::string Put(const Ledger& ledger, const std::string& key, const std::string& value) {
  return Simulate(ledger, [&](Simulator& s) { REQUIRE(s.SetState("cc", key, value).ok()); });
}

TEST_CASE("A transaction id counts once, in the ledger and in the block", "[ledger]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  CommitOne(*ledger, "tx", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "1").ok()); });
  auto result =
      ledger->Commit(NextBlock(*ledger, {MakeTransaction("tx", Put(*ledger, "k", "2")),
                                         MakeTransaction("new", Put(*ledger, "k", "3")),
                                         MakeTransaction("new", Put(*ledger, "k", "4"))}));
  REQUIRE(result.ok());
  CHECK(result->codes ==
        std::vector{::protos::DUPLICATE_TXID, ::protos::VALID, ::protos::DUPLICATE_TXID});
  CHECK((*ledger->NewView()->Get("cc", "k"))->value == "3");
  CHECK(ledger->FindTransaction("tx")->block_number == 0);
  CHECK(ledger->FindTransaction("new")->tx_index == 1);
  CHECK(ledger->GetTransaction("new")->code == ::protos::VALID);
  CHECK(absl::IsNotFound(ledger->GetTransaction("unknown").status()));
}

TEST_CASE("A transaction refused before the id check does not take an id's place", "[ledger]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  CommitOne(*ledger, "tx", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "1").ok()); });
  auto block = NextBlock(*ledger, {MakeTransaction("tx", Put(*ledger, "k", "2"))});
  block.transactions[0].code = ::protos::BAD_CREATOR_SIGNATURE;
  auto result = ledger->Commit(std::move(block));
  REQUIRE(result.ok());
  CHECK(result->codes[0] == ::protos::BAD_CREATOR_SIGNATURE);
  CHECK(ledger->FindTransaction("tx")->block_number == 0);
  CHECK(ledger->FindTransaction("tx")->code == ::protos::VALID);
}

TEST_CASE("A block that does not fit changes nothing", "[ledger]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  CommitOne(*ledger, "tx", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "1").ok()); });
  auto block = NextBlock(*ledger, {MakeTransaction("a", Put(*ledger, "k", "2"))});
  block.block.mutable_header()->set_number(9);
  CHECK(absl::IsInvalidArgument(ledger->Commit(block).status()));
  block.block.mutable_header()->set_number(1);
  block.block.mutable_header()->set_data_hash("wrong");
  CHECK(absl::IsInvalidArgument(ledger->Commit(block).status()));
  CHECK(ledger->Height() == 1);
  CHECK(ledger->Commit(NextBlock(*ledger, {MakeTransaction("a", Put(*ledger, "k", "2"))})).ok());
}

TEST_CASE("A view keeps its height while blocks are committed", "[ledger]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  CommitOne(*ledger, "a", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "1").ok()); });
  auto view = ledger->NewView();
  CommitOne(*ledger, "b", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "2").ok()); });
  CHECK((*view->Get("cc", "k"))->value == "1");
  CHECK(view->height() == 1);
  CHECK((*ledger->NewView()->Get("cc", "k"))->value == "2");
}

TEST_CASE("History is newest first and shows deletions", "[ledger]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  CommitOne(*ledger, "a", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "1").ok()); });
  CommitOne(*ledger, "b", [](Simulator& s) { REQUIRE(s.SetState("cc", "k1", "x").ok()); });
  CommitOne(*ledger, "c", [](Simulator& s) { REQUIRE(s.DeleteState("cc", "k").ok()); });
  auto history = ledger->GetHistory("cc", "k");
  REQUIRE(history.ok());
  auto newest = *(*history)->Next();
  CHECK(newest->tx_id == "c");
  CHECK(newest->is_delete);
  auto oldest = *(*history)->Next();
  CHECK(oldest->tx_id == "a");
  CHECK(oldest->value == "1");
  CHECK(oldest->timestamp == absl::FromUnixSeconds(1000));
  CHECK_FALSE(*(*history)->Next());
}

TEST_CASE("Metadata stays with the value and gives it a new version", "[ledger]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  const StateMetadata policy{{"VALIDATION_PARAMETER", "p"}};
  CommitOne(*ledger, "a", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "1").ok()); });
  CommitOne(*ledger, "b", [&](Simulator& s) {
    REQUIRE(s.SetMetadata("cc", "k", policy).ok());
    REQUIRE(s.SetMetadata("cc", "absent", policy).ok());
  });
  auto value = *ledger->NewView()->Get("cc", "k");
  CHECK(value->value == "1");
  CHECK(value->metadata == policy);
  CHECK(value->version == Version{1, 0});
  CHECK_FALSE(*ledger->NewView()->Get("cc", "absent"));
  CommitOne(*ledger, "c", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "2").ok()); });
  CHECK((*ledger->NewView()->Get("cc", "k"))->metadata == policy);
  CommitOne(*ledger, "d", [](Simulator& s) { REQUIRE(s.SetMetadata("cc", "k", {}).ok()); });
  CHECK((*ledger->NewView()->Get("cc", "k"))->metadata.empty());
}

TEST_CASE("Private data is kept when it matches its hash, else only its hash", "[ledger]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  const bool honest = GENERATE(true, false);
  auto simulator = ledger->NewSimulator();
  REQUIRE(simulator->SetPrivate("cc", "coll", "k", "secret").ok());
  auto results = simulator->Finish();
  auto block = NextBlock(*ledger, {MakeTransaction("a", results->public_rwset)});
  block.private_rwsets[0] = results->private_rwset + (honest ? "" : "\x0a");
  REQUIRE(ledger->Commit(std::move(block)).ok());
  const auto view = ledger->NewView();
  CHECK((*view->GetPrivateHash("cc", "coll", Sha256("k")))->value == Sha256("secret"));
  const auto value = view->GetPrivate("cc", "coll", "k");
  if (honest) {
    REQUIRE(value.ok());
    CHECK((*value)->value == "secret");
  } else {
    CHECK(absl::IsNotFound(value.status()));
  }
  CHECK_FALSE(*view->GetPrivate("cc", "coll", "other"));
}

TEST_CASE("Equal chains give equal state hashes", "[ledger]") {
  TempDir one, two;
  auto a = OpenOrDie(one), b = OpenOrDie(two);
  for (auto* ledger : {a.get(), b.get()}) {
    CommitOne(*ledger, "a", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "1").ok()); });
  }
  CHECK(*a->StateHash() == *b->StateHash());
  CommitOne(*a, "b", [](Simulator& s) { REQUIRE(s.SetState("cc", "k", "2").ok()); });
  CHECK(*a->StateHash() != *b->StateHash());
}

// Not run by default: suyuan_ledger_test "[.speed]".
TEST_CASE("Time of a block of 500 transactions", "[.speed]") {
  TempDir temp;
  auto ledger = OpenOrDie(temp);
  absl::Duration spent;
  constexpr int kBlocks = 40;
  for (int b = 0; b < kBlocks; ++b) {
    std::vector<std::string> envelopes;
    for (int i = 0; i < 500; ++i) {
      const std::string key = absl::StrCat("key", b, "-", i);
      envelopes.push_back(
          MakeTransaction(HexEncode(Sha256(key)), Put(*ledger, key, std::string(200, 'x'))));
    }
    auto block = NextBlock(*ledger, std::move(envelopes));
    const absl::Time start = absl::Now();
    REQUIRE(ledger->Commit(std::move(block)).ok());
    spent += absl::Now() - start;
  }
  WARN("mean " << absl::ToDoubleMilliseconds(spent / kBlocks) << " ms");
}

}  // namespace
}  // namespace suyuan
