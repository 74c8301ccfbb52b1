// A channel as the gateway sees it through the peers' Watch streams: configuration,
// peers with heights and chaincodes, definitions, verdicts.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "gateway/candidates.h"
#include "gateway/commit_board.h"
#include "gateway/interest.h"
#include "gateway/node_pool.h"
#include "gateway/peer_watch.h"
#include "network/channel/channel_config.h"
#include "network/common/log.h"
#include "network/msp/identity.h"

namespace suyuan {

struct ChannelViewDeps {
  NodePool* nodes = nullptr;                        // outlives the view
  std::shared_ptr<const SigningIdentity> identity;  // the gateway's
  std::vector<PeerAddress> own_peers;               // to begin with
};

// Thread-safe. Own it by shared_ptr; Stop() before the last reference goes.
class ChannelView : public std::enable_shared_from_this<ChannelView> {
 public:
  ChannelView(std::string channel_id, ChannelViewDeps deps);
  void Start();  // may come after the first WhenKnown()
  void Stop();

  const std::string& channel_id() const { return channel_id_; }

  // Calls `ready` once: OK when the configuration is known, at once or as soon as an
  // own peer answered.
  //   kNotFound     own peers refuse: no such channel, as far as they tell
  //   kUnavailable  no own peer can be reached, or none answered in time
  void WhenKnown(std::function<void(const absl::Status&)> ready);

  // nullptr until known.
  ChannelConfigPtr config() const;
  // A copy, in the order in which they became known.
  std::vector<PeerState> Peers() const;
  // In the order to be asked: the one that answered last comes first, one that failed
  // goes behind all others.
  std::vector<OrdererClientPtr> Orderers() const;
  void OrdererAnswered(const OrdererClientPtr& orderer);
  void OrdererFailed(const OrdererClientPtr& orderer);
  uint64_t height() const;  // of the own peers' highest
  CommitBoard& commits() { return commits_; }

  // Who must endorse a transaction that touched `interest`. Definitions are fetched
  // from an own peer when not known; `done` may run at once.
  //   as RuleFor(); kUnavailable when no own peer could be asked
  void FindRule(const ::protos::ChaincodeInterest& interest,
                std::function<void(absl::StatusOr<std::shared_ptr<const EndorsementRule>>)> done);

  // Has an own peer look a transaction up; not found is a reply too.
  //   kUnavailable  no own peer could be asked
  void AskLedger(const std::string& tx_id,
                 std::function<void(absl::StatusOr<::suyuan::peer::TransactionStatusReply>)> done);
  // AskLedger() and tell commits() what came of it.
  void AskLedgerForBoard(const std::string& tx_id);

  // Runs `go` once, as soon as the peer has `height` blocks, so that it reads what a
  // client was told is committed. At once for a peer that tells no height, is not live
  // or is many blocks behind; after two seconds at the latest.
  void WhenPeerHas(const std::string& endpoint, uint64_t height, std::function<void()> go);

  // A proposal found the peer unreachable before its Watch did.
  void MarkUnreachable(const std::string& endpoint, const std::string& why);

 private:
  struct Entry {
    PeerState state;
    std::shared_ptr<PeerWatch> watch;
  };
  using Ready = std::function<void(const absl::Status&)>;
  struct HeightWaiter {
    uint64_t id;
    std::string endpoint;
    uint64_t height;
    std::function<void()> go;
  };

  void AddPeer(const PeerAddress& address);
  void OnUpdate(const std::string& endpoint, const ::suyuan::peer::ChannelUpdate& update);
  void OnBroken(const std::string& endpoint, const absl::Status& status);
  void ApplyConfig(const std::string& config_block);
  std::vector<PeerAddress> WantedPeers(const ChannelConfig& config) const;
  void ConnectPeers(const ChannelConfig& config);
  void ConnectOrderers(const ChannelConfig& config);
  // What the waiters of WhenKnown() are to be told now; kCancelled: nothing yet.
  absl::Status Knowledge() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // nullptr when there is none.
  PeerState* FindPeer(const std::string& endpoint) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeWaiters();
  void Release(const std::function<bool(const HeightWaiter&)>& due);
  std::vector<PeerClientPtr> OwnPeersByHeight() const;
  void GatherDefinitions(
      std::shared_ptr<const ::protos::ChaincodeInterest> interest,
      std::function<void(absl::StatusOr<std::shared_ptr<const EndorsementRule>>)> done);
  void FetchDefinition(const std::string& name, std::vector<PeerClientPtr> peers,
                       std::function<void(absl::StatusOr<::suyuan::peer::DefinitionReply>)> done);
  void ScheduleSweep();

  const std::string channel_id_;
  const ChannelViewDeps deps_;
  const Log log_{"gateway"};
  CommitBoard commits_;

  mutable absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status verdict_ ABSL_GUARDED_BY(mutex_);    // once stopped: why there is no channel
  bool asking_ ABSL_GUARDED_BY(mutex_) = false;     // all own peers are in peers_
  bool connected_ ABSL_GUARDED_BY(mutex_) = false;  // to what config_ names
  ChannelConfigPtr config_ ABSL_GUARDED_BY(mutex_);
  absl::Status config_error_ ABSL_GUARDED_BY(mutex_);
  std::vector<Entry> peers_ ABSL_GUARDED_BY(mutex_);
  std::vector<OrdererClientPtr> orderers_ ABSL_GUARDED_BY(mutex_);  // as Orderers() has them
  std::vector<Ready> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<HeightWaiter> height_waiters_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_waiter_ ABSL_GUARDED_BY(mutex_) = 1;
  Definitions definitions_ ABSL_GUARDED_BY(mutex_);
  // By the interest's bytes; bounded.
  std::map<std::string, std::shared_ptr<const EndorsementRule>> rules_ ABSL_GUARDED_BY(mutex_);
  // Counts what makes definitions and rules stale.
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
};
using ChannelViewPtr = std::shared_ptr<ChannelView>;

}  // namespace suyuan
