// The channels that the gateway knows, each found out about on its first use.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "gateway/channel_view.h"

namespace suyuan {

// Thread-safe.
class Channels {
 public:
  explicit Channels(ChannelViewDeps deps) : deps_(std::move(deps)) {}
  ~Channels();

  // Whoever waits for a channel is told that the gateway is stopping; no view is
  // made any more.
  void Stop();

  // Follows `channel_id` for ever.
  void Add(const std::string& channel_id);

  // Calls `found` once, maybe at once, with a view whose configuration is known.
  //   kNotFound           own peers do not know the channel
  //   kUnavailable        no own peer to ask
  //   kResourceExhausted  too many unknown channels are being asked for
  void Find(const std::string& channel_id,
            std::function<void(absl::StatusOr<ChannelViewPtr>)> found);

  // OK when each channel added is known and has a live own peer.
  absl::Status Health() const;
  // Of every channel that is known.
  std::vector<ChannelConfigPtr> Configs() const;
  // A reachable own peer's client; nullptr when there is none.
  PeerClientPtr OwnPeer() const;

 private:
  std::map<std::string, ChannelViewPtr> Views() const;
  void Forget(const ChannelViewPtr& view);

  const ChannelViewDeps deps_;
  mutable absl::Mutex mutex_;
  std::map<std::string, ChannelViewPtr> views_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> configured_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace suyuan
