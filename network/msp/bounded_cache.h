// A map from bytes to a shared value, of bounded size.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace suyuan {

// Emptied, a shard at a time, when full: what is in use comes back at once, and a
// stranger who fills it costs no more than the work of parsing what he sent. Keys of
// more than kMaxKeyBytes are not kept. Thread-safe; readers do not block each other.
template <typename Value>
class BoundedCache {
 public:
  explicit BoundedCache(size_t max_entries) : max_shard_entries_(max_entries / kShards) {}

  // A default Value when absent.
  Value Find(absl::string_view key) const {
    const Shard& shard = shards_[ShardOf(key)];
    absl::ReaderMutexLock lock(&shard.mutex);
    const auto it = shard.entries.find(key);
    return it == shard.entries.end() ? Value() : it->second;
  }

  void Insert(absl::string_view key, Value value) {
    if (key.size() > kMaxKeyBytes) return;
    Shard& shard = shards_[ShardOf(key)];
    absl::MutexLock lock(&shard.mutex);
    if (shard.entries.size() >= max_shard_entries_) shard.entries.clear();
    shard.entries.insert_or_assign(std::string(key), std::move(value));
  }

 private:
  static constexpr size_t kShards = 8;
  static constexpr size_t kMaxKeyBytes = 8 << 10;

  struct Shard {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<std::string, Value> entries ABSL_GUARDED_BY(mutex);
  };

  static size_t ShardOf(absl::string_view key) {
    // Not the map's own hash: a shard's keys must still spread over its table.
    return absl::Hash<std::pair<absl::string_view, int>>()({key, 1}) % kShards;
  }

  const size_t max_shard_entries_;
  std::array<Shard, kShards> shards_;
};

}  // namespace suyuan
