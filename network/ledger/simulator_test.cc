#include "network/ledger/simulator.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_format.h"
#include "network/crypto/hash.h"
#include "network/ledger/testing/ledger_fixtures.h"

namespace suyuan {
namespace {

using testing::CommitOne;
using testing::Simulate;
using testing::TempDir;

std::unique_ptr<Ledger> LedgerWithKeys(const TempDir& temp, int keys) {
  auto ledger = Ledger::Open(temp.path());
  REQUIRE(ledger.ok());
  CommitOne(**ledger, "first", [keys](Simulator& s) {
    for (int i = 0; i < keys; ++i) {
      REQUIRE(s.SetState("cc", absl::StrFormat("k%05d", i), "v").ok());
    }
  });
  return *std::move(ledger);
}

TxRwSet Parsed(const std::string& bytes) {
  auto rwset = ParseTxRwSet(bytes);
  REQUIRE(rwset.ok());
  return *std::move(rwset);
}

int Drain(StateIterator& iterator, int limit) {
  int count = 0;
  while (count < limit && *iterator.Next()) ++count;
  return count;
}

TEST_CASE("Reads see committed state only, and everything is sorted", "[simulator]") {
  TempDir temp;
  auto ledger = LedgerWithKeys(temp, 1);
  const TxRwSet rwset = Parsed(Simulate(*ledger, [](Simulator& s) {
    REQUIRE(s.SetState("cc", "z", "1").ok());
    REQUIRE(s.SetState("cc", "a", "1").ok());
    REQUIRE(s.SetState("cc", "a", "2").ok());
    CHECK_FALSE(*s.GetState("cc", "a"));
    CHECK((*s.GetState("cc", "k00000"))->value == "v");
    REQUIRE(s.GetState("aa", "x").ok());
    REQUIRE(s.DeleteState("cc", "z").ok());
  }));
  REQUIRE(rwset.namespaces.size() == 2);
  CHECK(rwset.namespaces[0].name == "aa");
  const auto& kv = rwset.namespaces[1].kv;
  CHECK(kv.reads(0).key() == "a");
  CHECK_FALSE(kv.reads(0).has_version());
  CHECK(kv.reads(1).has_version());
  CHECK(kv.writes(0).value() == "2");
  CHECK(kv.writes(1).is_delete());
  CHECK(kv.writes(1).value().empty());
}

TEST_CASE("A range ends at the caller's end only when it was read to it", "[simulator]") {
  TempDir temp;
  auto ledger = LedgerWithKeys(temp, 5);
  const TxRwSet rwset = Parsed(Simulate(*ledger, [](Simulator& s) {
    Drain(**s.GetRange("cc", "k", "l"), 100);
    Drain(**s.GetRange("cc", "k", "l"), 2);
    Drain(**s.GetRange("cc", "k", "l"), 100);  // the same again
    Drain(**s.GetRange("cc", "x", ""), 100);
  }));
  const auto& ranges = rwset.namespaces[0].kv.range_queries_info();
  REQUIRE(ranges.size() == 3);
  CHECK(ranges[0].end_key() == "l");
  CHECK(ranges[0].itr_exhausted());
  CHECK(ranges[0].raw_reads().kv_reads_size() == 5);
  CHECK(ranges[1].end_key() == "k00001");
  CHECK_FALSE(ranges[1].itr_exhausted());
  CHECK(ranges[2].reads_info_case() == ::kvrwset::RangeQueryInfo::READS_INFO_NOT_SET);
}

TEST_CASE("Above 50 results a summary stands for them", "[simulator]") {
  TempDir temp;
  const int keys = GENERATE(50, 51, 52, 102, 2700);
  auto ledger = LedgerWithKeys(temp, keys);
  const TxRwSet rwset = Parsed(Simulate(
      *ledger, [&](Simulator& s) { CHECK(Drain(**s.GetRange("cc", "", ""), 10000) == keys); }));
  const auto& info = rwset.namespaces[0].kv.range_queries_info(0);
  CHECK(info.has_raw_reads() == (keys <= 50));
  if (keys <= 50) return;
  const auto& summary = info.reads_merkle_hashes();
  CHECK(summary.max_degree() == 50);
  // 51 reads a leaf; 51 leaves make a hash of the second level.
  const int leaves = (keys + 50) / 51;
  CHECK(summary.max_level() == (leaves > 50 ? 2u : 1u));
  CHECK(summary.max_level_hashes_size() ==
        (leaves > 50 ? leaves / 51 + (leaves % 51 > 0) : leaves));
}

TEST_CASE("Pages follow each other by bookmark, and exclude writes", "[simulator]") {
  TempDir temp;
  auto ledger = LedgerWithKeys(temp, 5);
  auto s = ledger->NewSimulator();
  auto page = s->GetRangePage("cc", "k", "l", 2, "");
  REQUIRE(page.ok());
  CHECK(page->results.size() == 2);
  CHECK(page->bookmark == "k00002");
  page = s->GetRangePage("cc", "k", "l", 3, page->bookmark);
  CHECK(page->results.size() == 3);
  CHECK(page->bookmark.empty());
  CHECK(absl::IsFailedPrecondition(s->SetState("cc", "a", "1")));
  auto writer = ledger->NewSimulator();
  REQUIRE(writer->SetState("cc", "a", "1").ok());
  CHECK(absl::IsFailedPrecondition(writer->GetRangePage("cc", "", "", 2, "").status()));
}

TEST_CASE("Ranges are read one after the other and side by side", "[simulator]") {
  TempDir temp;
  auto ledger = LedgerWithKeys(temp, 120);
  auto s = ledger->NewSimulator();
  CHECK((*s->GetState("cc", "k00003"))->value == "v");
  CHECK(Drain(**s->GetRange("cc", "k00010", "k00015"), 100) == 5);
  auto outer = *s->GetRange("cc", "", "");
  for (int i = 0; i < 120; ++i) {
    const auto next = *outer->Next();
    REQUIRE(next);
    CHECK(next->key == absl::StrFormat("k%05d", i));
    CHECK(Drain(**s->GetRange("cc", next->key, ""), 3) == std::min(3, 120 - i));
  }
  CHECK_FALSE(*outer->Next());
  const auto page = s->GetRangePage("cc", "k", "l", 50, "k00050");
  CHECK(page->results.front().key == "k00050");
  CHECK(page->bookmark == "k00100");
}

TEST_CASE("Ranges of two heights do not mix", "[simulator]") {
  TempDir temp;
  auto ledger = LedgerWithKeys(temp, 10);
  const auto old = ledger->NewView();
  CHECK(Drain(**old->Range("cc", "", ""), 2) == 2);
  CommitOne(*ledger, "second", [](Simulator& s) { REQUIRE(s.SetState("cc", "z", "v").ok()); });
  const auto now = ledger->NewView();
  CHECK(Drain(**now->Range("cc", "", ""), 100) == 11);
  CHECK(Drain(**old->Range("cc", "", ""), 100) == 10);
  CHECK(Drain(**now->Range("cc", "k00005", "zz"), 100) == 6);
}

TEST_CASE("Keys must be UTF-8 and not empty", "[simulator]") {
  TempDir temp;
  auto s = LedgerWithKeys(temp, 1)->NewSimulator();
  CHECK(absl::IsInvalidArgument(s->SetState("cc", "", "1")));
  CHECK(absl::IsInvalidArgument(s->SetState("cc", "\xFF", "1")));
  CHECK(absl::IsInvalidArgument(s->GetState("cc", "\xFF").status()));
}

TEST_CASE("Private writes leave hashes in public and values in private", "[simulator]") {
  TempDir temp;
  auto s = LedgerWithKeys(temp, 1)->NewSimulator();
  REQUIRE(s->SetPrivate("cc", "coll", "k", "secret").ok());
  REQUIRE(s->DeletePrivate("cc", "coll", "gone", true).ok());
  REQUIRE(s->GetPrivateHash("cc", "only-read", "k").ok());
  auto results = s->Finish();
  REQUIRE(results.ok());
  const TxRwSet rwset = Parsed(results->public_rwset);
  const auto& collections = rwset.namespaces[0].collections;
  REQUIRE(collections.size() == 2);
  CHECK(collections[0].hashed.hashed_writes(0).is_purge());
  CHECK(collections[0].hashed.hashed_writes(1).value_hash() == Sha256("secret"));
  CHECK(collections[1].private_hash.empty());
  ::rwset::TxPvtReadWriteSet private_set;
  REQUIRE(private_set.ParseFromString(results->private_rwset));
  CHECK(Sha256(private_set.ns_pvt_rwset(0).collection_pvt_rwset(0).rwset()) ==
        collections[0].private_hash);
  CHECK(results->uses["cc"].collections == std::vector<std::string>{"coll"});
  CHECK_FALSE(results->uses["cc"].private_reads);
}

}  // namespace
}  // namespace suyuan
