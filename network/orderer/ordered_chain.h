// One channel's blocks on this orderer, and the configuration they lead to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "network/channel/channel_config.h"
#include "network/common/log.h"
#include "network/ledger/block_store.h"
#include "network/msp/identity.h"
#include "network/orderer/consensus/consenter.h"

namespace suyuan {

// The end of a chain: what the next block follows, and is judged by.
struct ChainHead {
  uint64_t height = 0;
  std::string hash;  // of the last block's header
  ChannelConfigPtr config;
};

// Thread-safe; the calls that append must not overlap.
class OrderedChain {
 public:
  // Begins a chain in `dir` with `genesis`; durable.
  //   kInvalidArgument  not a genesis block; its configuration is not valid or has no
  //                     orderer group
  static absl::StatusOr<std::unique_ptr<OrderedChain>> Create(
      const std::filesystem::path& dir, const ::common::Block& genesis,
      std::shared_ptr<const SigningIdentity> signer, const BlockStoreOptions& options = {});
  // Goes on where the blocks in `dir` end.
  //   kNotFound  there is none: a join that was cut short
  static absl::StatusOr<std::unique_ptr<OrderedChain>> Open(
      const std::filesystem::path& dir, std::shared_ptr<const SigningIdentity> signer,
      const BlockStoreOptions& options = {});

  BlockStore& blocks() { return *store_; }
  ChainHead head() const;
  ChannelConfigPtr config() const;

  // Makes batch `number` a block, signs it, appends it.
  //   kDataLoss  the batch follows another block than the last one here: this orderer's
  //              blocks and the network's log have parted
  //   others     of BlockStore::Append()
  absl::Status Append(uint64_t number, Batch batch);
  // Appends a block that another orderer made and that has been verified.
  absl::Status AppendFetched(const ::common::Block& block);

  // Called after each append that changed the configuration, by the appending thread.
  // Set once, before the first append.
  void OnConfigChange(std::function<void()> listener) { on_config_ = std::move(listener); }

 private:
  OrderedChain(std::unique_ptr<BlockStore> store, ChannelConfigPtr config, uint64_t last_config,
               std::shared_ptr<const SigningIdentity> signer);
  absl::Status Store(const ::common::Block& block, bool is_config);

  const std::unique_ptr<BlockStore> store_;
  const std::shared_ptr<const SigningIdentity> signer_;
  const Log log_{"orderer"};
  std::function<void()> on_config_;
  uint64_t last_config_;  // of the appending thread

  mutable absl::Mutex mutex_;
  ChainHead head_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
