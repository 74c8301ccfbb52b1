// A fetcher in front of an orderer that sends what the test wants.
#include "network/deliver/block_fetcher.h"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "network/common/status_macros.h"
#include "network/ledger/testing/ledger_fixtures.h"
#include "network/orderer/block_maker.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/server.h"
#include "network/setup/testing/test_channel.h"
#include "protos/orderer/ab.grpc.pb.h"

namespace suyuan {
namespace {

using Catch::Matchers::Contains;

// Answers each seek with the blocks it has been given, from the start asked for, and
// keeps the stream open.
class ScriptedOrderer final : private ::orderer::AtomicBroadcast::Service {
 public:
  explicit ScriptedOrderer(const TestOrganization& organization) {
    const TestCertificate tls = organization.tls_ca().IssueTls("orderer0");
    auto server = RpcServer::Start({.tls = {tls.certificate->ToPem(), tls.key->ToPem()}}, {this});
    REQUIRE(server.ok());
    server_ = *std::move(server);
  }
  ~ScriptedOrderer() override { server_->Stop(absl::ZeroDuration()); }

  const std::string& address() const { return server_->address(); }
  // Block 1 and on.
  void Serve(std::vector<::common::Block> blocks) {
    absl::MutexLock lock(&mutex_);
    blocks_ = std::move(blocks);
  }

 private:
  using Stream = grpc::ServerReaderWriter<::orderer::DeliverResponse, ::common::Envelope>;
  grpc::Status Deliver(grpc::ServerContext*, Stream* stream) override {
    ::common::Envelope seek;
    if (!stream->Read(&seek)) return grpc::Status::OK;
    ::orderer::SeekInfo info;
    info.ParseFromString(ParseEnvelope(seek)->payload.data());
    std::vector<::common::Block> blocks;
    {
      absl::MutexLock lock(&mutex_);
      blocks = blocks_;
    }
    for (uint64_t n = info.start().specified().number(); n <= blocks.size(); ++n) {
      ::orderer::DeliverResponse response;
      *response.mutable_block() = blocks[n - 1];
      stream->Write(response);
    }
    stream->Read(&seek);  // returns when the reader goes
    return grpc::Status::OK;
  }

  absl::Mutex mutex_;
  std::vector<::common::Block> blocks_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<RpcServer> server_;
};

// A channel whose block 1 hands the ordering over to another organisation.
struct Fixture {
  Fixture() {
    channel.spec().orderer[0].endpoints = {orderer.address()};
    successors.spec().orderer[0].endpoints = {orderer.address()};
    genesis = channel.genesis();
    REQUIRE((*store)->Append(genesis).ok());
    handover = Sign(1, genesis, successors.genesis().data().data(0), channel);
  }

  ::common::Block Sign(uint64_t number, const ::common::Block& previous, std::string envelope,
                       const TestChannel& by) {
    auto block = MakeSignedBlock(number, BlockHeaderHash(previous.header()), {std::move(envelope)},
                                 number == 1 ? 1 : 0, *by.supervisor().NewOrderer());
    REQUIRE(block.ok());
    return *std::move(block);
  }

  // Fetches; `in_force` is what the sink answers to a config block.
  void Fetch(ChannelConfigPtr in_force, ChannelConfigPtr newer = nullptr,
             std::vector<std::string> orderers = {}) {
    fetcher = BlockFetcher::Create(
        channel.config(), **store,
        {.signer = channel.producer().NewPeer(),
         .orderers = std::move(orderers),
         .newer = std::move(newer),
         .first_distrust = absl::Milliseconds(100)},
        [this, in_force](::common::Block block) -> absl::StatusOr<ChannelConfigPtr> {
          SUYUAN_RETURN_IF_ERROR((*store)->Append(block));
          absl::MutexLock lock(&mutex);
          ++height;
          return IsConfigBlock(block) ? in_force : nullptr;
        });
    fetcher->Start();
  }
  bool AwaitHeight(uint64_t wanted) {
    const auto reached = [&] { return height >= wanted; };
    absl::MutexLock lock(&mutex);
    return mutex.AwaitWithTimeout(absl::Condition(&reached), absl::Seconds(20));
  }

  TestChannel channel, successors;
  ScriptedOrderer orderer{channel.supervisor()};
  testing::TempDir dir;
  absl::StatusOr<std::unique_ptr<BlockStore>> store = BlockStore::Open(dir.path());
  ::common::Block genesis, handover;
  absl::Mutex mutex;
  uint64_t height = 1;
  std::unique_ptr<BlockFetcher> fetcher;  // before what its sink uses goes
};

TEST_CASE("A configuration that its judge accepted holds for the next block", "[fetcher]") {
  Fixture f;
  f.orderer.Serve({f.handover, f.Sign(2, f.handover, "x", f.successors)});
  f.Fetch(f.successors.config());
  CHECK(f.AwaitHeight(3));
}

TEST_CASE("When the orderers of long ago are gone, those of a newer configuration are asked",
          "[fetcher]") {
  Fixture f;
  ::common::Config proto = f.channel.config()->proto();
  proto.set_sequence(proto.sequence() + 1);
  const auto newer = ChannelConfig::Create(f.channel.id(), proto);
  REQUIRE(newer.ok());
  f.channel.spec().orderer[0].endpoints = {"127.0.0.1:1"};  // where nobody is
  f.orderer.Serve({f.Sign(1, f.genesis, "x", f.channel)});
  f.Fetch(nullptr, *newer);
  CHECK(f.AwaitHeight(2));
}

TEST_CASE("When the orderers of long ago are gone, those that the node's owner names are asked",
          "[fetcher]") {
  Fixture f;
  f.channel.spec().orderer[0].endpoints = {"127.0.0.1:1"};  // where nobody is
  f.orderer.Serve({f.Sign(1, f.genesis, "x", f.channel)});
  f.Fetch(nullptr, nullptr, {f.orderer.address()});
  CHECK(f.AwaitHeight(2));
}

TEST_CASE("A config block that its judge refused changes nobody's rights", "[fetcher]") {
  Fixture f;
  f.orderer.Serve({f.handover, f.Sign(2, f.handover, "x", f.successors)});
  f.Fetch(nullptr);
  REQUIRE(f.AwaitHeight(2));
  absl::Status refused;
  for (int tries = 0; tries < 1000 && refused.ok(); ++tries) {
    absl::SleepFor(absl::Milliseconds(10));
    refused = f.fetcher->Status();
  }
  CHECK(absl::IsPermissionDenied(refused));
  CHECK_THAT(std::string(refused.message()), Contains("block 2: orderers' signatures"));
  // The old orderers go on.
  f.orderer.Serve({f.handover, f.Sign(2, f.handover, "x", f.channel)});
  CHECK(f.AwaitHeight(3));
}

}  // namespace
}  // namespace suyuan
