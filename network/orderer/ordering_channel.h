// One channel on this orderer: messages in, signed blocks out.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/common/clock.h"
#include "network/common/log.h"
#include "network/deliver/deliver_service.h"
#include "network/ledger/block_store.h"
#include "network/msp/identity.h"
#include "network/orderer/consensus/consenter.h"
#include "network/orderer/message_filter.h"
#include "network/orderer/metrics.h"

namespace suyuan {

// What an orderer's channels share; all outlive them.
struct OrderingDeps {
  std::shared_ptr<const SigningIdentity> signer;
  OrdererMetrics* metrics = nullptr;
  const Clock* clock = Clock::System();
  // Messages waiting for a block; more are answered 503.
  size_t max_pending = 20'000;
  // A block is cut as soon as none is being written, but no sooner than this after
  // the one before (nor later than the channel's BatchTimeout): under load messages
  // share blocks, alone a message does not wait.
  absl::Duration early_cut_interval = absl::Milliseconds(10);
};

// A message that passed the filters of `config`.
struct CheckedMessage {
  std::string received;  // the envelope's canonical bytes
  std::string ordered;   // a config message: the CONFIG envelope it became; else empty
  ChannelConfigPtr config;
};

// Thread-safe.
class OrderingChannel final : public DeliverChannel {
 public:
  using Done = absl::AnyInvocable<void(BroadcastVerdict)>;

  // Begins the channel in `dir` with `genesis`; durable.
  //   kInvalidArgument  not a genesis block, its configuration is not valid, or of a
  //                     consensus type that this orderer does not run
  static absl::StatusOr<std::shared_ptr<OrderingChannel>> Create(const std::filesystem::path& dir,
                                                                 const ::common::Block& genesis,
                                                                 const OrderingDeps& deps);
  // Goes on where the blocks in `dir` end.
  //   kNotFound  there is none: a join that was cut short
  static absl::StatusOr<std::shared_ptr<OrderingChannel>> Open(const std::filesystem::path& dir,
                                                               const OrderingDeps& deps);
  ~OrderingChannel() override;

  const std::string& id() const { return id_; }
  BlockSource& blocks() override { return *store_; }
  ChannelConfigPtr config() const override;
  absl::Status Health() const override { return consenter_->Health(); }
  const char* consensus_type() const { return consenter_->type(); }

  // Runs the filters; a CONFIG_UPDATE becomes a CONFIG envelope. Uses the CPU, changes
  // nothing.
  BroadcastVerdict Check(ParsedEnvelope message, CheckedMessage* checked) const;
  // Queues a message. `done` is called once: SUCCESS when its block is durable, from a
  // thread of the channel or at once when it is refused.
  void Order(CheckedMessage message, Done done);
  // Answers what waits 503 and ends the thread. Blocks can still be read. The owner
  // calls it before it lets go; not from a `done`.
  void Stop();

 private:
  struct Waiting {
    CheckedMessage message;
    Done done;
    uint64_t bytes() const {
      return message.ordered.empty() ? message.received.size() : message.ordered.size();
    }
    bool is_config() const { return !message.ordered.empty(); }
  };

  OrderingChannel(std::unique_ptr<BlockStore> store, ChannelConfigPtr config, uint64_t last_config,
                  const OrderingDeps& deps);

  BroadcastVerdict CheckConfigUpdate(const ParsedEnvelope& message, const ChannelConfigPtr& config,
                                     CheckedMessage* checked) const;
  void Run();
  bool AwaitWork();
  bool SomethingWaits() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool BlockIsFull() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<Waiting> TakeBatch();
  std::vector<Waiting> Recheck(std::vector<Waiting> batch);
  void ProposeBatch(std::vector<Waiting> batch);
  absl::Status WriteBlock(uint64_t number, Batch batch);

  const OrderingDeps deps_;
  const std::string id_;
  const std::unique_ptr<BlockStore> store_;
  const ChannelFigures& figures_;
  const MessageFilters filters_ = StandardFilters();
  const MessageFilters update_filters_ = ConfigUpdateFilters();
  const Log log_{"orderer"};
  std::unique_ptr<Consenter> consenter_;
  uint64_t last_config_;  // of the consenter's delivering thread
  absl::Time last_cut_;   // of the channel's thread

  mutable absl::Mutex mutex_;
  ChannelConfigPtr config_ ABSL_GUARDED_BY(mutex_);
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  uint64_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t waiting_configs_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Mutex join_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(join_mutex_);
};

}  // namespace suyuan
