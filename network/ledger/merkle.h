// The summary that stands for a long range query's results in a read set.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "network/ledger/rwset.h"
#include "protos/ledger/rwset/kvrwset/kv_rwset.pb.h"

namespace suyuan::ledger {

inline constexpr uint32_t kMerkleDegree = 50;

// Collects what a range query returned: as it is up to `max_degree` results, as a
// Merkle summary above. Not thread-safe.
class RangeResults {
 public:
  // `max_degree` >= 2.
  explicit RangeResults(uint32_t max_degree = kMerkleDegree) : max_degree_(max_degree) {}
  void Add(absl::string_view key, const Version& version);
  // The level reached so far; 1 until there are too many hashes for one.
  uint32_t level() const { return max_level_; }
  // Puts raw reads, a summary, or nothing (no results) into `info`. Call once.
  void Finish(::kvrwset::RangeQueryInfo* info);

 private:
  void HashPending();
  void Lift();

  const uint32_t max_degree_;
  ::kvrwset::QueryReads pending_;
  bool hashed_ = false;
  uint32_t max_level_ = 1;
  std::map<uint32_t, std::vector<std::string>> levels_;
};

}  // namespace suyuan::ledger
