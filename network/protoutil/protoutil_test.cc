#include "network/protoutil/protoutil.h"

#include <catch2/catch.hpp>

#include "network/common/text.h"
#include "network/crypto/hash.h"
#include "network/protoutil/channel_name.h"
#include "network/protoutil/timestamp.h"

namespace suyuan {
namespace {

TEST_CASE("Channel names are lower-case, bounded, and begin with a letter", "[protoutil]") {
  for (const std::string& good :
       {std::string("a"), std::string("trace-2.x"), std::string(249, 'a')}) {
    CHECK(IsChannelName(good));
  }
  for (const std::string& bad :
       {std::string(), std::string(250, 'a'), std::string("Trace"), std::string("2trace"),
        std::string(".trace"), std::string("a/b"), std::string("a_b"), std::string("a\0b", 3)}) {
    CHECK_FALSE(IsChannelName(bad));
  }
}

TEST_CASE("A time goes into a channel header and comes back to the nanosecond", "[protoutil]") {
  for (const int64_t nanos : {int64_t{0}, int64_t{1'700'000'000'123'456'789}, int64_t{-1}}) {
    const absl::Time time = absl::FromUnixNanos(nanos);
    const auto header = MakeChannelHeader(::common::ENDORSER_TRANSACTION, "trace", "", time);
    CHECK(ToTime(header.timestamp()) == time);
  }
}

TEST_CASE("A block header's DER has a minimal unsigned number", "[protoutil]") {
  ::common::BlockHeader header;
  header.set_data_hash("d");
  const auto der = [&](uint64_t number) {
    header.set_number(number);
    return HexEncode(BlockHeaderDer(header));
  };
  CHECK(der(0) ==
        "3008020100"
        "0400"
        "040164");
  CHECK(der(0x7f) ==
        "300802017f"
        "0400"
        "040164");
  CHECK(der(0x80) ==
        "300902020080"
        "0400"
        "040164");
  CHECK(der(~uint64_t{0}) ==
        "3010020900ffffffffffffffff"
        "0400"
        "040164");
  header.set_previous_hash(std::string(200, 'p'));
  CHECK(HexEncode(BlockHeaderDer(header)).substr(0, 6) == "3081d9");
}

TEST_CASE("MakeBlock gives a whole block with five empty metadata slots", "[protoutil]") {
  const ::common::Block block = MakeBlock(3, "prev", {"a", "bc"});
  CHECK(block.header().number() == 3);
  CHECK(block.header().previous_hash() == "prev");
  CHECK(block.header().data_hash() == Sha256("abc"));
  CHECK(block.metadata().metadata_size() == 5);
  CHECK_FALSE(IsConfigBlock(block));
}

TEST_CASE("ParseEnvelope names the layer that is wrong", "[protoutil]") {
  const auto message = [](const ::common::Envelope& envelope) {
    return std::string(ParseEnvelope(envelope).status().message());
  };
  CHECK(ParseEnvelope("\xff").status() == absl::InvalidArgumentError("malformed Envelope"));
  ::common::Envelope envelope;
  CHECK(message(envelope) == "Envelope.payload is absent");
  envelope.set_payload("\xff");
  CHECK(message(envelope) == "malformed Envelope.payload");
  ::common::Payload payload;
  payload.set_data("x");
  envelope.set_payload(payload.SerializeAsString());
  CHECK(message(envelope) == "Payload.header is absent");
  payload.mutable_header()->set_channel_header("\xff");
  envelope.set_payload(payload.SerializeAsString());
  CHECK(message(envelope) == "Header.signature_header is absent");
  payload.mutable_header()->set_signature_header("\xff");
  envelope.set_payload(payload.SerializeAsString());
  CHECK(message(envelope) == "malformed Header.channel_header");
}

TEST_CASE("The transient map is no part of the proposal hash", "[protoutil]") {
  ::protos::ChaincodeProposalPayload payload;
  payload.set_input("input");
  const std::string bare = payload.SerializeAsString();
  (*payload.mutable_transientmap())["secret"] = "code";
  CHECK(WithoutTransient(payload.SerializeAsString()).value() == bare);
  ::common::Header header;
  header.set_channel_header("c");
  header.set_signature_header("s");
  CHECK(ProposalHash(header, payload.SerializeAsString()).value() == Sha256({"c", "s", bare}));
  CHECK(absl::IsInvalidArgument(ProposalHash(header, "\xff").status()));
}

TEST_CASE("LastConfigIndex falls back to the deprecated slot", "[protoutil]") {
  ::common::Block block = MakeBlock(9, "", {});
  ::common::LastConfig last;
  last.set_index(4);
  ::common::Metadata metadata;
  metadata.set_value(last.SerializeAsString());
  block.mutable_metadata()->set_metadata(1, metadata.SerializeAsString());
  CHECK(LastConfigIndex(block).value() == 4);
  ::common::OrdererBlockMetadata orderer;
  orderer.mutable_last_config()->set_index(7);
  metadata.set_value(orderer.SerializeAsString());
  block.mutable_metadata()->set_metadata(0, metadata.SerializeAsString());
  CHECK(LastConfigIndex(block).value() == 7);
  CHECK(absl::IsInvalidArgument(LastConfigIndex(::common::Block()).status()));
}

TEST_CASE("A channel header carries times before 1970 as well", "[protoutil]") {
  const auto header = MakeChannelHeader(::common::ENDORSER_TRANSACTION, "ch", "tx",
                                        absl::UnixEpoch() - absl::Milliseconds(1));
  CHECK(header.timestamp().seconds() == -1);
  CHECK(header.timestamp().nanos() == 999000000);
  CHECK(header.channel_id() == "ch");
  CHECK(header.tx_id() == "tx");
}

}  // namespace
}  // namespace suyuan
