// Follows one channel on one peer: a PeerLink Watch stream that is opened again
// whenever it ends, the moment the peer can be reached.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "gateway/peer_client.h"
#include "network/msp/identity.h"
#include "protos/suyuan/peer_link.pb.h"

namespace suyuan {

// Called one at a time, on gRPC's threads.
struct PeerWatchEvents {
  std::function<void(const ::suyuan::peer::ChannelUpdate&)> update;
  std::function<void(const absl::Status&)> broken;  // before each new attempt
  std::function<uint64_t()> start_block;
};

class PeerWatch : public std::enable_shared_from_this<PeerWatch> {
 public:
  PeerWatch(PeerClientPtr peer, std::string channel_id,
            std::shared_ptr<const SigningIdentity> identity, PeerWatchEvents events);
  void Start();
  // No event starts after it returned, except one that is running now.
  void Stop();

 private:
  class Stream;
  void Open(bool wait_for_ready);
  void Ended(const absl::Status& status);
  bool stopped();

  const PeerClientPtr peer_;
  const std::string channel_id_;
  const std::shared_ptr<const SigningIdentity> identity_;
  const PeerWatchEvents events_;
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Stream* stream_ ABSL_GUARDED_BY(mutex_) = nullptr;  // owned by itself
};

}  // namespace suyuan
