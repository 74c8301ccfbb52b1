// SIGKILL of peer, orderer and gateway at random moments under load. Every transaction
// whose commit was reported is there exactly once, and the peers agree.
//
// SUYUAN_KILLS: how often each kind is killed (default 8; the full run takes 50).
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/ledger/ledger.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

int Kills() {
  int kills = 8;
  const char* text = std::getenv("SUYUAN_KILLS");
  if (text != nullptr && !absl::SimpleAtoi(text, &kills)) kills = 8;
  return kills;
}

// Submits for ever; remembers what was reported as committed.
class Load {
 public:
  explicit Load(const TestNetwork& network) : network_(network) {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this, i] { Run(i); });
  }
  ~Load() { Stop(); }
  void Stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  // Transaction id -> key.
  std::map<std::string, std::string> Committed() {
    absl::MutexLock lock(&mutex_);
    return committed_;
  }
  size_t AwaitCommits(size_t more) {
    absl::MutexLock lock(&mutex_);
    const size_t target = committed_.size() + more;
    auto reached = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return committed_.size() >= target; };
    mutex_.AwaitWithTimeout(absl::Condition(&reached), absl::Seconds(60));
    return committed_.size();
  }

 private:
  void Run(int number) {
    auto gateway = network_.Connect("producer");
    if (!gateway.ok()) return;
    auto contract = (*gateway)->GetNetwork(network_.channel()).GetContract("asset");
    for (int i = 0; !stopping_; ++i) {
      const std::string key = absl::StrCat("k", number, "_", i);
      sdk::ProposalOptions proposal;
      proposal.arguments = {key, "blue", "5", "x", "300"};
      sdk::CallOptions call;
      call.deadline = absl::Now() + absl::Seconds(5);
      auto submitted = contract.SubmitNoWait("CreateAsset", proposal, call);
      if (!submitted.ok()) continue;
      auto status = submitted->commit.Status(call);
      if (!status.ok() || !status->successful) continue;
      absl::MutexLock lock(&mutex_);
      committed_[status->transaction_id] = key;
    }
  }

  const TestNetwork& network_;
  std::atomic<bool> stopping_{false};
  absl::Mutex mutex_;
  std::map<std::string, std::string> committed_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

TEST_CASE("Nothing reported as committed is lost or doubled by kills", "[integration][kill]") {
  const auto up = UpOrFail("kill");
  const TestNetwork& network = *up;
  Load load(network);
  REQUIRE(load.AwaitCommits(5) >= 5);

  std::mt19937 random(20260101);
  const std::vector<std::string> nodes = {"peer0.producer", "orderer0", "gateway",
                                          "peer0.distributor"};
  const int kills = Kills();
  for (int round = 0; round < kills; ++round) {
    for (const std::string& node : nodes) {
      // A random moment is the point here: nothing to be awaited.
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
      REQUIRE(network.Kill(node).ok());
      REQUIRE(network.Start(node).ok());
    }
    // The network works again after each round.
    const size_t before = load.Committed().size();
    CHECK(load.AwaitCommits(3) >= before + 3);
  }
  load.Stop();
  const auto committed = load.Committed();
  WARN("kills: " << kills << " of each of " << nodes.size() << " nodes, committed "
                 << committed.size());
  for (const std::string& peer : network.Peers()) REQUIRE(network.Stop(peer).ok());

  for (const std::string& peer : network.Peers()) {
    uint64_t findings = 0;
    auto read = VerifyLedger(network.LedgerDir(peer), [&](const BlockFinding& finding) {
      ++findings;
      UNSCOPED_INFO(peer << " block " << finding.block_number << ": " << finding.errors.front());
    });
    REQUIRE(read.ok());
    CHECK(findings == 0);
  }
  // The producer's peer reported; it must have all, each once and valid.
  auto ledger = Ledger::Open(network.LedgerDir("peer0.producer"));
  REQUIRE(ledger.ok());
  for (const auto& [id, key] : committed) {
    auto location = (*ledger)->FindTransaction(id);
    INFO(id << " " << key << " " << location.status());
    REQUIRE(location.ok());
    CHECK(location->code == ::protos::VALID);
    auto value = (*ledger)->NewView()->Get("asset", key);
    REQUIRE(value.ok());
    REQUIRE(value->has_value());
    CHECK((*value)->version.block == location->block_number);
  }
  // Blocks that two peers both have are equal.
  for (const std::string& peer : network.Peers()) {
    if (peer == "peer0.producer") continue;
    auto other = Ledger::Open(network.LedgerDir(peer));
    REQUIRE(other.ok());
    const uint64_t common = std::min((*other)->Height(), (*ledger)->Height());
    CHECK(common > 1);
    for (uint64_t n = 0; n < common; ++n) {
      auto mine = (*ledger)->Get(n), theirs = (*other)->Get(n);
      REQUIRE(mine.ok());
      REQUIRE(theirs.ok());
      CHECK(mine->header().SerializeAsString() == theirs->header().SerializeAsString());
      CHECK(mine->metadata().metadata(2) == theirs->metadata().metadata(2));
      CHECK(mine->metadata().metadata(4) == theirs->metadata().metadata(4));
    }
  }
}

}  // namespace
}  // namespace suyuan
