// Version and phantom checks against a serial oracle that re-runs each transaction.
#include "network/ledger/mvcc.h"

#include <catch2/catch.hpp>
#include <random>

#include "network/ledger/memory_state.h"
#include "network/ledger/merkle.h"
#include "network/ledger/rwset_builder.h"
#include "network/ledger/testing/ledger_fixtures.h"

namespace suyuan::ledger {
namespace {

using testing::MakeTransaction;
using testing::NextBlock;
using testing::TempDir;

// What a transaction of the property test does: all reads, then all writes.
struct Plan {
  std::vector<std::string> reads;
  std::vector<std::pair<std::string, std::string>> ranges;
  std::vector<std::pair<std::string, std::string>> writes;  // empty value: delete
};

// key -> version, as a plain map.
using Oracle = std::map<std::string, Version>;

bool InRange(const std::string& key, const std::pair<std::string, std::string>& range) {
  return key >= range.first && (range.second.empty() || key < range.second);
}

std::vector<std::pair<std::string, Version>> Rows(
    const Oracle& state, const std::pair<std::string, std::string>& range) {
  std::vector<std::pair<std::string, Version>> out;
  for (const auto& row : state) {
    if (InRange(row.first, range)) out.push_back(row);
  }
  return out;
}

// The verdict of one transaction simulated on `then`, when the state is `now`;
// `touched` are the keys written in this block, for the rule that any write conflicts.
::protos::TxValidationCode Judge(const Plan& plan, const Oracle& then, const Oracle& now,
                                 const std::set<std::string>& touched) {
  for (const std::string& key : plan.reads) {
    const bool was = then.count(key) > 0, is = now.count(key) > 0;
    if (touched.count(key) > 0 || was != is || (was && then.at(key) != now.at(key))) {
      return ::protos::MVCC_READ_CONFLICT;
    }
  }
  for (const auto& range : plan.ranges) {
    if (Rows(then, range) != Rows(now, range)) return ::protos::PHANTOM_READ_CONFLICT;
  }
  return ::protos::VALID;
}

Plan RandomPlan(std::mt19937& random, int keys) {
  auto key = [&] { return absl::StrCat("k", 100 + random() % static_cast<unsigned>(keys)); };
  Plan plan;
  for (unsigned i = random() % 3; i > 0; --i) plan.reads.push_back(key());
  if (random() % 3 == 0) {
    auto from = key(), to = key();
    if (to < from) std::swap(from, to);
    plan.ranges.emplace_back(random() % 4 == 0 ? "" : from, random() % 4 == 0 ? "" : to);
  }
  for (unsigned i = random() % 3; i > 0; --i) {
    plan.writes.emplace_back(key(), random() % 4 == 0 ? "" : "v");
  }
  return plan;
}

std::string Run(const Ledger& ledger, const Plan& plan) {
  return testing::Simulate(ledger, [&](Simulator& s) {
    for (const auto& key : plan.reads) REQUIRE(s.GetState("cc", key).ok());
    for (const auto& [start, end] : plan.ranges) {
      auto range = s.GetRange("cc", start, end);
      while (*(*range)->Next()) {
      }
    }
    for (const auto& [key, value] : plan.writes) {
      REQUIRE((value.empty() ? s.DeleteState("cc", key) : s.SetState("cc", key, value)).ok());
    }
  });
}

TEST_CASE("Verdicts and state agree with a serial oracle", "[mvcc]") {
  const int keys = GENERATE(8, 200);  // 200: ranges above 50 results become summaries
  TempDir temp;
  auto ledger = Ledger::Open(temp.path());
  REQUIRE(ledger.ok());
  std::mt19937 random(static_cast<unsigned>(keys));
  Oracle state;
  int conflicts = 0, phantoms = 0;
  for (uint64_t number = 0; number < 150; ++number) {
    std::vector<Plan> plans(1 + random() % 8);
    std::vector<std::string> envelopes;
    for (size_t i = 0; i < plans.size(); ++i) {
      plans[i] = RandomPlan(random, keys);
      envelopes.push_back(
          MakeTransaction(absl::StrCat("tx", number, "-", i), Run(**ledger, plans[i])));
    }
    const Oracle then = state;
    std::set<std::string> touched;
    std::vector<::protos::TxValidationCode> expected;
    for (uint64_t i = 0; i < plans.size(); ++i) {
      expected.push_back(Judge(plans[i], then, state, touched));
      if (expected.back() != ::protos::VALID) continue;
      for (const auto& [key, value] : plans[i].writes) {
        touched.insert(key);
        state.erase(key);
      }
      // The last write of a key counts.
      std::map<std::string, std::string> last(plans[i].writes.rbegin(), plans[i].writes.rend());
      for (const auto& [key, value] : last) {
        if (!value.empty()) state[key] = Version{number, i};
      }
    }
    auto result = (*ledger)->Commit(NextBlock(**ledger, envelopes));
    REQUIRE(result.ok());
    REQUIRE(result->codes == expected);
    for (auto code : expected) {
      conflicts += code == ::protos::MVCC_READ_CONFLICT;
      phantoms += code == ::protos::PHANTOM_READ_CONFLICT;
    }
    auto all = (*ledger)->NewView()->Range("cc", "", "");
    Oracle stored;
    while (auto row = *(*all)->Next()) stored[row->key] = row->value.version;
    REQUIRE(stored == state);
  }
  CHECK(conflicts > 3);
  CHECK(phantoms > 3);
}

TEST_CASE("A key read elsewhere under the same name does not conflict", "[mvcc]") {
  MemoryState state;
  MvccValidator validator(state);
  TxRwSet writer, reader;
  writer.namespaces.push_back({.name = "a"});
  writer.namespaces[0].kv.add_writes()->set_key("k");
  reader.namespaces.push_back({.name = "b"});
  reader.namespaces[0].kv.add_reads()->set_key("k");
  REQUIRE(validator.Accept(writer, {1, 0}).ok());
  CHECK(*validator.Check(reader) == ::protos::VALID);
  reader.namespaces[0].name = "a";
  CHECK(*validator.Check(reader) == ::protos::MVCC_READ_CONFLICT);
}

TEST_CASE("A read of an existing version and a read of nothing differ", "[mvcc]") {
  MemoryState state;
  TxRwSet rwset;
  rwset.namespaces.push_back({.name = "cc"});
  auto* read = rwset.namespaces[0].kv.add_reads();
  read->set_key("k");
  CHECK(*MvccValidator(state).Check(rwset) == ::protos::VALID);
  read->mutable_version();  // block 0, transaction 0
  CHECK(*MvccValidator(state).Check(rwset) == ::protos::MVCC_READ_CONFLICT);
}

TEST_CASE("A range with a broken summary is a phantom, not a failure", "[mvcc]") {
  MemoryState state;
  TxRwSet rwset;
  rwset.namespaces.push_back({.name = "cc"});
  auto* info = rwset.namespaces[0].kv.add_range_queries_info();
  info->set_itr_exhausted(true);
  info->mutable_reads_merkle_hashes()->set_max_degree(0);
  CHECK(*MvccValidator(state).Check(rwset) == ::protos::PHANTOM_READ_CONFLICT);
}

}  // namespace
}  // namespace suyuan::ledger
