// A peer fetches from orderers and neighbours that do as a test says, over TLS.
#include "network/deliver/block_fetcher.h"

#include <grpcpp/grpcpp.h>

#include <catch2/catch.hpp>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/msp/signed_envelope.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/server.h"
#include "network/setup/testing/test_channel.h"
#include "protos/orderer/ab.grpc.pb.h"
#include "protos/peer/events.grpc.pb.h"

namespace suyuan {
namespace {

// What a node serves; both services read it. Thread-safe.
class Shelf {
 public:
  void Set(std::vector<::common::Block> blocks) {
    absl::MutexLock lock(&mutex_);
    blocks_ = std::move(blocks);
  }
  // Stopped, it ends every call at once.
  void Stop(bool stopped) {
    absl::MutexLock lock(&mutex_);
    stopped_ = stopped;
  }
  // Calls for a block and those after it.
  int visits() {
    absl::MutexLock lock(&mutex_);
    return visits_;
  }
  // False when there were not so many visits, or questions for the newest block, in time.
  bool AwaitVisits(int count) { return AwaitCount(&visits_, count); }
  bool AwaitProbes(int count) { return AwaitCount(&probes_, count); }

  // A seek for the newest block, or from a number on until the call ends.
  template <typename Response>
  grpc::Status Serve(grpc::ServerContext* context,
                     grpc::ServerReaderWriter<Response, ::common::Envelope>* stream) {
    ::common::Envelope envelope;
    ::common::Payload payload;
    ::orderer::SeekInfo seek;
    if (!stream->Read(&envelope) || !payload.ParseFromString(envelope.payload()) ||
        !seek.ParseFromString(payload.data())) {
      return grpc::Status::OK;
    }
    uint64_t next = seek.start().specified().number();
    {
      absl::MutexLock lock(&mutex_);
      if (stopped_) return {grpc::StatusCode::UNAVAILABLE, "stopped"};
      if (seek.start().has_newest()) {
        next = blocks_.size() - 1;
        ++probes_;
      } else {
        ++visits_;
      }
    }
    Response response;
    while (Await(next, context, response.mutable_block()) && stream->Write(response)) ++next;
    return grpc::Status::OK;
  }

 private:
  bool AwaitCount(const int* counted, int count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&] { return *counted >= count; };
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(30));
  }
  bool Await(uint64_t number, grpc::ServerContext* context, ::common::Block* block) {
    absl::MutexLock lock(&mutex_);
    while (!stopped_ && !context->IsCancelled() && number >= blocks_.size()) {
      auto ready = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return stopped_ || number < blocks_.size();
      };
      mutex_.AwaitWithTimeout(absl::Condition(&ready), absl::Milliseconds(10));
    }
    if (stopped_ || context->IsCancelled()) return false;
    *block = blocks_[number];
    return true;
  }

  absl::Mutex mutex_;
  std::vector<::common::Block> blocks_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = true;
  int visits_ ABSL_GUARDED_BY(mutex_) = 0;
  int probes_ ABSL_GUARDED_BY(mutex_) = 0;
};

class OrdererService final : public ::orderer::AtomicBroadcast::Service {
 public:
  explicit OrdererService(Shelf* shelf) : shelf_(shelf) {}
  grpc::Status Deliver(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<::orderer::DeliverResponse, ::common::Envelope>* stream) override {
    return shelf_->Serve(context, stream);
  }

 private:
  Shelf* const shelf_;
};

class PeerService final : public ::protos::Deliver::Service {
 public:
  explicit PeerService(Shelf* shelf) : shelf_(shelf) {}
  grpc::Status Deliver(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<::protos::DeliverResponse, ::common::Envelope>* stream) override {
    return shelf_->Serve(context, stream);
  }

 private:
  Shelf* const shelf_;
};

// Serves as orderer and as peer, each when asked so. Refuses every call until Serve():
// a port that is let go may be somebody else's the next moment.
class Node {
 public:
  explicit Node(const TestOrganization& organization) : orderer_(&shelf), peer_(&shelf) {
    const TestCertificate tls = organization.tls_ca().IssueTls("node");
    RpcServerOptions options;
    options.listen = "127.0.0.1:0";
    options.tls = {tls.certificate->ToPem(), tls.key->ToPem()};
    auto started = RpcServer::Start(options, {&orderer_, &peer_});
    INFO(started.status());
    REQUIRE(started.ok());
    server_ = *std::move(started);
  }
  ~Node() { shelf.Stop(true); }
  const std::string& address() const { return server_->address(); }
  int port() const { return server_->port(); }
  void Serve() { shelf.Stop(false); }

  Shelf shelf;

 private:
  OrdererService orderer_;
  PeerService peer_;
  std::unique_ptr<RpcServer> server_;
};

// The genesis block alone: where the fetching begins.
class GenesisOnly final : public BlockSource {
 public:
  explicit GenesisOnly(const ::common::Block& genesis) : bytes_(genesis.SerializeAsString()) {}
  uint64_t Height() const override { return 1; }
  absl::StatusOr<std::string> GetBytes(uint64_t) const override { return bytes_; }
  std::shared_ptr<void> AddListener(std::function<void(uint64_t)>) override { return nullptr; }

 private:
  const std::string bytes_;
};

::common::Block Signed(::common::Block block, const SigningIdentity& signer) {
  ::common::Metadata signatures;
  signatures.set_value(::common::OrdererBlockMetadata().SerializeAsString());
  auto* signature = signatures.add_signatures();
  signature->set_signature_header(MakeSignatureHeader(signer).SerializeAsString());
  signature->set_signature(*signer.Sign(
      {signatures.value(), signature->signature_header(), BlockHeaderDer(block.header())}));
  block.mutable_metadata()->set_metadata(::common::SIGNATURES, signatures.SerializeAsString());
  return block;
}

// A channel of two orderers and a neighbour, and a peer that fetches its blocks.
class Fixture {
 public:
  Fixture() {
    channel.spec().orderer[0].endpoints = {one.address(), two.address()};
    channel.spec().application[0].peers = {{"127.0.0.1", neighbour.port()}};
    genesis = channel.genesis();
    config = *ChannelConfig::FromBlock(genesis);
    const auto signer = channel.supervisor().NewOrderer();
    blocks.push_back(genesis);
    for (uint64_t n = 1; n <= 6; ++n) {
      const auto envelope =
          MakeTestEnvelope(*channel.producer().NewClient(), channel.id(), absl::StrCat(n));
      blocks.push_back(Signed(
          MakeBlock(n, BlockHeaderHash(blocks.back().header()), {envelope.SerializeAsString()}),
          *signer));
    }
    source = std::make_unique<GenesisOnly>(genesis);
  }

  // The first `count` blocks, genesis included.
  std::vector<::common::Block> First(size_t count) const {
    return {blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(count)};
  }
  // The same, the last of them signed by somebody who is no orderer.
  std::vector<::common::Block> FirstButForged(size_t count) const {
    auto forged = First(count);
    forged.back() = Signed(forged.back(), *channel.producer().NewPeer());
    return forged;
  }
  // The same, as a peer keeps them.
  std::vector<::common::Block> FirstWithVerdicts(size_t count) const {
    auto kept = First(count);
    for (auto& block : kept) {
      block.mutable_metadata()->set_metadata(::common::TRANSACTIONS_FILTER, std::string(1, 7));
      block.mutable_metadata()->set_metadata(::common::COMMIT_HASH, "hash");
    }
    return kept;
  }

  void Fetch() {
    BlockFetcherDeps deps{.signer = channel.producer().NewPeer()};
    deps.max_backoff = absl::Milliseconds(100);
    deps.probe_after = absl::Milliseconds(100);
    deps.first_distrust = absl::Hours(1);
    deps.neighbours.msp_id = "ProducerMSP";
    deps.neighbour_silence = absl::Milliseconds(100);
    fetcher = BlockFetcher::Create(
        config, *source, deps, [this](::common::Block block) -> absl::StatusOr<ChannelConfigPtr> {
          absl::MutexLock lock(&mutex);
          fetched.push_back(std::move(block));
          return nullptr;
        });
    fetcher->Start();
  }
  // Until the blocks up to number `last` are there.
  bool Await(size_t last) {
    absl::MutexLock lock(&mutex);
    const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex) { return fetched.size() >= last; };
    return mutex.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(30));
  }

  TestChannel channel;
  Node one{channel.supervisor()}, two{channel.supervisor()}, neighbour{channel.producer()};
  ::common::Block genesis;
  ChannelConfigPtr config;
  std::vector<::common::Block> blocks;
  std::unique_ptr<GenesisOnly> source;
  absl::Mutex mutex;
  std::vector<::common::Block> fetched ABSL_GUARDED_BY(mutex);
  std::unique_ptr<BlockFetcher> fetcher;  // before what it uses
};

TEST_CASE("An orderer that sends nothing is left when another has more", "[deliver]") {
  Fixture fixture;
  fixture.one.shelf.Set(fixture.First(3));
  fixture.one.Serve();
  fixture.Fetch();
  REQUIRE(fixture.Await(2));
  CHECK(fixture.fetcher->Status().ok());
  fixture.two.shelf.Set(fixture.First(6));
  fixture.two.Serve();
  CHECK(fixture.Await(5));
  // And back again.
  fixture.one.shelf.Set(fixture.First(7));
  CHECK(fixture.Await(6));
}

TEST_CASE("A silent orderer is kept while nobody has more", "[deliver]") {
  Fixture fixture;
  for (Node* node : {&fixture.one, &fixture.two}) {
    node->shelf.Set(fixture.First(3));
    node->Serve();
  }
  fixture.Fetch();
  REQUIRE(fixture.Await(2));
  Node& other = fixture.one.shelf.visits() > 0 ? fixture.two : fixture.one;
  CHECK(other.shelf.AwaitProbes(3));
  CHECK(fixture.one.shelf.visits() + fixture.two.shelf.visits() == 1);
}

TEST_CASE("An orderer whose blocks do not verify is left alone for a while", "[deliver]") {
  Fixture fixture;
  fixture.one.shelf.Set(fixture.FirstButForged(4));
  fixture.one.Serve();
  fixture.Fetch();
  REQUIRE(fixture.one.shelf.AwaitVisits(1));
  REQUIRE(fixture.Await(2));
  fixture.two.shelf.Set(fixture.First(7));
  fixture.two.Serve();
  REQUIRE(fixture.Await(6));
  CHECK(fixture.one.shelf.visits() == 1);
  absl::MutexLock lock(&fixture.mutex);
  for (size_t n = 1; n <= 6; ++n) {
    CHECK(fixture.fetched[n - 1].SerializeAsString() == fixture.blocks[n].SerializeAsString());
  }
}

TEST_CASE("Without an orderer a peer of the own organisation gives its blocks", "[deliver]") {
  Fixture fixture;
  fixture.neighbour.shelf.Set(fixture.FirstWithVerdicts(5));
  fixture.neighbour.Serve();
  fixture.Fetch();
  REQUIRE(fixture.Await(4));
  CHECK_FALSE(fixture.fetcher->Status().ok());
  {
    absl::MutexLock lock(&fixture.mutex);  // as an orderer would have sent them
    for (size_t n = 1; n <= 4; ++n) {
      CHECK(fixture.fetched[n - 1].SerializeAsString() == fixture.blocks[n].SerializeAsString());
    }
  }
  fixture.two.shelf.Set(fixture.First(7));
  fixture.two.Serve();
  CHECK(fixture.Await(6));
}

TEST_CASE("A neighbour is believed no more than an orderer", "[deliver]") {
  Fixture fixture;
  fixture.neighbour.shelf.Set(fixture.FirstButForged(2));
  fixture.neighbour.Serve();
  fixture.Fetch();
  REQUIRE(fixture.neighbour.shelf.AwaitVisits(1));
  fixture.one.shelf.Set(fixture.First(3));
  fixture.one.Serve();
  REQUIRE(fixture.Await(2));
  CHECK(fixture.neighbour.shelf.visits() == 1);
}

TEST_CASE("Neighbours are the organisation's other peers, each once", "[deliver]") {
  TestChannel channel;
  channel.spec().application[0].peers = {{"a", 1}, {"b", 2}};
  const auto nodes = NeighboursOf(*channel.config(), {"ProducerMSP", {"b:2", "c:4"}, "roots"});
  std::vector<std::string> endpoints;
  for (const auto& node : nodes) endpoints.push_back(node.endpoint);
  CHECK(endpoints == std::vector<std::string>{"b:2", "c:4", "a:1"});
  CHECK(nodes[0].tls_roots_pem == "roots");
  CHECK(absl::StrContains(nodes[2].tls_roots_pem, "BEGIN CERTIFICATE"));
  CHECK(NeighboursOf(*channel.config(), {}).empty());
}

TEST_CASE("Distrust doubles and ends", "[deliver]") {
  DistrustedNodes distrust(absl::Seconds(10));
  const absl::Time now = absl::UnixEpoch();
  CHECK_FALSE(distrust.Holds("a", now));
  CHECK(distrust.Add("a", now) == absl::Seconds(10));
  CHECK(distrust.Holds("a", now + absl::Seconds(9)));
  CHECK_FALSE(distrust.Holds("b", now));
  CHECK_FALSE(distrust.Holds("a", now + absl::Seconds(10)));
  CHECK(distrust.Add("a", now) == absl::Seconds(20));
  for (int i = 0; i < 20; ++i) distrust.Add("a", now);
  CHECK(distrust.Add("a", now) == absl::Minutes(10));
  distrust.Clear("a");
  CHECK_FALSE(distrust.Holds("a", now));
}

}  // namespace
}  // namespace suyuan
