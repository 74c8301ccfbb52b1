// Where a watch stands: what has been delivered, and what to ask for after a break.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "protos/etcd/rpc.pb.h"

namespace suyuan {

// Not thread-safe.
class WatchCursor {
 public:
  explicit WatchCursor(int64_t start_revision) : next_(start_revision) {}

  // The first revision not delivered yet; 0 until a member has told where "now" is.
  int64_t next() const { return next_; }
  // A new stream begins, at next().
  void Restart() { held_.reset(); }

  // Takes what the stream brought; gives what to deliver of it, if anything. The events of
  // a revision are held back while more of them may follow.
  //   kUnavailable  this stream is over; watch anew
  //   others        the watch is over: see EtcdWatchHandler::on_end
  absl::StatusOr<std::optional<::etcdserverpb::WatchResponse>> Take(
      ::etcdserverpb::WatchResponse response);

 private:
  void Join(::etcdserverpb::WatchResponse* response);
  void DropDelivered(::etcdserverpb::WatchResponse* response);
  void HoldLastRevision(::etcdserverpb::WatchResponse* response);

  int64_t next_;
  std::optional<::etcdserverpb::WatchResponse> held_;  // events of one revision
};

}  // namespace suyuan
