// A second channel, made, used, left and joined again by command while the first goes on.
#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "network/common/file_util.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"
#include "tests/support/operator.h"

namespace suyuan {
namespace {

namespace fs = std::filesystem;

constexpr char kSecond[] = "second";
constexpr char kMember[] = "peer0.distributor";

class Channels {
 public:
  explicit Channels(const std::string& name) {
    network_ = UpOrFail(name, {"--orgs", "2", "--no-chaincode"});
    operator_ = std::make_unique<Operator>(*network_);
    REQUIRE(network_->Run({"deploy", "asset"}).ok());
    MakeSecond();
  }

  TestNetwork& network() { return *network_; }
  const Operator& op() const { return *operator_; }
  std::string first() const { return network_->channel(); }

  void Do(const std::string& node, const Operator::Words& words) const {
    const ToolResult result = op().ToolAt(node, words);
    INFO(words[0] << " " << words[1] << ": " << result.output);
    REQUIRE(result.exit_status == 0);
  }
  void Join(const std::string& node, const std::string& channel) const {
    Do(node, {"peer", "join", op().Path(channel + ".block")});
  }
  bool HasJoined(const std::string& node, const std::string& channel) const {
    const ToolResult listed = op().ToolAt(node, {"peer", "channels"});
    INFO(listed.output);
    REQUIRE(listed.exit_status == 0);
    return absl::StrContains(listed.output, channel + "\n");
  }
  fs::path Folder(const std::string& node, const std::string& channel) const {
    return op().DataDir(node) / "channels" / channel;
  }

  // Which package runs a chaincode is private data: the member tells its peer anew.
  void ApproveAgain(const std::string& channel) const {
    const absl::Status approved = Administration(*network_).InstallAndApprove(
        Package(), FirstDefinition(channel, "asset"), op().NodeWords(kMember));
    INFO(approved);
    REQUIRE(approved.ok());
  }
  // A transaction that both organisations must endorse.
  absl::Status Create(const std::string& channel, const std::string& key) const {
    auto gateway = network_->Connect("producer");
    if (!gateway.ok()) return gateway.status();
    sdk::CallOptions call;
    call.deadline = absl::Now() + absl::Seconds(30);
    return (*gateway)
        ->GetNetwork(channel)
        .GetContract("asset")
        .Submit("CreateAsset", {key, "blue", "5", "x", "300"}, call)
        .status();
  }
  void AwaitWork(const std::string& channel, const std::string& key) const {
    absl::Status last;
    int attempt = 0;
    const bool works = AwaitCondition(absl::Seconds(30), [&] {
      last = Create(channel, absl::StrCat(key, attempt++));
      return last.ok();
    });
    INFO(last);
    REQUIRE(works);
  }

 private:
  std::string Package() const { return op().Path("packages/asset_1.0.tgz"); }
  void MakeSecond() {
    const std::string config = Contents(op().Path("channel.yaml"));
    REQUIRE(WriteFileAtomically(
                op().Path("second.yaml"),
                absl::StrReplaceAll(config, {{"channel: " + first(), "channel: second"}}))
                .ok());
    auto connection = network_->connection();
    connection["channel"] = kSecond;
    REQUIRE(WriteFileAtomically(op().Path("second.json"), connection.dump()).ok());
    const auto tool = [this](const Operator::Words& words) {
      const ToolResult result = op().Tool(words);
      INFO(words[0] << " " << words[1] << ": " << result.output);
      REQUIRE(result.exit_status == 0);
    };
    tool({"channel", "genesis", "--config", op().Path("second.yaml"), "--out",
          op().Path("second.block")});
    Do("orderer0", {"orderer", "join", op().Path("second.block")});
    for (const std::string& peer : network_->Peers()) Join(peer, kSecond);
    tool({"chaincode", "deploy", "--connection", op().Path("second.json"), "--name", "asset",
          "--version", "1.0", "--package", Package()});
  }

  std::unique_ptr<TestNetwork> network_;
  std::unique_ptr<Operator> operator_;
};

// Submits one transaction after the other to the first channel.
class Load {
 public:
  explicit Load(const Channels& channels)
      : thread_([this, &channels] {
          for (int i = 0; !stopping_; ++i) {
            (channels.Create(channels.first(), absl::StrCat("load", i)).ok() ? committed_
                                                                             : failed_)++;
          }
        }) {}
  ~Load() { Stop(); }
  void Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  bool AwaitCommits(int more) {
    const int target = committed_ + more;
    return AwaitCondition(absl::Seconds(60), [&] { return committed_ >= target; });
  }
  int failed() const { return failed_; }

 private:
  std::atomic<bool> stopping_{false};
  std::atomic<int> committed_{0}, failed_{0};
  std::thread thread_;
};

TEST_CASE("A channel made at run time works beside the first, and ends on its own",
          "[integration][channels]") {
  Channels channels("channels");
  const Operator& op = channels.op();

  // Both at once, through one gateway.
  Load load(channels);
  for (int i = 0; i < 5; ++i) {
    const absl::Status created = channels.Create(kSecond, absl::StrCat("a", i));
    INFO(created);
    CHECK(created.ok());
  }
  CHECK(op.AwaitEqualHashes("peer0.producer", kMember, kSecond));

  const ToolResult unknown = op.ToolAt(kMember, {"peer", "leave", "nowhere"});
  CHECK(unknown.exit_status == 1);
  CHECK(absl::StrContains(unknown.output, "channel nowhere is not joined on this peer"));
  const ToolResult stranger = op.ToolAt(kMember, {"peer", "leave", kSecond}, "user1");
  CHECK(stranger.exit_status == 1);
  CHECK(absl::StrContains(stranger.output, "not an admin of DistributorMSP"));
  CHECK(channels.HasJoined(kMember, kSecond));

  channels.Do(kMember, {"peer", "leave", kSecond});
  CHECK_FALSE(channels.HasJoined(kMember, kSecond));
  CHECK(channels.HasJoined(kMember, channels.first()));
  CHECK_FALSE(fs::exists(channels.Folder(kMember, kSecond)));
  CHECK(op.HealthOf(kMember).code == 200);
  // The other organisation still has it; alone it cannot endorse.
  CHECK(op.Hashes(kMember, kSecond).empty());
  CHECK_FALSE(op.Hashes("peer0.producer", kSecond).empty());
  CHECK_FALSE(channels.Create(kSecond, "alone").ok());
  // The first channel goes on, with this peer.
  CHECK(load.AwaitCommits(3));

  channels.Join(kMember, kSecond);
  CHECK(op.AwaitEqualHashes("peer0.producer", kMember, kSecond));
  channels.ApproveAgain(kSecond);
  channels.AwaitWork(kSecond, "again");
  load.Stop();
  CHECK(load.failed() == 0);
  CHECK(op.AwaitEqualHashes("peer0.producer", kMember, channels.first()));
  CHECK(op.AwaitEqualHashes("peer0.producer", kMember, kSecond));
}

TEST_CASE("Killed in the middle of leaving, a peer has left or has not",
          "[integration][channels]") {
  Channels channels("leaveKill");
  const Operator& op = channels.op();
  channels.AwaitWork(kSecond, "before");
  std::mt19937 random(20260301);
  int left = 0;
  for (int round = 0; round < 6; ++round) {
    Operator::Words words = {(BuildDir() / "bin" / "suyuan").string(), "peer", "leave", kSecond};
    const Operator::Words rest = op.NodeWords(kMember);
    words.insert(words.end(), rest.begin(), rest.end());
    auto leave = Process::Start(words, op.Path("leave.log"));
    REQUIRE(leave.ok());
    // A random moment is the point here: nothing to be awaited.
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 60));
    REQUIRE(channels.network().Kill(kMember).ok());
    const auto status = (*leave)->AwaitExit(absl::Seconds(30));
    REQUIRE(status.has_value());
    REQUIRE(channels.network().Start(kMember).ok());
    const bool joined = channels.HasJoined(kMember, kSecond);
    INFO("round " << round << ", leave exited with " << *status);
    if (*status == 0) CHECK_FALSE(joined);
    CHECK(fs::exists(channels.Folder(kMember, kSecond)) == joined);
    if (!joined) {
      ++left;
      channels.Join(kMember, kSecond);
    }
    CHECK(op.AwaitEqualHashes("peer0.producer", kMember, kSecond));
  }
  WARN("left in " << left << " of 6 rounds");

  // What the configuration lists is not joined by a restart once it was left.
  channels.Do(kMember, {"peer", "leave", channels.first()});
  REQUIRE(channels.network().Stop(kMember).ok());
  REQUIRE(channels.network().Start(kMember).ok());
  CHECK_FALSE(channels.HasJoined(kMember, channels.first()));
  CHECK(channels.HasJoined(kMember, kSecond));
  channels.Join(kMember, channels.first());
  CHECK(op.AwaitEqualHashes("peer0.producer", kMember, channels.first()));
}

}  // namespace
}  // namespace suyuan
