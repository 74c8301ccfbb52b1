// A channel recorded on stock Fabric v2.5, replayed: every signature and policy is
// checked, and the verdicts and commit hashes must be the recorded ones.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "network/common/file_util.h"
#include "network/ledger/ledger.h"
#include "network/peer/committer/committer.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

constexpr int kBlocks = 7;

std::optional<std::filesystem::path> GoldenDir() {
  const char* shared = std::getenv("SUYUAN_SHARED_DATA");
  if (shared == nullptr) return std::nullopt;
  std::filesystem::path dir = std::filesystem::path(shared) / "fabric-golden";
  if (!std::filesystem::exists(dir)) return std::nullopt;
  return dir;
}

::common::Block ReadBlock(const std::filesystem::path& dir, int number) {
  const auto bytes = ReadFile(dir / ("block" + std::to_string(number) + ".pb"));
  REQUIRE(bytes.ok());
  ::common::Block block;
  REQUIRE(block.ParseFromString(*bytes));
  return block;
}

// As an orderer delivers it: without what the recording peer wrote.
std::shared_ptr<::common::Block> AsDelivered(::common::Block block) {
  for (const int slot : {::common::TRANSACTIONS_FILTER, ::common::COMMIT_HASH}) {
    block.mutable_metadata()->mutable_metadata(slot)->clear();
  }
  return std::make_shared<::common::Block>(std::move(block));
}

std::string RecordedCommitHash(const ::common::Block& block) {
  ::common::Metadata metadata;
  REQUIRE(metadata.ParseFromString(block.metadata().metadata(::common::COMMIT_HASH)));
  return metadata.value();
}

class Replay {
 public:
  explicit Replay(const std::filesystem::path& golden)
      : dir_(std::filesystem::temp_directory_path() /
             ("suyuan-golden-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(dir_);
    auto ledger = Ledger::Open(dir_);
    REQUIRE(ledger.ok());
    ledger_ = std::move(*ledger);
    const ::common::Block genesis = ReadBlock(golden, 0);
    BlockForCommit commit{.block = genesis};
    commit.transactions.push_back({.code = ::protos::VALID});
    REQUIRE(ledger_->Commit(std::move(commit)).ok());
    auto config = ChannelConfig::FromBlock(genesis);
    INFO(config.status());
    REQUIRE(config.ok());
    config_ = *config;
  }
  ~Replay() {
    committer_.reset();
    ledger_.reset();
    std::filesystem::remove_all(dir_);
  }

  Committer& committer() {
    if (committer_ == nullptr) {
      committer_ = std::make_unique<Committer>(
          CommitterDeps{.ledger = ledger_.get(), .pool = &pool_, .config = config_});
    }
    return *committer_;
  }
  Ledger& ledger() { return *ledger_; }

 private:
  const std::filesystem::path dir_;
  ThreadPool pool_{2};
  std::unique_ptr<Ledger> ledger_;
  ChannelConfigPtr config_;
  std::unique_ptr<Committer> committer_;
};

}  // namespace

TEST_CASE("A stock Fabric channel replays to its recorded verdicts and commit hashes", "[golden]") {
  const auto golden = GoldenDir();
  if (!golden.has_value()) {
    WARN("skipped: no shared data");
    return;
  }
  Replay replay(*golden);
  for (int number = 1; number < kBlocks; ++number) {
    const ::common::Block recorded = ReadBlock(*golden, number);
    REQUIRE(replay.committer().Add(AsDelivered(recorded)).ok());
    const bool committed =
        replay.committer().AwaitHeight(number + 1, absl::Now() + absl::Seconds(30));
    INFO(replay.committer().status());
    REQUIRE(committed);
    const auto stored = replay.ledger().Get(number);
    REQUIRE(stored.ok());
    CAPTURE(number);
    CHECK(stored->metadata().metadata(::common::TRANSACTIONS_FILTER) ==
          recorded.metadata().metadata(::common::TRANSACTIONS_FILTER));
    CHECK(replay.ledger().CommitHash() == RecordedCommitHash(recorded));
    CHECK(stored->SerializeAsString() == recorded.SerializeAsString());
  }
}

TEST_CASE("Damage to a recorded transaction gets the code of the rule it breaks", "[golden]") {
  const auto golden = GoldenDir();
  if (!golden.has_value()) {
    WARN("skipped: no shared data");
    return;
  }
  const auto config = ChannelConfig::FromBlock(ReadBlock(*golden, 0));
  REQUIRE(config.ok());
  const std::string good = ReadBlock(*golden, 5).data().data(0);
  REQUIRE(CheckTransaction(good, **config, nullptr).code == ::protos::VALID);
  REQUIRE(CheckTransaction(good, **config, nullptr).endorsers.size() == 2);

  ::common::Envelope envelope;
  REQUIRE(envelope.ParseFromString(good));
  ::common::Payload payload;
  REQUIRE(payload.ParseFromString(envelope.payload()));
  const auto code = [&] {
    envelope.set_payload(payload.SerializeAsString());
    return CheckTransaction(envelope.SerializeAsString(), **config, nullptr).code;
  };

  SECTION("no envelope") {
    CHECK(CheckTransaction("", **config, nullptr).code == ::protos::NIL_ENVELOPE);
    CHECK(CheckTransaction("\xff", **config, nullptr).code == ::protos::INVALID_OTHER_REASON);
  }
  SECTION("no payload") {
    envelope.set_payload("\xff");
    CHECK(CheckTransaction(envelope.SerializeAsString(), **config, nullptr).code ==
          ::protos::BAD_PAYLOAD);
  }
  SECTION("no header") {
    payload.clear_header();
    CHECK(code() == ::protos::BAD_COMMON_HEADER);
  }
  SECTION("a type that is no transaction") {
    ::common::ChannelHeader header;
    REQUIRE(header.ParseFromString(payload.header().channel_header()));
    header.set_type(::common::DELIVER_SEEK_INFO);
    payload.mutable_header()->set_channel_header(header.SerializeAsString());
    CHECK(code() == ::protos::BAD_COMMON_HEADER);
  }
  SECTION("a signature over other bytes") {
    payload.mutable_data()->push_back('\0');
    CHECK(code() == ::protos::BAD_CREATOR_SIGNATURE);
  }
}

}  // namespace suyuan
