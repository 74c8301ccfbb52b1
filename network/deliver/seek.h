// What a seek envelope asks for, and whether it may have it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/deliver/deliver_service.h"
#include "protos/common/common.pb.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {

// A status for the stream, with a reason for the log.
struct SeekRefusal {
  ::common::Status status = ::common::SUCCESS;
  std::string reason;
  bool refused() const { return status != ::common::SUCCESS; }
};

// A seek envelope, decoded.
struct SeekRequest {
  ::common::Envelope envelope;  // the policy is asked again over its bytes
  std::string channel_id;
  std::string creator;
  absl::Time timestamp;
  ::orderer::SeekInfo info;
  absl::Status info_error;  // judged after the channel is found, as Fabric does
};
// BAD_REQUEST: undecodable, or without a timestamp within `window` of `now`.
SeekRefusal ReadSeek(const grpc::ByteBuffer& message, absl::Time now, absl::Duration window,
                     SeekRequest* request);

// Numbers of the first and the last block.
struct SeekRange {
  uint64_t start = 0;
  uint64_t stop = 0;
};
// BAD_REQUEST: start or stop missing, or stop before start.  NOT_FOUND: start past
// `height`.
SeekRefusal ResolveRange(const ::orderer::SeekInfo& info, uint64_t height, SeekRange* range);

// Whether the requester may read, asked before each block: the policy is evaluated
// once for each configuration, the certificate's end each time. Not thread-safe.
class SessionAccess {
 public:
  SessionAccess(const SeekRequest& request, std::shared_ptr<DeliverChannel> channel,
                std::shared_ptr<const DeliverFormat> format);
  //   kPermissionDenied  expired, or the policy is not met
  absl::Status Check(absl::Time now);

 private:
  const SeekRequest& request_;
  const std::shared_ptr<DeliverChannel> channel_;
  const std::shared_ptr<const DeliverFormat> format_;
  ChannelConfigPtr checked_;  // the configuration that the last verdict is of
  absl::Time expires_at_ = absl::InfiniteFuture();
};

}  // namespace suyuan
