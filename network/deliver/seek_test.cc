#include "network/deliver/seek.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/time/clock.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

::orderer::SeekInfo From(uint64_t start) {
  ::orderer::SeekInfo info;
  info.mutable_start()->mutable_specified()->set_number(start);
  return info;
}

::common::Status StatusOf(const ::orderer::SeekInfo& info, uint64_t height) {
  SeekRange range;
  return ResolveRange(info, height, &range).status;
}

TEST_CASE("Newest to newest is exactly the last block", "[seek]") {
  ::orderer::SeekInfo info;
  info.mutable_start()->mutable_newest();
  info.mutable_stop()->mutable_newest();
  SeekRange range;
  REQUIRE_FALSE(ResolveRange(info, 7, &range).refused());
  CHECK(range.start == 6);
  CHECK(range.stop == 6);
}

TEST_CASE("A start at the height waits, one past it does not exist", "[seek]") {
  ::orderer::SeekInfo info = From(7);
  info.mutable_stop()->mutable_specified()->set_number(99);
  CHECK(StatusOf(info, 7) == ::common::SUCCESS);
  CHECK(StatusOf(info, 6) == ::common::NOT_FOUND);
  info.mutable_start()->mutable_next_commit();
  CHECK(StatusOf(info, 7) == ::common::SUCCESS);
}

TEST_CASE("A range needs both ends, in order", "[seek]") {
  ::orderer::SeekInfo info = From(3);
  CHECK(StatusOf(info, 7) == ::common::BAD_REQUEST);
  info.mutable_stop();
  CHECK(StatusOf(info, 7) == ::common::BAD_REQUEST);
  info.mutable_stop()->mutable_specified()->set_number(2);
  CHECK(StatusOf(info, 7) == ::common::BAD_REQUEST);
  info.mutable_stop()->mutable_next_commit();
  CHECK(StatusOf(info, 7) == ::common::BAD_REQUEST);
  info.mutable_stop()->mutable_oldest();
  CHECK(StatusOf(info, 7) == ::common::SUCCESS);
}

grpc::ByteBuffer Wire(const ::common::Envelope& envelope) {
  const grpc::Slice slice(envelope.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

TEST_CASE("A seek is read only within the time window", "[seek]") {
  const absl::Time now = absl::Now();
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(::common::DELIVER_SEEK_INFO, "trace", "", now).SerializeAsString());
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  SeekRequest request;
  const absl::Duration window = absl::Minutes(15);
  CHECK_FALSE(ReadSeek(Wire(envelope), now + absl::Minutes(14), window, &request).refused());
  CHECK(request.channel_id == "trace");
  CHECK(ReadSeek(Wire(envelope), now + absl::Minutes(16), window, &request).refused());
  CHECK(ReadSeek(Wire(envelope), now - absl::Minutes(16), window, &request).refused());
  CHECK(ReadSeek(Wire({}), now, window, &request).refused());
}

TEST_CASE("A response is the field's tag and length before the stored bytes", "[deliver]") {
  ::common::Block block;
  block.mutable_header()->set_previous_hash(std::string(300, 'x'));
  ::orderer::DeliverResponse expected;
  *expected.mutable_block() = block;
  grpc::Slice whole;
  REQUIRE(SingleField(2, block.SerializeAsString()).DumpToSingleSlice(&whole).ok());
  CHECK(std::string(whole.begin(), whole.end()) == expected.SerializeAsString());
}

}  // namespace
}  // namespace suyuan
