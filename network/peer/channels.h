// All channels of this peer: DATA/channels/NAME each.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "network/common/log.h"
#include "network/peer/chaincode/peer_channel.h"
#include "network/peer/channel.h"

namespace suyuan {

// Thread-safe.
class Channels final : public PeerChannels {
 public:
  // Opens every channel under `dir`.
  //   any error of Channel::Open(), with the channel's name
  static absl::StatusOr<std::unique_ptr<Channels>> Open(const std::filesystem::path& dir,
                                                        ChannelDeps deps);

  std::shared_ptr<PeerChannel> Find(absl::string_view channel_id) const override {
    return Get(channel_id);
  }
  std::vector<std::string> Names() const override;
  absl::Status Join(const ::common::Block& genesis) override;

  // As Find(), with what is this room's own.
  std::shared_ptr<Channel> Get(absl::string_view channel_id) const;
  // Not OK when a channel stopped by its own trouble. Orderers out of reach are no
  // such trouble (the peer serves what it has): they show in the metrics.
  absl::Status Health() const;

 private:
  Channels(std::filesystem::path dir, ChannelDeps deps);
  absl::Status OpenAll();

  const std::filesystem::path dir_;
  const ChannelDeps deps_;
  const Log log_{"peer"};

  absl::Mutex join_mutex_;  // one Join() at a time
  mutable absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<Channel>, std::less<>> channels_ ABSL_GUARDED_BY(mutex_);
};

// A genesis block: number 0, one CONFIG envelope, sound hashes.
//   kInvalidArgument  names what is wrong
absl::Status CheckGenesis(const ::common::Block& block);

}  // namespace suyuan
