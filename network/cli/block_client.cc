#include "network/cli/block_client.h"

#include <grpcpp/client_context.h>

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/msp/signed_envelope.h"
#include "network/protoutil/protoutil.h"
#include "network/rpc/status_mapping.h"
#include "protos/common/configtx.pb.h"
#include "protos/orderer/ab.grpc.pb.h"
#include "protos/peer/events.grpc.pb.h"

namespace suyuan {
namespace {

absl::Status FinalStatus(::common::Status status, const std::string& channel_id) {
  const std::string& name = ::common::Status_Name(status);
  switch (status) {
    case ::common::SUCCESS:
      return absl::OutOfRangeError("no more blocks");
    case ::common::NOT_FOUND:
      return absl::NotFoundError(
          absl::StrCat("no channel '", channel_id, "', or no such block (", name, ")"));
    case ::common::FORBIDDEN:
      return absl::PermissionDeniedError(
          absl::StrCat("this identity may not read channel '", channel_id, "' (", name, ")"));
    default:
      return absl::UnavailableError(absl::StrCat("it ends the stream with ", name));
  }
}

// Service is ::orderer::AtomicBroadcast or ::protos::Deliver: they differ in the
// response's type alone.
template <typename Service, typename Response>
class Stream final : public BlockStream {
 public:
  Stream(const BlockSource& source, const std::shared_ptr<grpc::Channel>& channel,
         const ::common::Envelope& seek, absl::Time deadline)
      : who_(absl::StrCat(source.kind == NodeKind::kOrderer ? "orderer " : "peer ",
                          source.address.endpoint)),
        channel_id_(source.channel_id),
        stub_(Service::NewStub(channel)) {
    context_.set_deadline(absl::ToChronoTime(deadline));
    stream_ = stub_->Deliver(&context_);
    stream_->Write(seek);
  }
  ~Stream() override {
    if (!end_.ok()) return;
    context_.TryCancel();
    stream_->Finish();
  }

  absl::StatusOr<::common::Block> Next() override {
    SUYUAN_RETURN_IF_ERROR(end_);
    Response response;
    if (!stream_->Read(&response)) {
      const absl::Status status = FromGrpc(stream_->Finish());
      return End(status.ok() ? absl::UnavailableError("it ends the stream") : status);
    }
    if (response.has_block()) return std::move(*response.mutable_block());
    context_.TryCancel();
    stream_->Finish();
    return End(FinalStatus(response.status(), channel_id_));
  }

 private:
  absl::Status End(const absl::Status& status) { return end_ = Annotate(status, who_); }

  const std::string who_;
  const std::string channel_id_;
  const std::unique_ptr<typename Service::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<::common::Envelope, Response>> stream_;
  absl::Status end_;  // not OK: the stream is finished
};

absl::StatusOr<::common::Block> FetchOne(const BlockSource& source, const ::orderer::SeekInfo& seek,
                                         absl::Time deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const auto stream, OpenBlocks(source, seek, deadline));
  return stream->Next();
}

// Whether `block` holds the configuration that `update` asked for.
bool CarriesUpdate(const ::common::Block& block, const ::common::Envelope& update) {
  if (!IsConfigBlock(block)) return false;
  const auto parsed = ParseEnvelope(block.data().data(0));
  if (!parsed.ok()) return false;
  const auto config =
      ParseProto<::common::ConfigEnvelope>(parsed->payload.data(), "ConfigEnvelope");
  return config.ok() && config->last_update().payload() == update.payload();
}

}  // namespace

absl::StatusOr<::common::Envelope> MakeSeekEnvelope(const std::string& channel_id,
                                                    const ::orderer::SeekInfo& seek,
                                                    const SigningIdentity& reader) {
  return MakeSignedEnvelope(reader, ::common::DELIVER_SEEK_INFO, channel_id,
                            seek.SerializeAsString(), absl::Now());
}

absl::StatusOr<std::unique_ptr<BlockStream>> OpenBlocks(const BlockSource& source,
                                                        const ::orderer::SeekInfo& seek,
                                                        absl::Time deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const auto channel, DialNode(source.address));
  SUYUAN_ASSIGN_OR_RETURN(const auto envelope,
                          MakeSeekEnvelope(source.channel_id, seek, *source.reader));
  if (source.kind == NodeKind::kOrderer) {
    using Orderer = Stream<::orderer::AtomicBroadcast, ::orderer::DeliverResponse>;
    return std::make_unique<Orderer>(source, channel, envelope, deadline);
  }
  using Peer = Stream<::protos::Deliver, ::protos::DeliverResponse>;
  return std::make_unique<Peer>(source, channel, envelope, deadline);
}

absl::StatusOr<::common::Block> FetchNewestBlock(const BlockSource& source, absl::Time deadline) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_newest();
  seek.mutable_stop()->mutable_newest();
  return FetchOne(source, seek, deadline);
}

absl::StatusOr<::common::Block> FetchBlock(const BlockSource& source, uint64_t number,
                                           absl::Time deadline) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_specified()->set_number(number);
  seek.mutable_stop()->mutable_specified()->set_number(number);
  seek.set_behavior(::orderer::SeekInfo::FAIL_IF_NOT_READY);
  return FetchOne(source, seek, deadline);
}

absl::StatusOr<::common::Block> FetchConfigBlock(const BlockSource& source, absl::Time deadline) {
  SUYUAN_ASSIGN_OR_RETURN(const auto newest, FetchNewestBlock(source, deadline));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t number, LastConfigIndex(newest));
  if (number == newest.header().number()) return newest;
  return FetchBlock(source, number, deadline);
}

absl::StatusOr<std::unique_ptr<ConfigWatch>> ConfigWatch::Start(const BlockSource& source,
                                                                absl::Time deadline) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_newest();
  seek.mutable_stop()->mutable_specified()->set_number(std::numeric_limits<int64_t>::max());
  SUYUAN_ASSIGN_OR_RETURN(auto stream, OpenBlocks(source, seek, deadline));
  SUYUAN_RETURN_IF_ERROR(stream->Next().status());
  return std::unique_ptr<ConfigWatch>(new ConfigWatch(std::move(stream), source.address.endpoint));
}

absl::StatusOr<::common::Block> ConfigWatch::Await(const ::common::Envelope& update) {
  while (true) {
    auto block = stream_->Next();
    if (absl::IsDeadlineExceeded(block.status())) {
      return absl::DeadlineExceededError(absl::StrCat(
          endpoint_, ": the update is not in its chain; another may have overtaken it"));
    }
    SUYUAN_RETURN_IF_ERROR(block);
    if (CarriesUpdate(*block, update)) return block;
  }
}

}  // namespace suyuan
