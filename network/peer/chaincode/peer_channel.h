// A peer's channels, as endorser, committer and system chaincodes see them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "network/channel/channel_config.h"
#include "network/ledger/ledger.h"
#include "network/ledger/transient_store.h"

namespace suyuan {

// Thread-safe.
class PeerChannel {
 public:
  virtual ~PeerChannel() = default;
  virtual const std::string& id() const = 0;
  virtual Ledger& ledger() = 0;
  // Private write sets of this channel between endorsement (put there, with the
  // ledger's height) and commit (taken out).
  virtual TransientStore& transient() = 0;
  // The configuration in force after the last committed block.
  virtual ChannelConfigPtr config() const = 0;
  // Not OK, with the reason: the channel stands still by this node's own trouble, and
  // nothing is endorsed on a state that falls behind.
  virtual absl::Status Trouble() const { return absl::OkStatus(); }
};

// Thread-safe.
class PeerChannels {
 public:
  virtual ~PeerChannels() = default;
  // nullptr when this peer has not joined it.
  virtual std::shared_ptr<PeerChannel> Find(absl::string_view channel_id) const = 0;
  // Sorted.
  virtual std::vector<std::string> Names() const = 0;
  // Joins from the channel's genesis block (or a later config block is refused);
  // durable, and fetching blocks when it returns.
  //   kAlreadyExists    joined already
  //   kInvalidArgument  not a genesis block, or its configuration is not valid
  virtual absl::Status Join(const ::common::Block& genesis) = 0;
};

}  // namespace suyuan
