// Where a channel's blocks come from.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "network/channel/channel_config.h"
#include "network/ledger/block_store.h"
#include "network/peer/committer/committer.h"

namespace suyuan {

// Feeds a committer from Start() until destroyed. Thread-safe.
class BlockIntake {
 public:
  virtual ~BlockIntake() = default;
  virtual void Start() = 0;
  // Endpoints and TLS roots may have changed. Must not wait for the committer.
  virtual void UpdateConfig(ChannelConfigPtr config) = 0;
  // How the last attempt to reach an orderer ended.
  virtual absl::Status OrdererStatus() const = 0;
};

// `ledger` tells what is there, `committer` takes what follows; both outlive the intake.
using BlockIntakeFactory = std::function<std::unique_ptr<BlockIntake>(
    ChannelConfigPtr config, const BlockSource& ledger, Committer& committer)>;

}  // namespace suyuan
