// One channel on this orderer: messages in, signed blocks out.
#pragma once

#include <atomic>
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
#include "network/common/clock.h"
#include "network/common/log.h"
#include "network/deliver/block_fetcher.h"
#include "network/deliver/deliver_service.h"
#include "network/msp/identity.h"
#include "network/orderer/consensus/etcd_consenter.h"
#include "network/orderer/message_filter.h"
#include "network/orderer/metrics.h"
#include "network/orderer/ordered_chain.h"
#include "network/orderer/orderer_links.h"
#include "protos/suyuan/ordering_cluster.pb.h"

namespace suyuan {

// How an orderer takes part in channels of type "etcd".
struct EtcdOrdering {
  std::shared_ptr<EtcdClient> client;  // nullptr: it orders alone, or follows
  EtcdConsenterOptions options;        // but for `name` and `log.channel`
};

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
  // Only an orderer among others needs these.
  TlsIdentity tls;                // its certificate says which orderer of a channel it is
  OrdererLinks* links = nullptr;  // to the others
  EtcdOrdering etcd;
};

// A message that passed the filters of `config`.
struct CheckedMessage {
  std::string received;  // the envelope's canonical bytes
  std::string ordered;   // a config message: the CONFIG envelope it became; else empty
  ChannelConfigPtr config;
};

// What a channel's orderer says of itself.
struct OrderingStatus {
  std::string consensus_type;  // "solo", "etcd"
  std::string relation;        // "consenter", or "follower": not in the channel's orderer set
  std::string name;            // of this orderer in the set, "host:port"; "" when not in it
  Leadership leadership;
  EtcdConsenterFigures etcd;  // type "etcd"
};

// What this orderer is in a channel follows from the channel's configuration, and
// changes with it: alone (type "solo"), one of a cluster (type "etcd" and in the set), or
// a follower that only fetches the blocks the others make.
//
// Thread-safe.
class OrderingChannel final : public DeliverChannel {
 public:
  using Done = absl::AnyInvocable<void(BroadcastVerdict)>;

  // Begins the channel in `dir` with `genesis`; durable. An orderer that joins a channel
  // which exists already is a follower until it has `newest`, a config block (nullptr: it
  // begins the channel): what the genesis block says of who orders may be out of date. Until
  // then it also fetches from the orderers that `newest` names.
  //   kInvalidArgument  not a genesis block, its configuration is not valid, or of a
  //                     consensus type that this orderer does not run; `newest` is no config
  //                     block of this channel
  static absl::StatusOr<std::shared_ptr<OrderingChannel>> Create(const std::filesystem::path& dir,
                                                                 const ::common::Block& genesis,
                                                                 const ::common::Block* newest,
                                                                 const OrderingDeps& deps);
  // Goes on where the blocks in `dir` end.
  //   kNotFound  there is none: a join that was cut short
  static absl::StatusOr<std::shared_ptr<OrderingChannel>> Open(const std::filesystem::path& dir,
                                                               const OrderingDeps& deps);
  ~OrderingChannel() override;

  const std::string& id() const { return id_; }
  BlockSource& blocks() override { return chain_->blocks(); }
  ChannelConfigPtr config() const override { return chain_->config(); }
  // OK while this orderer can take messages (a follower: fetch blocks); else why not.
  absl::Status Health() const override;
  OrderingStatus status() const;

  // Runs the filters; a CONFIG_UPDATE becomes a CONFIG envelope. Uses the CPU, changes
  // nothing.
  BroadcastVerdict Check(ParsedEnvelope message, CheckedMessage* checked) const;
  // Queues a message. `done` is called once: SUCCESS when it is ordered for good, from
  // a thread of the channel or at once when it is refused. An orderer that does not
  // lead hands the message to the one that does.
  void Order(CheckedMessage message, Done done);
  // The same for what another orderer checked and handed over. It is not handed on.
  void OrderForwarded(const ordering::ForwardedMessage& message, Done done);
  // Answers what waits 503 and ends the threads; a leader hands over. Blocks can still
  // be read. The owner calls it before it lets go; not from a `done`.
  void Stop();

 private:
  struct Waiting {
    CheckedMessage message;
    Done done;
    bool forwarded = false;  // by another orderer
    uint64_t bytes() const {
      return message.ordered.empty() ? message.received.size() : message.ordered.size();
    }
    bool is_config() const { return !message.ordered.empty(); }
  };
  using WaitingList = std::vector<Waiting>;
  // What the channel's configuration makes of this orderer.
  struct Role {
    enum Kind { kNone, kAlone, kConsenter, kFollower } kind = kNone;
    std::string name;  // kConsenter: which of the set
    friend bool operator==(const Role& a, const Role& b) {
      return a.kind == b.kind && a.name == b.name;
    }
  };

  // Of an orderer that joined late; 0 and nullptr: it did not.
  struct Newest {
    uint64_t number = 0;
    ChannelConfigPtr config;
  };

  OrderingChannel(std::unique_ptr<OrderedChain> chain, Newest newest, const OrderingDeps& deps);
  static absl::StatusOr<Newest> ParseNewest(const ::common::Block& block,
                                            absl::string_view channel_id);
  static absl::StatusOr<Newest> ReadNewest(const std::filesystem::path& dir,
                                           absl::string_view channel_id);

  BroadcastVerdict CheckConfigUpdate(const ParsedEnvelope& message, const ChannelConfigPtr& config,
                                     CheckedMessage* checked) const;
  BroadcastVerdict CheckOrdererSet(const ChannelConfig& from, const ChannelConfig& to) const;
  BroadcastVerdict CheckForwarded(const ordering::ForwardedMessage& message,
                                  CheckedMessage* checked) const;
  void Enqueue(Waiting waiting);

  // Roles.
  Role RoleAt(const ChainHead& head) const;
  absl::StatusOr<ChannelConfigPtr> TakeFetched(const ::common::Block& block);
  void TakeRole();
  std::shared_ptr<Consenter> MakeConsenter(const Role& role);
  std::unique_ptr<BlockFetcher> MakeFetcher();
  absl::StatusOr<uint64_t> CatchUp(uint64_t until);
  std::vector<std::string> OrdererNames() const;
  std::shared_ptr<Consenter> consenter() const;
  absl::Status Availability() const;

  // The channel's thread.
  void Run();
  bool AwaitWork();
  absl::Duration TimeToCut(bool leading) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool SomethingToDo() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool BlockIsFull() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  WaitingList TakeBatch();
  void Handle(WaitingList batch);
  WaitingList Recheck(WaitingList batch, const ChannelConfigPtr& config) const;
  void ProposeBatch(WaitingList batch, Consenter& consenter);
  void Forward(WaitingList batch, const std::string& leader);
  static void AnswerAll(WaitingList& batch, const BroadcastVerdict& verdict);

  const OrderingDeps deps_;
  const std::unique_ptr<OrderedChain> chain_;
  const Newest newest_;
  const std::string id_;
  const ChannelFigures& figures_;
  const MessageFilters filters_ = StandardFilters();
  const MessageFilters update_filters_ = ConfigUpdateFilters();
  const Log log_{"orderer"};
  absl::Time last_cut_ = absl::InfinitePast();  // of the channel's thread

  mutable absl::Mutex mutex_;
  Role role_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Consenter> consenter_ ABSL_GUARDED_BY(mutex_);   // unless a follower
  std::shared_ptr<BlockFetcher> fetcher_ ABSL_GUARDED_BY(mutex_);  // of a follower
  bool role_may_change_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  uint64_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t waiting_configs_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Batches handed to the leader and not answered; outlives the channel in callbacks.
  const std::shared_ptr<std::atomic<int>> under_way_ = std::make_shared<std::atomic<int>>(0);
  absl::Mutex join_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(join_mutex_);
};

}  // namespace suyuan
