// The whole orderer over a loopback port with TLS.
#include <grpcpp/channel.h>

#include <catch2/catch.hpp>
#include <map>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/channel/block_verification.h"
#include "network/common/status_macros.h"
#include "network/common/testing/process.h"
#include "network/deliver/block_fetcher.h"
#include "network/ledger/testing/ledger_fixtures.h"
#include "network/orderer/block_maker.h"
#include "network/orderer/testing/test_orderer.h"
#include "network/protoutil/protoutil.h"
#include "protos/orderer/ab.grpc.pb.h"
#include "protos/orderer/configuration.pb.h"
#include "protos/suyuan/participation.grpc.pb.h"

namespace suyuan {
namespace {

using ::orderer::AtomicBroadcast;
using ::orderer::BroadcastResponse;
using ::orderer::DeliverResponse;

struct Fixture {
  Fixture() { REQUIRE(orderer.channels().Join(channel.genesis()).ok()); }

  std::vector<BroadcastResponse> Broadcast(const std::vector<::common::Envelope>& envelopes) {
    auto stub = AtomicBroadcast::NewStub(orderer.Connect());
    grpc::ClientContext context;
    auto stream = stub->Broadcast(&context);
    std::thread writer([&] {
      for (const auto& envelope : envelopes) {
        if (!stream->Write(envelope)) break;
      }
      stream->WritesDone();
    });
    std::vector<BroadcastResponse> answers;
    for (BroadcastResponse answer; stream->Read(&answer);) answers.push_back(answer);
    writer.join();
    CHECK(stream->Finish().ok());
    return answers;
  }
  BroadcastResponse BroadcastOne(const ::common::Envelope& envelope) {
    auto answers = Broadcast({envelope});
    REQUIRE(answers.size() == 1);
    return answers[0];
  }
  ::common::Envelope Message(const std::string& data) {
    return MakeTestEnvelope(*client, channel.id(), data);
  }
  uint64_t Height() { return orderer.channels().Find(channel.id())->blocks().Height(); }

  TestChannel channel;
  testing::TempDir dir;
  TestOrderer orderer{dir.path(), channel.supervisor()};
  std::shared_ptr<const SigningIdentity> client = channel.producer().NewClient();
};

// What the envelopes of all blocks after the first hold, in the order of the chain.
std::vector<std::string> OrderedData(OrderingChannel& channel) {
  std::vector<std::string> ordered;
  for (uint64_t n = 1; n < channel.blocks().Height(); ++n) {
    const auto block = channel.blocks().Get(n);
    REQUIRE(block.ok());
    for (const std::string& bytes : block->data().data()) {
      ordered.push_back(ParseEnvelope(bytes)->payload.data());
    }
  }
  return ordered;
}

TEST_CASE("A thousand envelopes over several streams come back in signed, chained blocks",
          "[orderer]") {
  Fixture fixture;
  constexpr int kStreams = 4, kEach = 250;
  std::vector<std::vector<::common::Envelope>> envelopes(kStreams);
  for (int s = 0; s < kStreams; ++s) {
    for (int i = 0; i < kEach; ++i) {
      envelopes[s].push_back(fixture.Message(absl::StrCat(s, "/", i)));
    }
  }
  std::vector<std::vector<BroadcastResponse>> answers(kStreams);
  std::vector<std::thread> clients;
  for (int s = 0; s < kStreams; ++s) {
    clients.emplace_back([&, s] { answers[s] = fixture.Broadcast(envelopes[s]); });
  }
  for (std::thread& client : clients) client.join();
  for (const auto& of_stream : answers) {
    REQUIRE(of_stream.size() == kEach);
    for (const auto& answer : of_stream) REQUIRE(answer.status() == ::common::SUCCESS);
  }

  fixture.orderer.Stop();
  fixture.orderer.Start();  // acknowledged is durable

  auto channel = fixture.orderer.channels().Find("trace");
  REQUIRE(channel != nullptr);
  std::string previous = BlockHeaderHash(channel->blocks().Get(0)->header());
  for (uint64_t n = 1; n < channel->blocks().Height(); ++n) {
    const auto block = channel->blocks().Get(n);
    REQUIRE(block.ok());
    REQUIRE(VerifyBlock(*channel->config(), *block, n, previous).ok());
    REQUIRE(*LastConfigIndex(*block) == 0);
    previous = BlockHeaderHash(block->header());
  }
  const std::vector<std::string> ordered = OrderedData(*channel);
  std::map<std::string, int> next;  // by stream: each keeps its order
  for (const std::string& data : ordered) {
    const std::string stream = data.substr(0, 1);
    REQUIRE(data == absl::StrCat(stream, "/", next[stream]++));
  }
  CHECK(ordered.size() == kStreams * kEach);
}

TEST_CASE("A stream with more envelopes than may be in flight loses and doubles none",
          "[orderer]") {
  Fixture fixture;
  constexpr int kEnvelopes = 3000;
  std::vector<::common::Envelope> envelopes;
  for (int i = 0; i < kEnvelopes; ++i) envelopes.push_back(fixture.Message(absl::StrCat(i)));
  const auto answers = fixture.Broadcast(envelopes);
  REQUIRE(answers.size() == kEnvelopes);
  for (const auto& answer : answers) REQUIRE(answer.status() == ::common::SUCCESS);
  int next = 0;
  for (const std::string& data : OrderedData(*fixture.orderer.channels().Find("trace"))) {
    REQUIRE(data == absl::StrCat(next++));
  }
  CHECK(next == kEnvelopes);
}

TEST_CASE("A stream with more bytes than may be in flight loses and doubles none", "[orderer]") {
  Fixture fixture;
  constexpr int kEnvelopes = 50;
  std::vector<::common::Envelope> envelopes;
  for (int i = 0; i < kEnvelopes; ++i) {
    envelopes.push_back(fixture.Message(absl::StrCat(i, " ", std::string(1u << 20, 'x'))));
  }
  const auto answers = fixture.Broadcast(envelopes);
  REQUIRE(answers.size() == kEnvelopes);
  for (const auto& answer : answers) REQUIRE(answer.status() == ::common::SUCCESS);
  int next = 0;
  for (const std::string& data : OrderedData(*fixture.orderer.channels().Find("trace"))) {
    REQUIRE(absl::StartsWith(data, absl::StrCat(next++, " ")));
  }
  CHECK(next == kEnvelopes);
}

TEST_CASE("A fetcher follows an orderer over its restart", "[orderer]") {
  Fixture fixture;
  fixture.channel.spec().orderer[0].endpoints = {fixture.orderer.address()};
  testing::TempDir dir;
  auto store = BlockStore::Open(dir.path());
  REQUIRE(store.ok());
  // The same channel but for the address: what counts here is that signatures are
  // judged by the peer's own configuration.
  REQUIRE((*store)->Append(*fixture.orderer.channels().Find("trace")->blocks().Get(0)).ok());
  absl::Mutex mutex;
  int fetched = 0;
  auto fetcher = BlockFetcher::Create(
      fixture.channel.config(), **store, {.signer = fixture.channel.producer().NewPeer()},
      [&](::common::Block block) -> absl::StatusOr<ChannelConfigPtr> {
        absl::MutexLock lock(&mutex);
        fetched += block.data().data_size();
        SUYUAN_RETURN_IF_ERROR((*store)->Append(block));
        return nullptr;
      });
  fetcher->Start();
  const auto await = [&](int count) {
    const auto enough = [&] { return fetched >= count; };
    absl::MutexLock lock(&mutex);
    return mutex.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(20));
  };
  REQUIRE(fixture.BroadcastOne(fixture.Message("a")).status() == ::common::SUCCESS);
  REQUIRE(await(1));
  CHECK(fetcher->Status().ok());
  fixture.orderer.Stop();
  fixture.orderer.Start();
  REQUIRE(fixture.BroadcastOne(fixture.Message("b")).status() == ::common::SUCCESS);
  CHECK(await(2));
}

TEST_CASE("Broadcast refuses with Fabric's statuses and ends the stream", "[orderer]") {
  Fixture fixture;
  const auto status = [&](const ::common::Envelope& envelope) {
    return fixture.BroadcastOne(envelope).status();
  };
  CHECK(status(MakeTestEnvelope(*fixture.client, "nowhere", "x")) == ::common::BAD_REQUEST);
  CHECK(status(fixture.Message("")) == ::common::BAD_REQUEST);
  CHECK(status(fixture.Message(std::string(10u << 20, 'x'))) == ::common::BAD_REQUEST);
  CHECK(status(MakeTestEnvelope(*fixture.client, "trace", "x", ::common::CONFIG)) ==
        ::common::BAD_REQUEST);
  ::common::Envelope garbage;
  garbage.set_payload("\x0a\xff");
  CHECK(status(garbage) == ::common::BAD_REQUEST);

  ::common::Envelope tampered = fixture.Message("x");
  tampered.mutable_payload()->append("\x12\x01y", 3);
  const BroadcastResponse refused = fixture.BroadcastOne(tampered);
  CHECK(refused.status() == ::common::FORBIDDEN);
  CHECK(absl::EndsWith(refused.info(), ": permission denied"));
  const TestOrganization stranger("StrangerMSP");
  CHECK(status(MakeTestEnvelope(*stranger.NewClient(), "trace", "x")) == ::common::FORBIDDEN);

  const auto answers = fixture.Broadcast({fixture.Message("good"), tampered, fixture.Message("z")});
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].status() == ::common::SUCCESS);
  CHECK(answers[1].status() == ::common::FORBIDDEN);
}

TEST_CASE("A configuration update gets its own block and is in force after it", "[orderer]") {
  Fixture fixture;
  auto channel = fixture.orderer.channels().Find("trace");
  ::common::Config updated = channel->config()->proto();
  auto& value = (*(*updated.mutable_channel_group()->mutable_groups())["Orderer"]
                      .mutable_values())["BatchSize"];
  ::orderer::BatchSize size;
  REQUIRE(size.ParseFromString(value.value()));
  size.set_max_message_count(7);
  value.set_value(size.SerializeAsString());
  const auto update = ComputeConfigUpdate("trace", channel->config()->proto(), updated);
  REQUIRE(update.ok());
  ::common::ConfigUpdateEnvelope content;
  content.set_config_update(DeterministicBytes(*update));
  const auto admin = fixture.channel.supervisor().NewAdmin();

  const auto send = [&] {
    return fixture.BroadcastOne(
        MakeTestEnvelope(*admin, "trace", DeterministicBytes(content), ::common::CONFIG_UPDATE));
  };
  CHECK(send().status() == ::common::FORBIDDEN);  // nobody signed the update

  ::common::SignatureHeader header;
  header.set_creator(admin->serialized());
  header.set_nonce("nonce");
  ::common::ConfigSignature& signature = *content.add_signatures();
  signature.set_signature_header(header.SerializeAsString());
  signature.set_signature(*admin->Sign({signature.signature_header(), content.config_update()}));
  const BroadcastResponse accepted = send();
  INFO(accepted.info());
  REQUIRE(accepted.status() == ::common::SUCCESS);

  CHECK(channel->config()->orderer()->max_message_count == 7);
  const auto block = channel->blocks().Get(1);
  REQUIRE(block.ok());
  CHECK(IsConfigBlock(*block));
  CHECK(*LastConfigIndex(*block) == 1);
  REQUIRE(fixture.BroadcastOne(fixture.Message("x")).status() == ::common::SUCCESS);
  CHECK(*LastConfigIndex(*channel->blocks().Get(2)) == 1);

  channel.reset();
  fixture.orderer.Stop();
  fixture.orderer.Start();
  CHECK(fixture.orderer.channels().Find("trace")->config()->orderer()->max_message_count == 7);
}

// One Deliver stream.
struct Reader {
  explicit Reader(Fixture& fixture)
      : stub(AtomicBroadcast::NewStub(fixture.orderer.Connect())),
        stream(stub->Deliver(&context)) {}
  DeliverResponse Next() {
    DeliverResponse response;
    REQUIRE(stream->Read(&response));
    return response;
  }
  // The stream's end: nothing more comes.
  bool Ended() {
    DeliverResponse response;
    return !stream->Read(&response) && stream->Finish().ok();
  }

  std::unique_ptr<AtomicBroadcast::Stub> stub;
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<::common::Envelope, DeliverResponse>> stream;
};

::common::Envelope Seek(const SigningIdentity& signer, const ::orderer::SeekInfo& info,
                        const std::string& channel = "trace") {
  return MakeTestEnvelope(signer, channel, info.SerializeAsString(), ::common::DELIVER_SEEK_INFO);
}

::orderer::SeekInfo Between(uint64_t start, uint64_t stop) {
  ::orderer::SeekInfo info;
  info.mutable_start()->mutable_specified()->set_number(start);
  info.mutable_stop()->mutable_specified()->set_number(stop);
  return info;
}

TEST_CASE("Deliver waits for blocks, then takes the next seek on the same stream", "[orderer]") {
  Fixture fixture;
  Reader reader(fixture);
  reader.stream->Write(Seek(*fixture.client, Between(0, 1)));
  CHECK(reader.Next().block().header().number() == 0);
  REQUIRE(fixture.BroadcastOne(fixture.Message("a")).status() == ::common::SUCCESS);
  CHECK(reader.Next().block().header().number() == 1);
  CHECK(reader.Next().status() == ::common::SUCCESS);

  ::orderer::SeekInfo newest;
  newest.mutable_start()->mutable_newest();
  newest.mutable_stop()->mutable_newest();
  newest.set_content_type(::orderer::SeekInfo::HEADER_WITH_SIG);
  reader.stream->Write(Seek(*fixture.client, newest));
  const DeliverResponse last = reader.Next();
  CHECK(last.block().header().number() == 1);
  CHECK_FALSE(last.block().has_data());
  CHECK(reader.Next().status() == ::common::SUCCESS);
  reader.stream->WritesDone();
  CHECK(reader.Ended());
}

TEST_CASE("Deliver refuses with Fabric's statuses and ends the stream", "[orderer]") {
  Fixture fixture;
  const auto status = [&](const ::common::Envelope& seek) {
    Reader reader(fixture);
    reader.stream->Write(seek);
    const DeliverResponse response = reader.Next();
    CHECK(reader.Ended());
    return response.status();
  };
  const auto& client = *fixture.client;
  CHECK(status(Seek(client, Between(0, 0), "nowhere")) == ::common::NOT_FOUND);
  CHECK(status(Seek(client, Between(5, 9))) == ::common::NOT_FOUND);
  CHECK(status(Seek(client, Between(1, 0))) == ::common::BAD_REQUEST);
  CHECK(status(Seek(client, ::orderer::SeekInfo())) == ::common::BAD_REQUEST);
  ::orderer::SeekInfo impatient = Between(1, 1);
  impatient.set_behavior(::orderer::SeekInfo::FAIL_IF_NOT_READY);
  CHECK(status(Seek(client, impatient)) == ::common::NOT_FOUND);
  const TestOrganization stranger("StrangerMSP");
  CHECK(status(Seek(*stranger.NewClient(), Between(0, 0))) == ::common::FORBIDDEN);
  const auto old = MakeSeekEnvelope(client, "trace", 0, 0, absl::Now() - absl::Minutes(16));
  REQUIRE(old.ok());
  CHECK(status(*old) == ::common::BAD_REQUEST);
  ::common::Envelope garbage;
  garbage.set_payload("\x0a\xff");
  CHECK(status(garbage) == ::common::BAD_REQUEST);
}

TEST_CASE("A cancelled reader that waits leaves nothing behind", "[orderer]") {
  Fixture fixture;
  {
    Reader reader(fixture);
    reader.stream->Write(Seek(*fixture.client, Between(0, 99)));
    CHECK(reader.Next().block().header().number() == 0);
    reader.context.TryCancel();
    CHECK_FALSE(reader.Ended());
  }
  CHECK(fixture.BroadcastOne(fixture.Message("a")).status() == ::common::SUCCESS);
}

namespace wire = ::suyuan::orderer;

wire::SignedRequest Ask(const SigningIdentity& signer, const std::string& method,
                        const std::string& channel = "", const std::string& genesis = "") {
  wire::ParticipationRequest request;
  request.set_identity(signer.serialized());
  request.mutable_timestamp()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  request.set_method(method);
  request.set_channel_id(channel);
  request.set_genesis_block(genesis);
  wire::SignedRequest signed_request;
  signed_request.set_request(request.SerializeAsString());
  signed_request.set_signature(*signer.Sign({signed_request.request()}));
  return signed_request;
}

TEST_CASE("Only an admin of the orderer's organisation joins, lists and removes channels",
          "[orderer]") {
  Fixture fixture;
  auto stub = wire::Participation::NewStub(fixture.orderer.Connect());
  const auto join = [&](const wire::SignedRequest& request) {
    grpc::ClientContext context;
    wire::ChannelInfo info;
    return stub->Join(&context, request, &info).error_code();
  };
  TestChannel second("second");
  const std::string genesis = second.genesis().SerializeAsString();
  const auto admin = fixture.channel.supervisor().NewAdmin();
  CHECK(join(Ask(*fixture.channel.supervisor().NewClient(), "Join", "", genesis)) ==
        grpc::PERMISSION_DENIED);
  CHECK(join(Ask(*fixture.channel.producer().NewAdmin(), "Join", "", genesis)) ==
        grpc::UNAUTHENTICATED);
  wire::SignedRequest forged = Ask(*admin, "Join", "", genesis);
  forged.set_signature("x");
  CHECK(join(forged) == grpc::UNAUTHENTICATED);
  CHECK(join(Ask(*admin, "Remove", "", genesis)) == grpc::INVALID_ARGUMENT);
  CHECK(join(Ask(*admin, "Join", "", "garbage")) == grpc::INVALID_ARGUMENT);
  CHECK(join(Ask(*admin, "Join", "", genesis)) == grpc::OK);
  CHECK(join(Ask(*admin, "Join", "", genesis)) == grpc::ALREADY_EXISTS);

  grpc::ClientContext list_context;
  wire::ChannelList list;
  REQUIRE(stub->List(&list_context, Ask(*admin, "List"), &list).ok());
  REQUIRE(list.channels_size() == 2);
  CHECK(list.channels(0).name() == "second");
  CHECK(list.channels(0).height() == 1);
  CHECK(list.channels(0).status() == "active");
  CHECK(list.channels(0).consensus_type() == "solo");

  grpc::ClientContext remove_context;
  wire::ChannelInfo removed;
  REQUIRE(stub->Remove(&remove_context, Ask(*admin, "Remove", "second"), &removed).ok());
  CHECK(fixture.orderer.channels().Find("second") == nullptr);
  CHECK(join(Ask(*admin, "Join", "", genesis)) == grpc::OK);
}

TEST_CASE("Removing a channel ends its streams, and it can be joined again at once", "[orderer]") {
  Fixture fixture;
  Reader reader(fixture);
  reader.stream->Write(Seek(*fixture.client, Between(0, 99)));
  CHECK(reader.Next().block().header().number() == 0);
  REQUIRE(fixture.orderer.channels().Remove("trace").ok());
  CHECK(reader.Next().status() == ::common::NOT_FOUND);
  CHECK(absl::IsNotFound(fixture.orderer.channels().Remove("trace")));
  const auto joined = fixture.orderer.channels().Join(fixture.channel.genesis());
  INFO(joined.status());
  CHECK(joined.ok());
}

TEST_CASE("A channel removed by command is not joined at start, though the configuration lists it",
          "[orderer]") {
  Fixture fixture;
  REQUIRE(fixture.orderer.channels().Remove("trace").ok());
  fixture.orderer.Stop();
  fixture.orderer.Start();
  REQUIRE(fixture.orderer.channels().JoinConfigured(fixture.channel.genesis()).ok());
  CHECK(fixture.orderer.channels().Find("trace") == nullptr);
  REQUIRE(fixture.orderer.channels().Join(fixture.channel.genesis()).ok());
  fixture.orderer.Stop();
  fixture.orderer.Start();
  CHECK(fixture.orderer.channels().Find("trace") != nullptr);
}

// A config block of a time to come, in which `endpoint` orders.
::common::Block BlockToCome(TestChannel& channel, const std::string& endpoint) {
  channel.spec().orderer[0].endpoints = {endpoint};
  ::common::Config config = channel.config()->proto();
  config.set_sequence(config.sequence() + 1);
  const auto signer = channel.supervisor().NewOrderer();
  const auto envelope = MakeConfigEnvelope(channel.id(), config, {}, absl::Now(), *signer);
  REQUIRE(envelope.ok());
  constexpr uint64_t kNumber = 1000;
  const auto block =
      MakeSignedBlock(kNumber, "", {envelope->SerializeAsString()}, kNumber, *signer);
  REQUIRE(block.ok());
  return *block;
}

TEST_CASE("An orderer that joins late fetches from those that the newest configuration names",
          "[orderer]") {
  Fixture fixture;
  REQUIRE(fixture.BroadcastOne(fixture.Message("a")).status() == ::common::SUCCESS);
  const ::common::Block genesis = *fixture.orderer.channels().Find("trace")->blocks().Get(0);
  const ::common::Block newest = BlockToCome(fixture.channel, fixture.orderer.address());
  testing::TempDir dir;
  TestOrderer late(dir.path(), fixture.channel.supervisor());
  TestChannel other("other");
  const auto mixed_up = late.channels().Join(other.genesis(), &newest);
  CHECK(absl::IsInvalidArgument(mixed_up.status()));
  REQUIRE(late.channels().Join(genesis, &newest).ok());
  const auto caught_up = [&] {
    return AwaitCondition(absl::Seconds(30), [&] {
      return late.channels().Find("trace")->blocks().Height() == fixture.Height();
    });
  };
  CHECK(caught_up());
  CHECK(late.channels().Find("trace")->status().relation == "follower");
  late.Stop();
  late.Start();
  REQUIRE(fixture.BroadcastOne(fixture.Message("b")).status() == ::common::SUCCESS);
  CHECK(caught_up());
}

TEST_CASE("A channel of another consensus type is not ordered here", "[orderer]") {
  Fixture fixture;
  TestChannel other("other");
  other.spec().consensus_type = "etcdraft";
  const auto joined = fixture.orderer.channels().Join(other.genesis());
  CHECK(absl::IsInvalidArgument(joined.status()));
  CHECK(absl::StrContains(joined.status().message(), "etcdraft"));
}

}  // namespace
}  // namespace suyuan
