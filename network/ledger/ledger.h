// One channel's ledger on a peer: blocks, world state, history, transaction ids.
//
// The ledger never asks who signed: the committer does, and hands it verdicts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/block_store.h"
#include "network/ledger/rwset.h"
#include "network/ledger/simulator.h"
#include "protos/common/common.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {

struct LedgerOptions {
  // A lost last block is dropped: a peer fetches it again.
  BlockStoreOptions blocks = {.drop_lost_block = true};
  // LevelDB's cache for the state, bytes.
  uint64_t state_cache_bytes = 32u << 20;
  // False: no history index (GetHistory answers kUnimplemented).
  bool history = true;
};

// A transaction of a block with the committer's verdict so far.
struct TxForCommit {
  std::string tx_id;  // empty when the envelope could not be read that far
  // VALID, or the code of the check that failed before the state was looked at.
  ::protos::TxValidationCode code = ::protos::NOT_VALIDATED;
  // The endorsed read-write set; null for a config transaction.
  std::shared_ptr<const TxRwSet> rwset;
  absl::Time timestamp;  // of the channel header, for the history
};

struct BlockForCommit {
  ::common::Block block;  // as delivered; commit fills slots 2 and 4 of its metadata
  std::vector<TxForCommit> transactions;
  // Private write sets held by this peer, by index in the block: checked against
  // the hashes on the ledger, dropped when they differ.
  std::map<uint64_t, std::string> private_rwsets;  // rwset.TxPvtReadWriteSet bytes
};

struct CommitResult {
  uint64_t block_number = 0;
  std::vector<::protos::TxValidationCode> codes;
  std::string commit_hash;
};

struct TransactionInfo {
  std::string envelope;  // bytes as in the block
  ::protos::TxValidationCode code;
  uint64_t block_number = 0;
  uint64_t tx_index = 0;
};

// A ledger after one block, while commits go on. Thread-safe; the ledger outlives it.
class LedgerSnapshot {
 public:
  // Called with key and value as FORMAT.md says; a Status from it ends the visit.
  using Visitor = std::function<absl::Status(absl::string_view key, absl::string_view value)>;

  virtual ~LedgerSnapshot() = default;
  virtual uint64_t height() const = 0;
  virtual const std::string& last_hash() const = 0;
  virtual const std::string& commit_hash() const = 0;
  // As Ledger::StateHash(), of this height. Asks `go_on` now and then.
  //   kCancelled  it said no
  virtual absl::StatusOr<std::string> StateHash(const std::function<bool()>& go_on) const = 0;
  // The private write sets of its blocks, in order.
  virtual absl::Status VisitPrivate(const Visitor& visit) const = 0;
};

// Thread-safe, except that Commit() calls must not overlap.
class Ledger : public BlockSource {
 public:
  // Opens or creates the ledger in `dir`, bringing state, index and history up to
  // the last stored block (they are rebuilt when they are missing).
  //   kDataLoss            a block is damaged; names it and the field
  //   kFailedPrecondition  another process holds `dir`
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(const std::filesystem::path& dir,
                                                      const LedgerOptions& options = {});

  // Judges version and phantom conflicts in block order, writes verdicts and commit
  // hash into the block's metadata, stores it durably, then applies the valid
  // writes. Duplicate transaction ids (in the ledger, or earlier in the block) get
  // DUPLICATE_TXID. When it returns OK the block's effect is seen by new views, and
  // listeners have been called.
  //   kInvalidArgument  not the next block, or hashes do not fit; nothing changed
  //   others            this node's trouble: stop, reopen
  virtual absl::StatusOr<CommitResult> Commit(BlockForCommit block) = 0;

  virtual std::shared_ptr<const StateView> NewView() const = 0;
  virtual std::unique_ptr<Simulator> NewSimulator() const = 0;
  virtual absl::StatusOr<std::unique_ptr<HistoryIterator>> GetHistory(
      absl::string_view ns, absl::string_view key) const = 0;

  // First occurrence of the id. kNotFound when unknown.
  virtual absl::StatusOr<TransactionInfo> GetTransaction(absl::string_view tx_id) const = 0;
  // Code and block only: cheaper. kNotFound when unknown.
  struct TxLocation {
    uint64_t block_number = 0;
    uint64_t tx_index = 0;
    ::protos::TxValidationCode code;
  };
  virtual absl::StatusOr<TxLocation> FindTransaction(absl::string_view tx_id) const = 0;
  virtual absl::StatusOr<uint64_t> NumberByHash(absl::string_view header_hash) const = 0;

  // Header hash of the last block.
  virtual std::string LastHash() const = 0;
  // Commit hash of the last block (empty at height 0 and 1).
  virtual std::string CommitHash() const = 0;
  // SHA-256 over the whole public and hashed state at the last block: equal on peers
  // that agree. Reads everything.
  virtual absl::StatusOr<std::string> StateHash() const = 0;

  // The ledger after its last block.
  virtual std::unique_ptr<LedgerSnapshot> Snapshot() const { return nullptr; }
};

// Checks a stored ledger, or a stock Fabric block file, without changing it, and
// calls `report` for each faulty block. Returns the number of blocks read.
struct BlockFinding {
  uint64_t block_number = 0;
  std::vector<std::string> errors;  // each names the field
};
absl::StatusOr<uint64_t> VerifyLedger(const std::filesystem::path& dir,
                                      const std::function<void(const BlockFinding&)>& report);
absl::StatusOr<uint64_t> VerifyFabricBlockFile(
    const std::filesystem::path& file, const std::function<void(const BlockFinding&)>& report);

}  // namespace suyuan
