#include "network/deliver/block_fetcher.h"

#include <grpcpp/channel.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/channel/block_verification.h"
#include "network/common/check.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/deliver/block_nodes.h"
#include "network/deliver/deliver_client.h"
#include "network/protoutil/protoutil.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {
namespace {

// How long one node may take to connect before the next is tried.
constexpr absl::Duration kConnectTimeout = absl::Seconds(3);
// How long a node that is asked for its newest block may take.
constexpr absl::Duration kProbeTimeout = absl::Seconds(2);

// A peer adds its verdicts and their hash to a block's metadata; a block is handed on
// as an orderer made it.
void DropVerdicts(::common::Block* block) {
  auto& slots = *block->mutable_metadata()->mutable_metadata();
  for (const int slot : {::common::TRANSACTIONS_FILTER, ::common::COMMIT_HASH}) {
    if (slot < slots.size()) slots.Mutable(slot)->clear();
  }
}

class Fetcher final : public BlockFetcher {
 public:
  Fetcher(ChannelConfigPtr config, const BlockSource& blocks, BlockFetcherDeps deps, Sink sink)
      : channel_id_(config->channel_id()),
        blocks_(blocks),
        deps_(std::move(deps)),
        sink_(std::move(sink)),
        config_(std::move(config)),
        // Not all peers hang on the same orderer.
        turn_(std::random_device()()),
        distrust_(deps_.first_distrust) {}

  ~Fetcher() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
      for (DeliverClient* stream : streams_) stream->Cancel();
    }
    if (thread_.joinable()) thread_.join();
  }

  void Start() override {
    SUYUAN_CHECK(!thread_.joinable());
    thread_ = std::thread([this] { Run(); });
  }

  absl::Status Status() const override {
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  // A stream that the destructor cancels.
  class Registration {
   public:
    Registration(Fetcher* fetcher, DeliverClient* stream) : fetcher_(fetcher), stream_(stream) {
      absl::MutexLock lock(&fetcher_->mutex_);
      fetcher_->streams_.insert(stream_);
      if (fetcher_->stopping_) stream_->Cancel();
    }
    ~Registration() {
      absl::MutexLock lock(&fetcher_->mutex_);
      fetcher_->streams_.erase(stream_);
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

   private:
    Fetcher* const fetcher_;
    DeliverClient* const stream_;
  };

  void Run() {
    if (const absl::Status status = ReadPosition(); !status.ok()) return Fail(status);
    absl::Duration backoff = deps_.first_backoff;
    size_t failed_in_row = 0;
    while (!Stopping() && !failed_) {
      const uint64_t before = next_;
      if (better_.has_value()) {
        VisitBetter(*std::exchange(better_, std::nullopt));
      } else if (const auto nodes = Trusted(Orderers()); failed_in_row < nodes.size()) {
        Visit(nodes[turn_++ % nodes.size()]);
        ++failed_in_row;
      } else {
        // (When all are distrusted the last one's reason stays.)
        if (Orderers().empty()) SetStatus(NoOrderer());
        // Only when orderers have been away for a while: they come back quickly.
        const auto neighbours = Trusted(Neighbours());
        if (backoff >= deps_.max_backoff && !neighbours.empty()) {
          Visit(neighbours[turn_++ % neighbours.size()]);
        }
        if (next_ == before) Pause(backoff);
        backoff = std::min(backoff * 2, deps_.max_backoff);
        failed_in_row = 0;
        continue;
      }
      if (next_ > before) {
        backoff = deps_.first_backoff;
        failed_in_row = 0;
      }
    }
  }

  absl::Status ReadPosition() {
    next_ = blocks_.Height();
    if (next_ == 0) return absl::FailedPreconditionError("the channel has no genesis block here");
    SUYUAN_ASSIGN_OR_RETURN(const ::common::Block last, blocks_.Get(next_ - 1));
    previous_hash_ = BlockHeaderHash(last.header());
    return absl::OkStatus();
  }

  absl::Status NoOrderer() const {
    return absl::FailedPreconditionError(
        absl::StrCat("channel ", channel_id_, " names no orderer endpoint"));
  }

  std::vector<BlockNode> Orderers() const {
    std::vector<BlockNode> nodes = OrdererNodesOf(*config_, deps_.orderers);
    if (deps_.newer != nullptr && deps_.newer->sequence() > config_->sequence()) {
      // Their present TLS roots count, not those of before.
      for (BlockNode& node : OrdererNodesOf(*deps_.newer)) {
        std::erase_if(nodes, [&](const BlockNode& old) { return old.endpoint == node.endpoint; });
        nodes.push_back(std::move(node));
      }
    }
    return Others(std::move(nodes));
  }
  std::vector<BlockNode> Neighbours() const {
    return Others(NeighboursOf(*config_, deps_.neighbours));
  }
  std::vector<BlockNode> Others(std::vector<BlockNode> nodes) const {
    std::erase_if(nodes,
                  [this](const BlockNode& node) { return node.endpoint == deps_.own_address; });
    return nodes;
  }
  std::vector<BlockNode> Trusted(std::vector<BlockNode> nodes) const {
    const absl::Time now = absl::Now();
    std::erase_if(nodes,
                  [&](const BlockNode& node) { return distrust_.Holds(node.endpoint, now); });
    return nodes;
  }

  // Fetches from `node` until its stream ends or it is left.
  void Visit(const BlockNode& node) {
    const absl::Status status = Annotate(FetchFrom(node), node.endpoint);
    // What a neighbour says about itself is no news of the orderers.
    if (node.kind == DeliverNode::kOrderer && !Stopping() && !failed_) SetStatus(status);
  }

  // One that said to have more blocks than the last.
  void VisitBetter(const BlockNode& node) {
    const uint64_t before = next_;
    Visit(node);
    if (next_ > before || Stopping() || failed_) return;
    Distrust(node, "", absl::UnavailableError("it told of more blocks and sent none"));
  }

  absl::Status FetchFrom(const BlockNode& node) {
    SUYUAN_ASSIGN_OR_RETURN(
        const ::common::Envelope seek,
        MakeSeekEnvelope(*deps_.signer, channel_id_, next_, std::numeric_limits<uint64_t>::max(),
                         deps_.clock->Now()));
    SUYUAN_ASSIGN_OR_RETURN(const auto channel, Connect(node, kConnectTimeout));
    const auto stream = DeliverClient::Open(node.kind, channel, seek);
    const Registration registration(this, stream.get());
    return node.kind == DeliverNode::kPeer ? ReadFromNeighbour(node, *stream)
                                           : ReadFromOrderer(node, *stream);
  }

  absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const BlockNode& node,
                                                         absl::Duration limit) const {
    auto channel = MakeChannel(
        node.endpoint,
        MakeChannelCredentials(node.tls_roots_pem, deps_.tls ? &*deps_.tls : nullptr), "");
    const absl::Time deadline = absl::Now() + limit;
    while (absl::Now() < deadline && !Stopping()) {
      if (channel->WaitForConnected(absl::ToChronoTime(absl::Now() + absl::Milliseconds(20)))) {
        return channel;
      }
      if (channel->GetState(true) == GRPC_CHANNEL_TRANSIENT_FAILURE) break;
    }
    return absl::UnavailableError("no connection to the node");
  }

  // Until the stream ends, or another node turns out to have what this one does not
  // send.
  absl::Status ReadFromOrderer(const BlockNode& node, DeliverClient& stream) {
    bool suspected = false;
    while (true) {
      auto block = stream.Next(absl::Now() + (suspected ? kGrace : deps_.probe_after));
      // It took the seek: gives blocks, or waits for one.
      if (block.ok() || absl::IsDeadlineExceeded(block.status())) SetStatus(absl::OkStatus());
      if (block.ok()) {
        suspected = false;
        better_.reset();
        SUYUAN_RETURN_IF_ERROR(Accept(node, stream, *std::move(block)));
      } else if (!absl::IsDeadlineExceeded(block.status()) || Stopping()) {
        better_.reset();
        return block.status();
      } else if (suspected) {
        return absl::UnavailableError(
            absl::StrCat("it sends nothing, but ", better_->endpoint, " has more blocks"));
      } else {
        better_ = FindAhead(node);
        suspected = better_.has_value();
      }
    }
  }

  // While it has blocks, and not for too long: orderers may be back.
  absl::Status ReadFromNeighbour(const BlockNode& node, DeliverClient& stream) {
    const absl::Time end = absl::Now() + deps_.neighbour_visit;
    uint64_t taken = 0;
    absl::Status status;
    while (status.ok() && absl::Now() < end) {
      auto block = stream.Next(absl::Now() + deps_.neighbour_silence);
      status = block.ok() ? Accept(node, stream, *std::move(block)) : block.status();
      taken += status.ok();
    }
    if (taken > 0) {
      log_.Info("fetched blocks from a peer, for want of an orderer",
                {{"channel", channel_id_}, {"peer", node.endpoint}, {"blocks", taken}});
    }
    return status;
  }

  // One other node at a call, another the next time.
  std::optional<BlockNode> FindAhead(const BlockNode& current) {
    std::vector<BlockNode> others = Trusted(Orderers());
    for (BlockNode& peer : Trusted(Neighbours())) others.push_back(std::move(peer));
    std::erase_if(others, [&](const BlockNode& node) { return node.endpoint == current.endpoint; });
    if (others.empty()) return std::nullopt;
    const BlockNode& node = others[probes_++ % others.size()];
    const auto ahead = IsAhead(node);
    if (ahead.ok() && *ahead) return node;
    return std::nullopt;
  }

  // Whether its newest block is one that we lack, and signed as it must be. When we lack
  // its configuration too, that cannot be told: then its word is taken.
  absl::StatusOr<bool> IsAhead(const BlockNode& node) {
    ::orderer::SeekInfo newest;
    newest.mutable_start()->mutable_newest();
    newest.mutable_stop()->mutable_newest();
    newest.set_content_type(::orderer::SeekInfo::HEADER_WITH_SIG);
    SUYUAN_ASSIGN_OR_RETURN(
        const auto seek, MakeSeekEnvelope(*deps_.signer, channel_id_, newest, deps_.clock->Now()));
    SUYUAN_ASSIGN_OR_RETURN(const auto channel, Connect(node, kProbeTimeout));
    const auto stream = DeliverClient::Open(node.kind, channel, seek);
    const Registration registration(this, stream.get());
    SUYUAN_ASSIGN_OR_RETURN(const auto block, stream->Next(absl::Now() + kProbeTimeout));
    if (block.header().number() < next_) return false;
    const absl::Status signature = VerifySignatures(*config_, block).status();
    if (signature.ok()) return true;
    const auto last_config = LastConfigIndex(block);
    if (last_config.ok() && *last_config >= next_) return true;
    Distrust(node, stream->NodeSubject(), signature);
    return false;
  }

  absl::Status Accept(const BlockNode& node, const DeliverClient& stream, ::common::Block block) {
    const absl::Status verified = VerifyBlock(*config_, block, next_, previous_hash_).status();
    if (!verified.ok()) {
      Distrust(node, stream.NodeSubject(), verified);
      return verified;
    }
    distrust_.Clear(node.endpoint);
    if (node.kind == DeliverNode::kPeer) DropVerdicts(&block);
    std::string hash = BlockHeaderHash(block.header());
    absl::StatusOr<ChannelConfigPtr> in_force = sink_(std::move(block));
    if (!in_force.ok()) {
      Fail(in_force.status());
      return in_force.status();
    }
    previous_hash_ = std::move(hash);
    ++next_;
    if (*in_force != nullptr) config_ = *std::move(in_force);
    return absl::OkStatus();
  }

  // `subject`: of its certificate, when it is known.
  void Distrust(const BlockNode& node, const std::string& subject, const absl::Status& reason) {
    const absl::Duration pause = distrust_.Add(node.endpoint, absl::Now());
    log_.Error("a node did not send the blocks that it should; left alone for a while",
               {{"channel", channel_id_},
                {"node", node.endpoint},
                {"subject", subject},
                {"pause", absl::FormatDuration(pause)},
                {"reason", reason}});
  }

  void Fail(const absl::Status& status) {
    failed_ = true;
    if (Stopping()) return;
    log_.Error("fetching stopped", {{"channel", channel_id_}, {"reason", status}});
    absl::MutexLock lock(&mutex_);
    status_ = status;
  }

  void SetStatus(const absl::Status& status) {
    bool changed;
    {
      absl::MutexLock lock(&mutex_);
      changed = status_.ok() != status.ok();
      status_ = status;
    }
    if (!changed) return;
    if (status.ok()) {
      log_.Info("fetching blocks again", {{"channel", channel_id_}, {"next", next_}});
    } else {
      log_.Warn("no orderer to fetch from", {{"channel", channel_id_}, {"reason", status}});
    }
  }

  void Pause(absl::Duration time) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&stopping_), time);
  }

  bool Stopping() const {
    absl::MutexLock lock(&mutex_);
    return stopping_;
  }

  // A block that another node has may be on its way here too.
  static constexpr absl::Duration kGrace = absl::Seconds(1);

  const std::string channel_id_;
  const BlockSource& blocks_;
  const BlockFetcherDeps deps_;
  const Sink sink_;
  const Log log_{"deliver"};

  // Of the thread.
  ChannelConfigPtr config_;
  uint64_t next_ = 0;
  std::string previous_hash_;
  bool failed_ = false;
  size_t turn_;                      // whose turn it is
  size_t probes_ = 0;                // whom to ask next whether there is more
  std::optional<BlockNode> better_;  // has blocks that the current one does not send
  DistrustedNodes distrust_;

  mutable absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<DeliverClient*> streams_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace

std::unique_ptr<BlockFetcher> BlockFetcher::Create(ChannelConfigPtr config,
                                                   const BlockSource& blocks, BlockFetcherDeps deps,
                                                   Sink sink) {
  return std::make_unique<Fetcher>(std::move(config), blocks, std::move(deps), std::move(sink));
}

}  // namespace suyuan
