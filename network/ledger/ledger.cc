#include "network/ledger/ledger.h"

#include <set>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "network/common/file_util.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/ledger/block_effect.h"
#include "network/ledger/history.h"
#include "network/ledger/listeners.h"
#include "network/ledger/mvcc.h"
#include "network/ledger/private_data.h"
#include "network/ledger/simulation.h"
#include "network/ledger/state_db.h"
#include "network/ledger/transaction_reader.h"
#include "network/ledger/verdicts.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using ledger::DbView;
using ledger::LevelDb;
using ledger::MvccValidator;
using ledger::Savepoint;
using ::protos::TxValidationCode;

// The replay after a power cut covers no more blocks than this.
constexpr uint64_t kSyncEvery = 100;

class KvSnapshot final : public LedgerSnapshot {
 public:
  KvSnapshot(std::shared_ptr<const DbView> view, std::string last_hash, std::string commit_hash,
             const ledger::PrivateStore& private_store)
      : view_(std::move(view)),
        last_hash_(std::move(last_hash)),
        commit_hash_(std::move(commit_hash)),
        private_(private_store) {}

  uint64_t height() const override { return view_->height(); }
  const std::string& last_hash() const override { return last_hash_; }
  const std::string& commit_hash() const override { return commit_hash_; }
  absl::StatusOr<std::string> StateHash(const std::function<bool()>& go_on) const override {
    return ledger::HashState(*view_, go_on);
  }
  // Private writes are durable before their block is, and never changed.
  absl::Status VisitPrivate(const Visitor& visit) const override {
    return private_.Visit(height(), visit);
  }

 private:
  const std::shared_ptr<const DbView> view_;
  const std::string last_hash_, commit_hash_;
  const ledger::PrivateStore& private_;
};

class KvLedger final : public Ledger {
 public:
  KvLedger(std::filesystem::path dir, const LedgerOptions& options)
      : dir_(std::move(dir)), options_(options) {}

  absl::Status Start();

  absl::StatusOr<CommitResult> Commit(BlockForCommit block) override;

  std::shared_ptr<const StateView> NewView() const override { return view(); }
  std::unique_ptr<Simulator> NewSimulator() const override;
  absl::StatusOr<std::unique_ptr<HistoryIterator>> GetHistory(absl::string_view ns,
                                                              absl::string_view key) const override;
  absl::StatusOr<TransactionInfo> GetTransaction(absl::string_view tx_id) const override;
  absl::StatusOr<TxLocation> FindTransaction(absl::string_view tx_id) const override;
  absl::StatusOr<uint64_t> NumberByHash(absl::string_view header_hash) const override {
    return blocks_->NumberByHash(header_hash);
  }
  std::string LastHash() const override {
    absl::MutexLock lock(&mutex_);
    return last_hash_;
  }
  std::string CommitHash() const override {
    absl::MutexLock lock(&mutex_);
    return savepoint_.commit_hash;
  }
  absl::StatusOr<std::string> StateHash() const override { return ledger::HashState(*view()); }

  std::unique_ptr<LedgerSnapshot> Snapshot() const override {
    absl::MutexLock lock(&mutex_);
    return std::make_unique<KvSnapshot>(view_, last_hash_, savepoint_.commit_hash, *private_);
  }

  uint64_t Height() const override {
    absl::MutexLock lock(&mutex_);
    return savepoint_.height;
  }
  absl::StatusOr<std::string> GetBytes(uint64_t number) const override {
    return blocks_->GetBytes(number);
  }
  std::shared_ptr<void> AddListener(std::function<void(uint64_t)> listener) override {
    return listeners_.Add(std::move(listener));
  }

 private:
  std::shared_ptr<const DbView> view() const {
    absl::MutexLock lock(&mutex_);
    return view_;
  }

  absl::Status OpenState();
  absl::Status Replay();
  absl::Status ReplayBlock(uint64_t number);
  absl::StatusOr<CommitResult> CommitChecked(BlockForCommit& block);
  absl::Status CheckNext(const BlockForCommit& block) const;
  absl::Status MarkKnownIds(std::vector<TxForCommit>& transactions) const;
  absl::Status KeepPrivate(const BlockForCommit& block, ledger::BlockEffect* effect);
  absl::Status ApplyEffect(const ledger::BlockEffect& effect, std::string header_hash);

  const std::filesystem::path dir_;
  const LedgerOptions options_;
  FileDescriptor lock_;
  std::shared_ptr<BlockStore> blocks_;
  std::shared_ptr<LevelDb> state_;
  std::unique_ptr<ledger::PrivateStore> private_;
  ledger::HeightListeners listeners_;
  absl::Status failure_;  // of an earlier commit; the committing thread's own

  mutable absl::Mutex mutex_;
  Savepoint savepoint_ ABSL_GUARDED_BY(mutex_);
  std::string last_hash_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const DbView> view_ ABSL_GUARDED_BY(mutex_);
};

absl::Status KvLedger::Start() {
  SUYUAN_RETURN_IF_ERROR(CreateDirectories(dir_));
  SUYUAN_ASSIGN_OR_RETURN(lock_, LockFile(dir_ / "LOCK"));
  SUYUAN_ASSIGN_OR_RETURN(blocks_, BlockStore::Open(dir_ / "blocks", options_.blocks));
  SUYUAN_ASSIGN_OR_RETURN(private_, ledger::PrivateStore::Open(dir_ / "private"));
  SUYUAN_RETURN_IF_ERROR(OpenState());
  return Replay();
}

absl::Status KvLedger::OpenState() {
  const ledger::LevelDbOptions options{.cache_bytes = options_.state_cache_bytes,
                                       .write_buffer_bytes = 16u << 20};
  SUYUAN_ASSIGN_OR_RETURN(state_, LevelDb::OpenDerived(dir_ / "state", options));
  SUYUAN_ASSIGN_OR_RETURN(Savepoint savepoint, ledger::ReadSavepoint(*state_));
  if (savepoint.height > blocks_->Height()) {
    Log("ledger").Warn("the state is ahead of the blocks and is rebuilt",
                       {{"state", savepoint.height}, {"blocks", blocks_->Height()}});
    state_.reset();
    SUYUAN_RETURN_IF_ERROR(LevelDb::Destroy(dir_ / "state"));
    SUYUAN_ASSIGN_OR_RETURN(state_, LevelDb::OpenDerived(dir_ / "state", options));
    savepoint = {};
  }
  absl::MutexLock lock(&mutex_);
  savepoint_ = std::move(savepoint);
  view_ = std::make_shared<DbView>(state_, savepoint_.height);
  last_hash_ = blocks_->LastHash();
  return absl::OkStatus();
}

absl::Status KvLedger::Replay() {
  const uint64_t from = Height();
  const uint64_t to = blocks_->Height();
  for (uint64_t number = from; number < to; ++number) SUYUAN_RETURN_IF_ERROR(ReplayBlock(number));
  if (to > from) {
    Log("ledger").Info("state brought up to the blocks", {{"from", from}, {"to", to}});
  }
  return absl::OkStatus();
}

absl::Status KvLedger::ReplayBlock(uint64_t number) {
  const std::string where = absl::StrCat("replay block ", number);
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block block, blocks_->Get(number), where);
  SUYUAN_ASSIGN_OR_RETURN(const auto codes, ledger::StoredVerdicts(block), where);
  const std::shared_ptr<const DbView> committed = view();
  MvccValidator validator(*committed);
  ledger::BlockEffect effect;
  effect.number = number;
  for (int i = 0; i < block.data().data_size(); ++i) {
    ledger::AppliedTx tx{"", codes[static_cast<size_t>(i)], nullptr};
    if (tx.code == ::protos::VALID) {
      auto stored = ledger::ReadTransaction(block.data().data(i));
      if (!stored.ok()) {
        return absl::DataLossError(
            absl::StrCat(where, ": valid transaction ", i, ": ", stored.status().message()));
      }
      tx.tx_id = std::move(stored->tx_id);
      tx.rwset = std::move(stored->rwset);
    } else {
      tx.tx_id = ledger::ReadTxId(block.data().data(i));
    }
    if (tx.rwset != nullptr) {
      SUYUAN_RETURN_IF_ERROR(validator.Accept(*tx.rwset, {number, static_cast<uint64_t>(i)}),
                             where);
    }
    effect.transactions.push_back(std::move(tx));
  }
  effect.updates = &validator.updates();
  if (number > 0) {
    effect.commit_hash =
        ledger::CommitHashOf(ledger::FilterBytes(codes), *effect.updates, CommitHash());
    if (ledger::StoredCommitHash(block) != effect.commit_hash) {
      return absl::DataLossError(absl::StrCat(where, ": commit hash does not match the state"));
    }
  }
  SUYUAN_ASSIGN_OR_RETURN(effect.private_rwsets, private_->Get(number), where);
  return Annotate(ApplyEffect(effect, blocks_->LastHash()), where);
}

absl::StatusOr<CommitResult> KvLedger::Commit(BlockForCommit block) {
  if (!failure_.ok()) return Annotate(failure_, "ledger stopped by an earlier failure");
  const uint64_t number = block.block.header().number();
  SUYUAN_RETURN_IF_ERROR(CheckNext(block), absl::StrCat("commit block ", number));
  auto result = CommitChecked(block);
  if (!result.ok()) {
    const absl::Status status = Annotate(result.status(), absl::StrCat("commit block ", number));
    if (!absl::IsInvalidArgument(status)) failure_ = status;
    return status;
  }
  listeners_.Notify(number + 1);
  return result;
}

absl::Status KvLedger::CheckNext(const BlockForCommit& block) const {
  const auto& header = block.block.header();
  if (header.number() != Height()) {
    return absl::InvalidArgumentError(absl::StrCat("number is not ", Height()));
  }
  if (header.previous_hash() != LastHash()) {
    return absl::InvalidArgumentError("previous_hash is not the hash of the block before");
  }
  if (block.transactions.size() != static_cast<size_t>(block.block.data().data_size())) {
    return absl::InvalidArgumentError("number of verdicts differs from the number of transactions");
  }
  return absl::OkStatus();
}

// DUPLICATE_TXID for ids that the ledger or an earlier transaction of the block has.
absl::Status KvLedger::MarkKnownIds(std::vector<TxForCommit>& transactions) const {
  absl::flat_hash_set<absl::string_view> in_block;
  for (TxForCommit& tx : transactions) {
    if (tx.tx_id.empty() || !ledger::ComesAfterIdCheck(tx.code)) continue;
    const bool is_config = tx.code == ::protos::VALID && tx.rwset == nullptr;
    if (!is_config) {
      SUYUAN_ASSIGN_OR_RETURN(const auto known, ledger::ReadTxRecord(*state_, tx.tx_id));
      if (known) tx.code = ::protos::DUPLICATE_TXID;
    }
    if (tx.code == ::protos::VALID && !in_block.insert(tx.tx_id).second) {
      tx.code = ::protos::DUPLICATE_TXID;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<CommitResult> KvLedger::CommitChecked(BlockForCommit& block) {
  const uint64_t number = block.block.header().number();
  SUYUAN_RETURN_IF_ERROR(MarkKnownIds(block.transactions));
  const std::shared_ptr<const DbView> committed = view();
  MvccValidator validator(*committed);
  ledger::BlockEffect effect;
  effect.number = number;
  CommitResult result;
  result.block_number = number;
  for (uint64_t i = 0; i < block.transactions.size(); ++i) {
    TxForCommit& tx = block.transactions[i];
    if (tx.code == ::protos::VALID && tx.rwset != nullptr) {
      SUYUAN_ASSIGN_OR_RETURN(tx.code, validator.Check(*tx.rwset));
      if (tx.code == ::protos::VALID) {
        SUYUAN_RETURN_IF_ERROR(validator.Accept(*tx.rwset, {number, i}));
      }
    }
    result.codes.push_back(tx.code);
    effect.transactions.push_back({tx.tx_id, tx.code, tx.rwset});
  }
  effect.updates = &validator.updates();
  const std::string filter = ledger::FilterBytes(result.codes);
  if (number > 0) {
    effect.commit_hash = ledger::CommitHashOf(filter, *effect.updates, CommitHash());
  }
  result.commit_hash = effect.commit_hash;
  ledger::WriteVerdicts(filter, effect.commit_hash, &block.block);
  SUYUAN_RETURN_IF_ERROR(KeepPrivate(block, &effect));
  SUYUAN_RETURN_IF_ERROR(blocks_->Append(block.block));
  SUYUAN_RETURN_IF_ERROR(ApplyEffect(effect, blocks_->LastHash()));
  return result;
}

// Private writes must be durable before the block is: nobody else may have them.
absl::Status KvLedger::KeepPrivate(const BlockForCommit& block, ledger::BlockEffect* effect) {
  for (const auto& [index, bytes] : block.private_rwsets) {
    if (index >= effect->transactions.size()) continue;
    const ledger::AppliedTx& tx = effect->transactions[index];
    if (tx.code != ::protos::VALID || tx.rwset == nullptr) continue;
    if (ledger::MatchingPrivateWrites(bytes, *tx.rwset).empty()) {
      Log("ledger").Warn("private data does not match its hash and is dropped",
                         {{"block", effect->number}, {"tx", index}});
      continue;
    }
    effect->private_rwsets[index] = bytes;
  }
  if (effect->private_rwsets.empty()) return absl::OkStatus();
  return private_->Put(effect->number, effect->private_rwsets);
}

absl::Status KvLedger::ApplyEffect(const ledger::BlockEffect& effect, std::string header_hash) {
  leveldb::WriteBatch batch;
  SUYUAN_RETURN_IF_ERROR(ledger::FillBatch(effect, *state_, options_.history, &batch));
  SUYUAN_RETURN_IF_ERROR(state_->Write(&batch, effect.number % kSyncEvery == kSyncEvery - 1));
  auto next = std::make_shared<const DbView>(state_, effect.number + 1);
  absl::MutexLock lock(&mutex_);
  savepoint_ = {effect.number + 1, effect.commit_hash};
  last_hash_ = std::move(header_hash);
  view_.swap(next);
  return absl::OkStatus();
}

std::unique_ptr<Simulator> KvLedger::NewSimulator() const {
  const std::shared_ptr<const DbView> view = this->view();
  return ledger::MakeSimulator(
      view,
      [view, blocks = blocks_, history = options_.history](
          absl::string_view ns,
          absl::string_view key) -> absl::StatusOr<std::unique_ptr<HistoryIterator>> {
        if (!history) return absl::UnimplementedError("this peer keeps no history");
        return ledger::OpenHistory(view, blocks, ns, key);
      });
}

absl::StatusOr<std::unique_ptr<HistoryIterator>> KvLedger::GetHistory(absl::string_view ns,
                                                                      absl::string_view key) const {
  if (!options_.history) return absl::UnimplementedError("this peer keeps no history");
  return ledger::OpenHistory(view(), blocks_, ns, key);
}

absl::StatusOr<Ledger::TxLocation> KvLedger::FindTransaction(absl::string_view tx_id) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, ledger::ReadTxRecord(*state_, tx_id));
  if (!record || record->block_number >= Height()) {
    return absl::NotFoundError(absl::StrCat("no transaction ", tx_id));
  }
  return TxLocation{record->block_number, record->tx_index, record->code};
}

absl::StatusOr<TransactionInfo> KvLedger::GetTransaction(absl::string_view tx_id) const {
  SUYUAN_ASSIGN_OR_RETURN(const TxLocation location, FindTransaction(tx_id));
  SUYUAN_ASSIGN_OR_RETURN(const ::common::Block block, Get(location.block_number));
  if (location.tx_index >= static_cast<uint64_t>(block.data().data_size())) {
    return absl::DataLossError(
        absl::StrCat("block ", location.block_number, ": no transaction ", location.tx_index));
  }
  return TransactionInfo{block.data().data(static_cast<int>(location.tx_index)), location.code,
                         location.block_number, location.tx_index};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(const std::filesystem::path& dir,
                                                     const LedgerOptions& options) {
  auto ledger = std::make_unique<KvLedger>(dir, options);
  SUYUAN_RETURN_IF_ERROR(ledger->Start());
  return std::unique_ptr<Ledger>(std::move(ledger));
}

}  // namespace suyuan
