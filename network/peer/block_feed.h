// The blocks a channel committed lately, for those who follow it: verdicts are taken
// from here instead of being read and parsed again for each follower.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {

struct BlockSummary {
  uint64_t number = 0;
  std::vector<std::string> tx_ids;
  std::vector<::protos::TxValidationCode> codes;
  bool definitions_changed = false;
  bool config_changed = false;
};
using BlockSummaryPtr = std::shared_ptr<const BlockSummary>;

// Thread-safe.
class BlockFeed {
 public:
  // Told of each new block, from the committing thread, and of WakeAll(): be quick.
  class Follower {
   public:
    virtual ~Follower() = default;
    virtual void OnBlock() = 0;
  };

  // `height`: blocks committed before.
  explicit BlockFeed(uint64_t height, size_t capacity = 256)
      : capacity_(capacity), height_(height) {}

  void Publish(BlockSummary summary);
  // Something other than a block is to be looked at.
  void WakeAll();
  uint64_t Height() const;
  // nullptr when the block is not among the last ones.
  BlockSummaryPtr Find(uint64_t number) const;
  // Until it is gone.
  void Follow(const std::shared_ptr<Follower>& follower);

 private:
  std::vector<std::shared_ptr<Follower>> Followers() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  uint64_t height_ ABSL_GUARDED_BY(mutex_);
  std::deque<BlockSummaryPtr> recent_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::weak_ptr<Follower>> followers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
