#include "network/peer/channels.h"

#include <prometheus/registry.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "network/common/file_util.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/testing/test_channel.h"

namespace suyuan {
namespace {

// The genesis block of a channel made by stock Fabric; absent without shared data.
std::optional<::common::Block> StockGenesis() {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  if (shared == nullptr) return std::nullopt;
  const auto bytes = ReadFile(std::filesystem::path(shared) / "fabric-golden" / "block0.pb");
  if (!bytes.ok()) return std::nullopt;
  ::common::Block block;
  REQUIRE(block.ParseFromString(*bytes));
  return block;
}

struct Fixture {
  Fixture()
      : dir(std::filesystem::temp_directory_path() /
            ("suyuan-channels-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(dir);
    Open();
  }
  ~Fixture() {
    channels.reset();
    std::filesystem::remove_all(dir);
  }
  void Open() {
    channels.reset();
    auto opened = Channels::Open(dir, {.pool = &pool, .metrics = &metrics});
    INFO(opened.status());
    REQUIRE(opened.ok());
    channels = *std::move(opened);
  }

  std::filesystem::path dir;
  prometheus::Registry registry;
  PeerMetrics metrics{registry};
  ThreadPool pool{2};
  std::unique_ptr<Channels> channels;
};

}  // namespace

TEST_CASE("A channel is joined once, by its genesis block, and is there after a restart",
          "[channels]") {
  const auto genesis = StockGenesis();
  if (!genesis.has_value()) {
    WARN("skipped: no shared data");
    return;
  }
  Fixture f;
  CHECK(f.channels->Names().empty());
  REQUIRE(f.channels->Join(*genesis).ok());
  CHECK(absl::IsAlreadyExists(f.channels->Join(*genesis)));
  f.Open();
  CHECK(f.channels->Names() == std::vector<std::string>{"mychannel"});
  const auto channel = f.channels->Get("mychannel");
  REQUIRE(channel != nullptr);
  CHECK(channel->config()->channel_id() == "mychannel");
  CHECK(channel->config_block() == 0);
  CHECK(channel->ledger().Height() == 1);
  CHECK(channel->Health().ok());
  CHECK(f.channels->Find("other") == nullptr);
}

TEST_CASE("The genesis transaction is known alike after a join and after a replay", "[channels]") {
  const auto genesis = StockGenesis();
  if (!genesis.has_value()) {
    WARN("skipped: no shared data");
    return;
  }
  const std::string tx_id = ParseEnvelope(genesis->data().data(0))->channel_header.tx_id();
  REQUIRE_FALSE(tx_id.empty());
  Fixture f;
  REQUIRE(f.channels->Join(*genesis).ok());
  CHECK(f.channels->Get("mychannel")->ledger().FindTransaction(tx_id).ok());
  f.channels.reset();
  std::filesystem::remove_all(f.dir / "mychannel" / "ledger" / "state");
  f.Open();
  CHECK(f.channels->Get("mychannel")->ledger().FindTransaction(tx_id).ok());
}

TEST_CASE("A channel that was left is gone, also after a restart, until it is joined again",
          "[channels]") {
  const ::common::Block genesis = TestChannel("mychannel").genesis();
  Fixture f;
  const absl::Status unknown = f.channels->Leave("mychannel").status();
  CHECK(absl::IsNotFound(unknown));
  CHECK(unknown.message() == "channel mychannel is not joined on this peer");
  REQUIRE(f.channels->Join(genesis).ok());
  CHECK(*f.channels->Leave("mychannel") == 1);
  CHECK(f.channels->Names().empty());
  CHECK_FALSE(std::filesystem::exists(f.dir / "mychannel"));
  f.Open();
  REQUIRE(f.channels->JoinConfigured(genesis).ok());
  CHECK(f.channels->Names().empty());
  REQUIRE(f.channels->Join(genesis).ok());
  f.Open();
  CHECK(f.channels->Get("mychannel") != nullptr);
}

TEST_CASE("A channel in use is left at once, and joined again when it is used no more",
          "[channels]") {
  const ::common::Block genesis = TestChannel("mychannel").genesis();
  struct Awake : BlockFeed::Follower {
    void OnBlock() override {
      if (!woken.HasBeenNotified()) woken.Notify();
    }
    absl::Notification woken;
  };
  Fixture f;
  REQUIRE(f.channels->Join(genesis).ok());
  auto user = f.channels->Get("mychannel");
  const auto follower = std::make_shared<Awake>();
  user->feed().Follow(follower);
  std::thread leaver([&] { CHECK(f.channels->Leave("mychannel").ok()); });
  follower->woken.WaitForNotification();
  CHECK(user->closed());
  CHECK(f.channels->Get("mychannel") == nullptr);
  user.reset();
  leaver.join();
  CHECK(f.channels->Join(genesis).ok());
}

TEST_CASE("What is no genesis block is refused with the reason", "[channels]") {
  Fixture f;
  const auto refusal = [&](const ::common::Block& block) {
    const absl::Status status = f.channels->Join(block);
    CHECK(absl::IsInvalidArgument(status));
    return std::string(status.message());
  };
  CHECK(refusal({}).find("no header") != std::string::npos);
  CHECK(refusal(MakeBlock(7, "previous", {"x"})).find("number is 7") != std::string::npos);
  CHECK(refusal(MakeBlock(0, "", {"x"})).find("configuration") != std::string::npos);
  if (auto genesis = StockGenesis(); genesis.has_value()) {
    genesis->mutable_header()->mutable_data_hash()->front() ^= 1;
    CHECK(refusal(*genesis).find("data hash") != std::string::npos);
  }
  CHECK(f.channels->Names().empty());
}

}  // namespace suyuan
