// One channel on this peer: its ledger, the pipeline that feeds it, and the stream
// of blocks from the orderers.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "network/common/log.h"
#include "network/common/thread_pool.h"
#include "network/deliver/block_fetcher.h"
#include "network/deliver/deliver_service.h"
#include "network/peer/block_feed.h"
#include "network/peer/chaincode/peer_channel.h"
#include "network/peer/committer/committer.h"
#include "network/peer/metrics.h"

namespace suyuan {

// What a peer's channels share; all outlive them.
struct ChannelDeps {
  ThreadPool* pool = nullptr;
  const OwnEndorsements* own = nullptr;
  PeerMetrics* metrics = nullptr;
  // Nothing is fetched when absent.
  std::optional<BlockFetcherDeps> fetcher;
};

// Thread-safe.
class Channel final : public PeerChannel, public DeliverChannel {
 public:
  // Reopens what Create() made, at the configuration in force there.
  //   kNotFound  the ledger is empty: a join that was cut short
  //   others     of Ledger::Open() and ChannelConfig::FromBlock()
  static absl::StatusOr<std::shared_ptr<Channel>> Open(const std::filesystem::path& dir,
                                                       const ChannelDeps& deps);
  // Begins the ledger in `dir` with `genesis`.
  //   kInvalidArgument  not a genesis block, or its configuration is not valid
  static absl::StatusOr<std::shared_ptr<Channel>> Create(const std::filesystem::path& dir,
                                                         const ::common::Block& genesis,
                                                         const ChannelDeps& deps);
  ~Channel() override;
  // Commits and fetches no more, and ends the streams; what is stored can still be
  // read. For good.
  void Stop();

  const std::string& id() const override { return id_; }
  Ledger& ledger() override { return *ledger_; }
  TransientStore& transient() override { return *transient_; }
  BlockSource& blocks() override { return *ledger_; }
  ChannelConfigPtr config() const override { return committer_->config(); }
  // OK, or why this channel stands still: its own trouble, or a block no peer may take.
  absl::Status Health() const override;
  absl::Status Trouble() const override { return Health(); }

  BlockFeed& feed() { return *feed_; }
  // The block that brought config().
  uint64_t config_block() const { return config_block_; }
  // How the last attempt to reach an orderer ended.
  absl::Status OrdererStatus() const;

 private:
  struct Parts {
    std::unique_ptr<Ledger> ledger;
    std::unique_ptr<TransientStore> transient;
    ChannelConfigPtr config;
    uint64_t config_block = 0;
  };
  static absl::StatusOr<Parts> OpenParts(const std::filesystem::path& dir, const ChannelDeps& deps);

  Channel(Parts parts, const ChannelDeps& deps);
  std::shared_ptr<BlockFetcher> fetcher() const;
  absl::StatusOr<ChannelConfigPtr> TakeBlock(::common::Block block);
  absl::Status AddBlock(::common::Block block);
  void OnCommit(CommittedBlock block);

  const Log log_{"peer"};
  const std::string id_;
  PeerMetrics* const metrics_;
  const std::unique_ptr<Ledger> ledger_;
  const std::unique_ptr<TransientStore> transient_;
  const std::unique_ptr<BlockFeed> feed_;
  std::atomic<uint64_t> config_block_;
  std::unique_ptr<Committer> committer_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<BlockFetcher> fetcher_ ABSL_GUARDED_BY(mutex_);
  absl::Status refused_ ABSL_GUARDED_BY(mutex_);  // why the last block was
};

// The configuration in force after the ledger's last block, and its block's number:
// the newest valid config block.
struct ConfigInForce {
  ChannelConfigPtr config;
  uint64_t block = 0;
};
absl::StatusOr<ConfigInForce> ReadConfigInForce(const Ledger& ledger);

}  // namespace suyuan
