// Backup of running nodes under load, drill, restore onto an empty machine.
#include "network/ledger/backup.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/file_util.h"
#include "network/ledger/ledger.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/operator.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

constexpr char kPeer[] = "peer0.producer";
constexpr char kOther[] = "peer0.distributor";

// Submits until it is told to stop; remembers what was committed.
class Load {
 public:
  explicit Load(const TestNetwork& network) : network_(network) {
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this, i] { Run(i); });
  }
  ~Load() { Stop(); }
  void Stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  bool AwaitCommits(size_t more) {
    absl::MutexLock lock(&mutex_);
    const size_t target = committed_.size() + more;
    const auto reached = [&]()
                             ABSL_NO_THREAD_SAFETY_ANALYSIS { return committed_.size() >= target; };
    return mutex_.AwaitWithTimeout(absl::Condition(&reached), absl::Seconds(60));
  }
  std::set<std::string> Committed() {
    absl::MutexLock lock(&mutex_);
    return committed_;
  }

 private:
  void Run(int number) {
    auto gateway = network_.Connect("producer");
    if (!gateway.ok()) return;
    auto contract = (*gateway)->GetNetwork(network_.channel()).GetContract("asset");
    for (int i = 0; !stopping_; ++i) {
      const std::string key = absl::StrCat("k", number, "_", i);
      if (!contract.Submit("CreateAsset", {key, "blue", "5", "x", "300"}).ok()) continue;
      absl::MutexLock lock(&mutex_);
      committed_.insert(key);
    }
  }

  const TestNetwork& network_;
  std::atomic<bool> stopping_{false};
  absl::Mutex mutex_;
  std::set<std::string> committed_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

void FlipMiddle(const fs::path& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(fs::file_size(path) / 2));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(fs::file_size(path) / 2));
  file.put(byte);
}

TEST_CASE("A backup made under load passes its drill, and a peer restored from it goes on",
          "[integration][backup]") {
  const auto up = UpOrFail("backup", {"--orgs", "2", "--no-chaincode"});
  const TestNetwork& network = *up;
  REQUIRE(network.Run({"deploy", "asset"}).ok());
  const Operator op(network);
  const auto run = [&](const ToolResult& result) {
    INFO(result.output);
    REQUIRE(result.exit_status == 0);
    return result.output;
  };
  const auto backup = [&](const std::string& node, const std::string& name) {
    return op.ToolAt(node,
                     {"ledger", "backup", "--channel", network.channel(), "--out", op.Path(name)});
  };
  Load load(network);
  REQUIRE(load.AwaitCommits(20));
  run(backup(kPeer, "one"));
  const auto at_backup = load.Committed();
  run(backup(kOther, "two"));
  run(backup("orderer0", "orderer"));
  REQUIRE(load.AwaitCommits(5));

  const ToolResult stranger = op.ToolAt(
      kPeer, {"ledger", "backup", "--channel", network.channel(), "--out", op.Path("x")}, "user1");
  CHECK(stranger.exit_status == 1);
  CHECK(absl::StrContains(stranger.output, "not an admin"));
  CHECK(backup(kPeer, "one").exit_status == 1);  // is there already

  // Drills, while the network goes on: alone, against a running peer, another backup.
  run(op.Tool({"ledger", "verify", op.Path("one")}));
  run(op.Tool({"ledger", "verify", op.Path("orderer")}));
  run(op.Tool({"ledger", "drill", op.Path("one")}));
  const std::string drill = run(op.ToolAt(kOther, {"ledger", "drill", op.Path("one")}));
  CHECK(absl::StrContains(drill, "manifest stateHash: equal"));
  CHECK(absl::StrContains(drill, "reference blockHash: equal"));
  CHECK(absl::StrContains(drill, "reference commitHash: equal"));
  run(op.Tool({"ledger", "drill", op.Path("one"), "--reference", op.Path("two")}));
  run(op.ToolAt("orderer0", {"ledger", "drill", op.Path("orderer")}));

  // A manifest that says otherwise, and a flipped byte.
  fs::copy(op.Path("one"), op.Path("forged"), fs::copy_options::recursive);
  auto manifest = ParseManifest(ReadFile(op.Path("one/manifest.json")).value());
  REQUIRE(manifest.ok());
  manifest->hashes.state_hash.back() ^= 1;
  REQUIRE(WriteFileAtomically(op.Path("forged/manifest.json"), ManifestJson(*manifest)).ok());
  const ToolResult forged = op.Tool({"ledger", "drill", op.Path("forged")});
  CHECK(forged.exit_status == 1);
  CHECK(absl::StrContains(forged.output, "stateHash: DIFFERENT"));
  fs::copy(op.Path("one"), op.Path("flipped"), fs::copy_options::recursive);
  FlipMiddle(op.Path("flipped/blocks/000000.blk"));
  for (const Operator::Words& words :
       {Operator::Words{"ledger", "verify", op.Path("flipped")},
        Operator::Words{"ledger", "drill", op.Path("flipped")},
        Operator::Words{"ledger", "restore", op.Path("flipped"), "--data-dir", op.Path("new")}}) {
    const ToolResult found = op.Tool(words);
    INFO(words[1] << ": " << found.output);
    CHECK(found.exit_status == 1);
    CHECK(absl::StrContains(found.output, "flipped/blocks/000000.blk"));
  }

  load.Stop();
  REQUIRE(network.Stop(kPeer).ok());
  const std::string data = op.DataDir(kPeer).string();
  const ToolResult occupied = op.Tool({"ledger", "restore", op.Path("one"), "--data-dir", data});
  CHECK(occupied.exit_status == 1);
  CHECK(absl::StrContains(occupied.output, "is there already"));
  fs::rename(data, data + ".lost");
  run(op.Tool({"ledger", "restore", op.Path("one"), "--data-dir", data}));
  REQUIRE(network.Start(kPeer).ok());
  CHECK(op.AwaitEqualHashes(kPeer, kOther, network.channel()));
  {
    const auto gateway = ConnectOrFail(network, "producer");
    auto contract = gateway->GetNetwork(network.channel()).GetContract("asset");
    absl::Status created;
    CHECK(AwaitCondition(absl::Seconds(30), [&] {
      created = contract.Submit("CreateAsset", {"after", "red", "1", "x", "1"}).status();
      return created.ok();
    }));
    INFO(created);
  }
  const auto committed = load.Committed();
  CHECK(committed.size() >= at_backup.size());
  REQUIRE(network.Stop(kPeer).ok());
  auto ledger = Ledger::Open(network.LedgerDir(kPeer));
  REQUIRE(ledger.ok());
  for (const std::string& key : committed) {
    INFO(key);
    CHECK((*ledger)->NewView()->Get("asset", key)->has_value());
  }
  WARN("committed " << at_backup.size() << " at the backup, " << committed.size() << " in all");
}

}  // namespace
}  // namespace suyuan
