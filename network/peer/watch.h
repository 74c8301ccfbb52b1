// PeerLink/Watch: a channel as a gateway follows it.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "network/common/clock.h"
#include "network/common/thread_pool.h"
#include "network/peer/chaincode/chaincode_host.h"
#include "network/peer/channels.h"
#include "protos/suyuan/peer_link.grpc.pb.h"

namespace suyuan {

// All outlive the calls.
struct WatchDeps {
  Channels* channels = nullptr;
  ThreadPool* pool = nullptr;
  ChaincodeHost* chaincodes = nullptr;
  const Clock* clock = Clock::System();
};

// Serves one call; the reactor deletes itself at its end.
grpc::ServerWriteReactor<::suyuan::peer::ChannelUpdate>* StartWatch(
    const WatchDeps& deps, ::suyuan::peer::SignedWatchRequest request);

// What a watcher is told, one update after the other. Not thread-safe.
class WatchCursor {
 public:
  //   kInvalidArgument   malformed request
  //   kPermissionDenied  as the service says
  static absl::StatusOr<std::unique_ptr<WatchCursor>> Open(
      const WatchDeps& deps, const ::suyuan::peer::SignedWatchRequest& request);

  Channel& channel() { return *channel_; }
  // The first message, then one per committed block; false: nothing yet.
  //   kPermissionDenied  a new configuration took the right away, or the peer left
  //   others             this node's trouble
  absl::StatusOr<bool> Next(::suyuan::peer::ChannelUpdate* update);

 private:
  WatchCursor(WatchDeps deps, ::suyuan::peer::SignedWatchRequest request)
      : deps_(std::move(deps)), request_(std::move(request)) {}

  absl::Status Authorise() const;
  absl::Status FillState(::suyuan::peer::ChannelUpdate* update, bool config, bool chaincodes);
  absl::StatusOr<BlockSummaryPtr> Summary(uint64_t number);

  const WatchDeps deps_;
  const ::suyuan::peer::SignedWatchRequest request_;
  ::suyuan::peer::WatchRequest parsed_;
  std::shared_ptr<Channel> channel_;
  std::vector<std::string> chaincodes_;  // as last told
  bool first_ = true;
  uint64_t next_ = 0;
};

}  // namespace suyuan
