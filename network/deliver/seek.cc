#include "network/deliver/seek.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/timestamp.h"
#include "network/rpc/byte_buffer.h"

namespace suyuan {
namespace {

SeekRefusal BadRequest(absl::string_view reason) {
  return {::common::BAD_REQUEST, std::string(reason)};
}

SeekRefusal ResolveStop(const ::orderer::SeekInfo& info, uint64_t height, SeekRange* range) {
  switch (info.stop().Type_case()) {
    case ::orderer::SeekPosition::kOldest:
      range->stop = range->start;
      break;
    case ::orderer::SeekPosition::kNewest:
      range->stop = info.start().has_newest() ? range->start : height - 1;
      break;
    case ::orderer::SeekPosition::kSpecified:
      range->stop = info.stop().specified().number();
      break;
    default:
      return BadRequest("stop position is missing or not a stop");
  }
  if (range->stop < range->start) {
    return BadRequest(absl::StrCat("stop ", range->stop, " is before start ", range->start));
  }
  return {};
}

}  // namespace

SeekRefusal ReadSeek(const grpc::ByteBuffer& message, absl::Time now, absl::Duration window,
                     SeekRequest* request) {
  if (!ParseBuffer(message, &request->envelope)) return BadRequest("malformed envelope");
  ::common::Payload payload;
  if (!payload.ParseFromString(request->envelope.payload())) return BadRequest("malformed payload");
  ::common::ChannelHeader channel_header;
  if (!payload.has_header() || !channel_header.ParseFromString(payload.header().channel_header())) {
    return BadRequest("malformed or missing channel header");
  }
  ::common::SignatureHeader signature_header;
  if (!signature_header.ParseFromString(payload.header().signature_header())) {
    return BadRequest("malformed signature header");
  }
  if (!channel_header.has_timestamp()) return BadRequest("channel header without timestamp");
  request->timestamp = ToTime(channel_header.timestamp());
  if (absl::AbsDuration(now - request->timestamp) > window) {
    return BadRequest(absl::StrCat("timestamp ", absl::FormatTime(request->timestamp),
                                   " is more than ", absl::FormatDuration(window),
                                   " from this node's clock"));
  }
  request->channel_id = channel_header.channel_id();
  request->creator = signature_header.creator();
  if (!request->info.ParseFromString(payload.data())) {
    request->info_error = absl::InvalidArgumentError("malformed SeekInfo");
  }
  return {};
}

SeekRefusal ResolveRange(const ::orderer::SeekInfo& info, uint64_t height, SeekRange* range) {
  if (!info.has_start() || !info.has_stop()) return BadRequest("start or stop is missing");
  switch (info.start().Type_case()) {
    case ::orderer::SeekPosition::kOldest:
      range->start = 0;
      break;
    case ::orderer::SeekPosition::kNewest:
      range->start = height == 0 ? 0 : height - 1;
      break;
    case ::orderer::SeekPosition::kNextCommit:
      range->start = height;
      break;
    case ::orderer::SeekPosition::kSpecified:
      range->start = info.start().specified().number();
      break;
    default:
      return BadRequest("start position is missing");
  }
  if (height == 0 && info.stop().has_newest()) return {::common::NOT_FOUND, "no block yet"};
  if (SeekRefusal stop = ResolveStop(info, height, range); stop.refused()) return stop;
  if (range->start > height) {
    return {::common::NOT_FOUND,
            absl::StrCat("start ", range->start, " is past the height ", height)};
  }
  return {};
}

SessionAccess::SessionAccess(const SeekRequest& request, std::shared_ptr<DeliverChannel> channel,
                             std::shared_ptr<const DeliverFormat> format)
    : request_(request), channel_(std::move(channel)), format_(std::move(format)) {}

absl::Status SessionAccess::Check(absl::Time now) {
  ChannelConfigPtr config = channel_->config();
  if (config != checked_) {
    const SignedData data{
        {request_.envelope.payload()}, request_.creator, request_.envelope.signature()};
    SUYUAN_RETURN_IF_ERROR(format_->Policy(*config)->EvaluateSignedData({data}));
    SUYUAN_ASSIGN_OR_RETURN(const IdentityPtr identity,
                            config->msps()->Deserialize(request_.creator));
    expires_at_ = identity->expires_at();
    checked_ = std::move(config);
  }
  if (now > expires_at_) {
    return absl::PermissionDeniedError(
        absl::StrCat("identity expired at ", absl::FormatTime(expires_at_)));
  }
  return absl::OkStatus();
}

}  // namespace suyuan
