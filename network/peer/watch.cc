#include "network/peer/watch.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/definition.h"
#include "network/protoutil/protoutil.h"
#include "network/protoutil/timestamp.h"
#include "network/rpc/status_mapping.h"

namespace suyuan {
namespace {

using ::suyuan::peer::ChannelUpdate;

constexpr absl::Duration kTimeWindow = absl::Minutes(15);
constexpr char kReaders[] = "/Channel/Application/Readers";

absl::Status NotHere(const std::string& channel_id) {
  return absl::PermissionDeniedError(
      absl::StrCat("channel ", channel_id, ": not here, or not for you"));
}

// A block that is no longer among the last ones, from the ledger.
BlockSummary SummaryOfBlock(const ::common::Block& block) {
  BlockSummary summary{.number = block.header().number(), .config_changed = IsConfigBlock(block)};
  std::string verdicts;
  if (block.metadata().metadata_size() > ::common::TRANSACTIONS_FILTER) {
    verdicts = block.metadata().metadata(::common::TRANSACTIONS_FILTER);
  }
  for (int i = 0; i < block.data().data_size(); ++i) {
    const auto envelope = ParseEnvelope(block.data().data(i));
    summary.tx_ids.push_back(envelope.ok() ? envelope->channel_header.tx_id() : "");
    const bool judged = static_cast<size_t>(i) < verdicts.size();
    summary.codes.push_back(
        judged ? static_cast<::protos::TxValidationCode>(static_cast<uint8_t>(verdicts[i]))
               : ::protos::NOT_VALIDATED);
  }
  // Not known: told as changed, so that nobody relies on an old definition.
  summary.definitions_changed = true;
  return summary;
}

// Writes one update at a time, each made on the pool. Whoever holds busy_ is alone in
// starting writes and ending the call.
class WatchCall final : public grpc::ServerWriteReactor<ChannelUpdate>,
                        public std::enable_shared_from_this<WatchCall> {
 public:
  WatchCall(WatchDeps deps, ::suyuan::peer::SignedWatchRequest request)
      : deps_(std::move(deps)), request_(std::move(request)) {}

  void Begin() {
    self_ = shared_from_this();
    wake_ = std::make_shared<Wake>(self_);
    deps_.pool->Submit([call = self_] { call->OpenAndPump(); });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("the watcher is gone"));
    deps_.pool->Submit([call = shared_from_this()] { call->Pump(); });
  }
  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      cancelled_ = true;
      if (std::exchange(busy_, true)) return;  // who is at work ends the call
    }
    End(absl::CancelledError("cancelled"));
  }
  void OnDone() override { self_.reset(); }

 private:
  class Wake final : public BlockFeed::Follower {
   public:
    explicit Wake(std::weak_ptr<WatchCall> call) : call_(std::move(call)) {}
    void OnBlock() override {
      if (const auto call = call_.lock(); call != nullptr) call->OnBlock();
    }

   private:
    const std::weak_ptr<WatchCall> call_;
  };

  void OpenAndPump() {
    auto cursor = WatchCursor::Open(deps_, request_);
    if (!cursor.ok()) return End(cursor.status());
    cursor_ = *std::move(cursor);
    cursor_->channel().feed().Follow(wake_);
    Pump();
  }

  void Pump() {
    while (true) {
      update_.Clear();
      const auto more = cursor_->Next(&update_);
      if (!more.ok()) return End(more.status());
      switch (AfterNext(*more)) {
        case Then::kWrite:
          return StartWrite(&update_);
        case Then::kRest:
          return;
        case Then::kEnd:
          return End(absl::CancelledError("cancelled"));
        case Then::kAgain:
          break;
      }
    }
  }

  enum class Then { kWrite, kRest, kAgain, kEnd };
  Then AfterNext(bool more) {
    absl::MutexLock lock(&mutex_);
    if (cancelled_) return Then::kEnd;
    if (more) return Then::kWrite;
    if (std::exchange(missed_, false)) return Then::kAgain;
    busy_ = false;
    return Then::kRest;
  }

  void OnBlock() {
    {
      absl::MutexLock lock(&mutex_);
      if (std::exchange(busy_, true)) {
        missed_ = true;
        return;
      }
    }
    deps_.pool->Submit([call = shared_from_this()] { call->Pump(); });
  }

  void End(const absl::Status& status) { Finish(ToGrpc(status)); }

  const WatchDeps deps_;
  const ::suyuan::peer::SignedWatchRequest request_;
  std::shared_ptr<WatchCall> self_;  // gRPC's reference: from Begin() to OnDone()
  std::shared_ptr<Wake> wake_;
  std::unique_ptr<WatchCursor> cursor_;
  ChannelUpdate update_;

  absl::Mutex mutex_;
  bool busy_ ABSL_GUARDED_BY(mutex_) = true;
  bool missed_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerWriteReactor<ChannelUpdate>* StartWatch(const WatchDeps& deps,
                                                    ::suyuan::peer::SignedWatchRequest request) {
  const auto call = std::make_shared<WatchCall>(deps, std::move(request));
  call->Begin();
  return call.get();
}

absl::StatusOr<std::unique_ptr<WatchCursor>> WatchCursor::Open(
    const WatchDeps& deps, const ::suyuan::peer::SignedWatchRequest& request) {
  std::unique_ptr<WatchCursor> cursor(new WatchCursor(deps, request));
  SUYUAN_ASSIGN_OR_RETURN(cursor->parsed_, ParseProto<::suyuan::peer::WatchRequest>(
                                               request.request(), "watch request"));
  cursor->channel_ = deps.channels->Get(cursor->parsed_.channel_id());
  if (cursor->channel_ == nullptr) return NotHere(cursor->parsed_.channel_id());
  const absl::Duration off = deps.clock->Now() - ToTime(cursor->parsed_.timestamp());
  if (absl::AbsDuration(off) > kTimeWindow) {
    return absl::PermissionDeniedError("timestamp: more than 15 minutes from this peer's clock");
  }
  SUYUAN_RETURN_IF_ERROR(cursor->Authorise());
  return cursor;
}

absl::Status WatchCursor::Authorise() const {
  const SignedData signature{.data = {request_.request()},
                             .identity = parsed_.identity(),
                             .signature = request_.signature()};
  const absl::Status status =
      channel_->config()->GetPolicy(kReaders)->EvaluateSignedData({&signature, 1});
  return status.ok() ? status
                     : absl::PermissionDeniedError(
                           absl::StrCat("channel ", parsed_.channel_id(), ": ", status.message()));
}

absl::StatusOr<bool> WatchCursor::Next(ChannelUpdate* update) {
  if (channel_->closed()) return NotHere(parsed_.channel_id());
  if (std::exchange(first_, false)) {
    const uint64_t height = channel_->feed().Height();
    next_ = parsed_.start_block() == 0 ? height : std::min(parsed_.start_block(), height);
    update->set_height(height);
    SUYUAN_RETURN_IF_ERROR(FillState(update, true, true));
    return true;
  }
  const uint64_t height = channel_->feed().Height();
  if (next_ >= height) return false;
  SUYUAN_ASSIGN_OR_RETURN(const BlockSummaryPtr block, Summary(next_));
  if (block->config_changed) SUYUAN_RETURN_IF_ERROR(Authorise());
  update->set_height(height);
  update->set_has_block(true);
  update->set_block_number(next_);
  update->set_definitions_changed(block->definitions_changed);
  for (size_t i = 0; i < block->tx_ids.size(); ++i) {
    auto* transaction = update->add_transactions();
    transaction->set_tx_id(block->tx_ids[i]);
    transaction->set_code(block->codes[i]);
  }
  SUYUAN_RETURN_IF_ERROR(FillState(update, block->config_changed, block->definitions_changed));
  ++next_;
  return true;
}

absl::Status WatchCursor::FillState(ChannelUpdate* update, bool config, bool chaincodes) {
  if (config) {
    SUYUAN_ASSIGN_OR_RETURN(*update->mutable_config_block(),
                            channel_->ledger().GetBytes(channel_->config_block()));
  }
  if (!chaincodes) return absl::OkStatus();
  std::vector<std::string> runnable = deps_.chaincodes->Runnable(*channel_);
  if (!config && runnable == chaincodes_) return absl::OkStatus();
  update->set_has_chaincodes(true);
  for (const std::string& name : runnable) update->add_chaincodes(name);
  chaincodes_ = std::move(runnable);
  return absl::OkStatus();
}

absl::StatusOr<BlockSummaryPtr> WatchCursor::Summary(uint64_t number) {
  if (BlockSummaryPtr recent = channel_->feed().Find(number); recent != nullptr) return recent;
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block block, channel_->ledger().Get(number));
  return std::make_shared<const BlockSummary>(SummaryOfBlock(block));
}

}  // namespace suyuan
