// One channel's commit pipeline: blocks in, ledger forward.
//
// Two threads: the first checks a block without the state, on the pool; the second
// judges it in order against the state and commits. So block N+1 is checked while
// N is judged and synced to disk. A config block is a barrier: what follows is
// checked under the configuration it brings.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/channel/channel_config.h"
#include "network/common/clock.h"
#include "network/common/log.h"
#include "network/common/thread_pool.h"
#include "network/ledger/ledger.h"
#include "network/ledger/transient_store.h"
#include "network/peer/committer/block_validator.h"
#include "network/peer/committer/own_endorsements.h"

namespace suyuan {

struct CommittedBlock {
  uint64_t number = 0;
  std::vector<std::string> tx_ids;  // empty ones for transactions without
  std::vector<::protos::TxValidationCode> codes;
  bool definitions_changed = false;  // a valid transaction wrote to _lifecycle
  ChannelConfigPtr new_config;       // set when the block changed it
  absl::Duration latency;            // from Add() to the end of the commit
};

// All outlive the committer.
struct CommitterDeps {
  Ledger* ledger = nullptr;             // holds the genesis block at least
  TransientStore* transient = nullptr;  // null: no private data here
  ThreadPool* pool = nullptr;
  const OwnEndorsements* own = nullptr;  // null: verify every signature
  const Clock* clock = Clock::System();  // for the latency figure alone
  // In force after the ledger's last block.
  ChannelConfigPtr config;
  // After each commit, from the committing thread; config() is that after the block.
  std::function<void(CommittedBlock)> on_commit;
  // Once, when the pipeline stops by its own trouble.
  std::function<void(const absl::Status&)> on_failure;
};

struct CommitterOptions {
  // Blocks added and not committed; Add() waits when there are more.
  size_t max_blocks = 4;
};

class Committer {
 public:
  explicit Committer(CommitterDeps deps, CommitterOptions options = {});
  // Ends after the block that is being committed; the rest is dropped.
  ~Committer();

  // Queues the next block, waiting for room.
  //   kInvalidArgument  not the block after the last one added, or not well-formed
  //   kCancelled        Stop() was called
  //   others            the pipeline stopped with this error
  absl::Status Add(std::shared_ptr<const ::common::Block> block);

  // The number that Add() expects.
  uint64_t NextNumber() const;
  // OK, or why the pipeline stopped.
  absl::Status status() const;
  // In force after the last committed block.
  ChannelConfigPtr config() const;
  // Waits until `height` blocks are committed; false at `deadline` or when stopped.
  bool AwaitHeight(uint64_t height, absl::Time deadline) const;

  // Wakes waiting Add() calls and ends the threads.
  void Stop();

 private:
  struct Waiting {
    std::shared_ptr<const ::common::Block> block;
    absl::Time since;
  };
  struct Checked {
    CheckedBlock block;
    absl::Time since;
  };

  void CheckLoop();
  void CommitLoop();
  absl::Status CommitOne(Checked checked);
  absl::StatusOr<CommitResult> CommitToLedger(const CheckedBlock& block, BlockVerdict& verdict);
  void SetConfig(ChannelConfigPtr config);
  void Fail(const absl::Status& status);

  const CommitterDeps deps_;
  const CommitterOptions options_;
  const Log log_{"committer"};

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  ChannelConfigPtr config_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_ ABSL_GUARDED_BY(mutex_);
  uint64_t height_ ABSL_GUARDED_BY(mutex_);
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  std::deque<Checked> checked_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<PolicyBook> policies_;  // of the committing thread
  std::thread check_thread_;
  std::thread commit_thread_;
};

}  // namespace suyuan
