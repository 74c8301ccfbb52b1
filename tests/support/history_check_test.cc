// The checker itself: it accepts what is right and finds each fault that is planted.
#include "tests/support/history_check.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "network/ledger/block_store.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

Operation Op(const std::string& tx_id, int called, int returned,
             Outcome outcome = Outcome::kSuccess) {
  return {.client = 1,
          .tx_id = tx_id,
          .called = absl::Seconds(called),
          .returned = absl::Seconds(returned),
          .outcome = outcome};
}

ChainCopy Copy(const std::string& node, std::vector<std::vector<std::string>> valid) {
  ChainCopy copy{.node = node, .judged = true};
  for (const auto& ids : valid) {
    copy.block_hashes.push_back(absl::StrCat("hash", copy.blocks.size()));
    copy.blocks.emplace_back();
    for (const std::string& id : ids) copy.blocks.back().push_back({id, true});
  }
  return copy;
}

ChainCopy OrdererCopy(const std::string& node, const ChainCopy& of) {
  return {.node = node, .judged = false, .block_hashes = of.block_hashes};
}

// Two clients: a then c, and b beside them; d got no answer and is there all the same.
const std::vector<Operation> kOperations = {Op("a", 0, 2), Op("b", 1, 5), Op("c", 3, 4),
                                            Op("d", 4, 9, Outcome::kUnknown),
                                            Op("e", 6, 7, Outcome::kRefused)};

std::vector<std::string> Check(const ChainCopy& peer) {
  return CheckHistory(kOperations, {peer, OrdererCopy("orderer0", peer)});
}

bool Finds(const std::vector<std::string>& findings, const std::string& text) {
  for (const std::string& finding : findings) UNSCOPED_INFO(finding);
  return findings.size() == 1 && absl::StrContains(findings[0], text);
}

}  // namespace

TEST_CASE("A history that fits its chain is accepted", "[history]") {
  CHECK(Check(Copy("peer0", {{}, {"a"}, {"c", "b"}, {"d"}})).empty());
  CHECK(Check(Copy("peer0", {{}, {"b", "a"}, {"c"}})).empty());  // b overlaps both
  // Changes of the channel have no id.
  CHECK(Check(Copy("peer0", {{""}, {"a"}, {""}, {"c", "b"}, {"d"}})).empty());
}

TEST_CASE("A lost transaction is found", "[history]") {
  CHECK(Finds(Check(Copy("peer0", {{}, {"a"}, {"b"}, {"d"}})), "c of client 1 was acknowledged"));
  ChainCopy invalid = Copy("peer0", {{}, {"a"}, {"c", "b"}});
  invalid.blocks[2][0].valid = false;
  CHECK(Finds(Check(invalid), "is lost"));
}

TEST_CASE("A transaction that counts twice is found, a duplicate marked as such is not",
          "[history]") {
  CHECK(Finds(Check(Copy("peer0", {{}, {"a"}, {"c", "b"}, {"a"}})), "a is valid twice"));
  ChainCopy marked = Copy("peer0", {{}, {"a"}, {"c", "b"}, {"a"}});
  marked.blocks[3][0].valid = false;
  CHECK(Check(marked).empty());
}

TEST_CASE("An order against real time is found, also across one without an answer", "[history]") {
  CHECK(Finds(Check(Copy("peer0", {{}, {"c"}, {"a", "b"}})), "a was acknowledged at 2s, before c"));
  CHECK(Finds(Check(Copy("peer0", {{}, {"b", "d", "a"}, {"c"}})), "before d"));
}

TEST_CASE("What was refused may not be in the chain", "[history]") {
  CHECK(Finds(Check(Copy("peer0", {{}, {"a"}, {"c", "b", "e"}})), "e of client 1 was refused"));
}

TEST_CASE("Copies that differ are found", "[history]") {
  const ChainCopy peer = Copy("peer0", {{}, {"a"}, {"c", "b"}});
  ChainCopy orderer = OrdererCopy("orderer0", peer);
  orderer.block_hashes[1] = "other";
  CHECK(Finds(CheckHistory(kOperations, {peer, orderer}), "differ in block 1"));
  orderer = OrdererCopy("orderer0", peer);
  orderer.block_hashes.pop_back();
  CHECK(Finds(CheckHistory(kOperations, {peer, orderer}), "have 3 and 2 blocks"));
  ChainCopy other_peer = peer;
  other_peer.blocks[2].push_back({"x", false});
  CHECK(Finds(CheckHistory(kOperations, {peer, other_peer}), "judge block 2 differently"));
  CHECK_FALSE(CheckHistory(kOperations, {orderer}).empty());
}

TEST_CASE("The longest gap is between successes alone", "[history]") {
  CHECK(LongestGap(kOperations, absl::ZeroDuration(), absl::Seconds(6)) == absl::Seconds(2));
  CHECK(LongestGap(kOperations, absl::Seconds(4), absl::Seconds(12)) == absl::Seconds(7));
  CHECK(LongestGap({}, absl::Seconds(1), absl::Seconds(3)) == absl::Seconds(2));
}

TEST_CASE("A recorder tells when enough has succeeded since a moment", "[history]") {
  HistoryRecorder recorder;
  recorder.Add(Op("a", 0, 2));
  recorder.Add(Op("b", 5, 6));
  recorder.Add(Op("c", 7, 8, Outcome::kUnknown));
  CHECK(recorder.Successes() == 2);
  CHECK(recorder.AwaitSuccesses(1, absl::Seconds(5), absl::ZeroDuration()));
  CHECK_FALSE(recorder.AwaitSuccesses(2, absl::Seconds(5), absl::ZeroDuration()));
}

TEST_CASE("A copy is read from a node's block files", "[history]") {
  std::string dir = (std::filesystem::temp_directory_path() / "suyuan-history-XXXXXX").string();
  REQUIRE(mkdtemp(dir.data()) != nullptr);
  const ::common::Block first = MakeBlock(0, "", {"x"});
  ::common::Block second = MakeBlock(1, BlockHeaderHash(first.header()), {"y", "z"});
  second.mutable_metadata()->set_metadata(::common::TRANSACTIONS_FILTER, std::string("\0\x0b", 2));
  {
    auto store = BlockStore::Open(dir);
    REQUIRE(store.ok());
    REQUIRE((*store)->Append(first).ok());
    REQUIRE((*store)->Append(second).ok());
  }
  const auto copy = ReadChain("peer0", dir, true);
  REQUIRE(copy.status() == absl::OkStatus());
  CHECK(copy->block_hashes == std::vector<std::string>{BlockHeaderHash(first.header()),
                                                       BlockHeaderHash(second.header())});
  REQUIRE(copy->blocks.size() == 2);
  CHECK(copy->blocks[1][0].valid);
  CHECK_FALSE(copy->blocks[1][1].valid);
  std::filesystem::remove_all(dir);
}

}  // namespace suyuan
