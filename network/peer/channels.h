// All channels of this peer, in DATA/channels.
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
#include "network/deliver/channel_folders.h"
#include "network/peer/chaincode/peer_channel.h"
#include "network/peer/channel.h"

namespace suyuan {

// Thread-safe.
class Channels final : public PeerChannels {
 public:
  // Opens every channel under `dir`, which is made when absent.
  //   any error of Channel::Open(), with the channel's name
  static absl::StatusOr<std::unique_ptr<Channels>> Open(const std::filesystem::path& dir,
                                                        ChannelDeps deps);

  std::shared_ptr<PeerChannel> Find(absl::string_view channel_id) const override {
    return Get(channel_id);
  }
  std::vector<std::string> Names() const override;
  //   kUnavailable  calls of the time before it was left still use it: try again
  absl::Status Join(const ::common::Block& genesis) override;
  // What the peer's configuration asks for at its start: Join(), unless the channel is
  // joined already or was left by command.
  absl::Status JoinConfigured(const ::common::Block& genesis);

  // Stops the channel and deletes its ledger here. Once OK no restart brings it back;
  // a crash before leaves it joined or left, never in between.
  //   kNotFound  not joined
  //   others     of the disk: still joined after a restart
  absl::StatusOr<uint64_t> Leave(absl::string_view channel_id);

  // As Find(), with what is this room's own.
  std::shared_ptr<Channel> Get(absl::string_view channel_id) const;
  // Not OK when a channel stopped by its own trouble. Orderers out of reach are no
  // such trouble (the peer serves what it has): they show in the metrics.
  absl::Status Health() const;

 private:
  // The channel is used until `gone` is told.
  struct Entry {
    std::shared_ptr<Channel> channel;
    GonePtr gone;
  };

  Channels(std::filesystem::path dir, ChannelDeps deps);
  absl::Status OpenAll();
  void Add(std::shared_ptr<Channel> channel);
  std::vector<std::shared_ptr<Channel>> All() const;

  const ChannelFolders folders_;
  const ChannelDeps deps_;
  const Log log_{"peer"};

  absl::Mutex change_mutex_;  // one Join() or Leave() at a time
  std::map<std::string, GonePtr> left_ ABSL_GUARDED_BY(change_mutex_);
  mutable absl::Mutex mutex_;
  std::map<std::string, Entry, std::less<>> channels_ ABSL_GUARDED_BY(mutex_);
};

// A genesis block: number 0, one CONFIG envelope, sound hashes.
//   kInvalidArgument  names what is wrong
absl::Status CheckGenesis(const ::common::Block& block);

}  // namespace suyuan
