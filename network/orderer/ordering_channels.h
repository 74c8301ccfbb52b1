// All channels of this orderer, in DATA/channels.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "network/common/log.h"
#include "network/deliver/channel_folders.h"
#include "network/orderer/ordering_channel.h"

namespace suyuan {

// Thread-safe.
class OrderingChannels {
 public:
  // Opens every channel under `dir`.
  //   any error of OrderingChannel::Open(), with the channel's name
  static absl::StatusOr<std::unique_ptr<OrderingChannels>> Open(const std::filesystem::path& dir,
                                                                OrderingDeps deps);

  // Stops every channel: a stream's callback may hold the last reference to one, and
  // a channel's own thread could not end it.
  ~OrderingChannels() { Stop(); }

  // nullptr when this orderer has not joined it.
  std::shared_ptr<OrderingChannel> Find(absl::string_view channel_id) const;
  // Sorted by name.
  std::vector<std::shared_ptr<OrderingChannel>> All() const;
  // Durable, and taking messages, when it returns.
  //   kAlreadyExists    joined already
  //   kInvalidArgument  as OrderingChannel::Create()
  //   kUnavailable      streams of the time before it was removed still read it: try again
  // `newest`: see OrderingChannel::Create().
  absl::StatusOr<std::shared_ptr<OrderingChannel>> Join(const ::common::Block& genesis,
                                                        const ::common::Block* newest = nullptr);
  // What the orderer's configuration asks for at its start: Join(), unless the channel
  // is joined already or was removed by command (its order would begin anew).
  absl::Status JoinConfigured(const ::common::Block& genesis);
  // Stops the channel and deletes its blocks here. Once OK no restart brings it back; a
  // crash before leaves it joined or removed, never in between.
  //   kNotFound  not joined
  absl::Status Remove(absl::string_view channel_id);
  // Not OK when a channel stopped by its own trouble; names it.
  absl::Status Health() const;
  void Stop();

 private:
  // The channel is used until `gone` is told.
  struct Entry {
    std::shared_ptr<OrderingChannel> channel;
    GonePtr gone;
  };

  OrderingChannels(std::filesystem::path dir, OrderingDeps deps);
  absl::Status OpenAll();
  std::shared_ptr<OrderingChannel> Add(std::shared_ptr<OrderingChannel> channel);

  const ChannelFolders folders_;
  const OrderingDeps deps_;
  const Log log_{"orderer"};

  absl::Mutex change_mutex_;  // one Join() or Remove() at a time
  std::map<std::string, GonePtr> removed_ ABSL_GUARDED_BY(change_mutex_);
  mutable absl::Mutex mutex_;
  std::map<std::string, Entry, std::less<>> channels_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
