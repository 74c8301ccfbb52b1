#include "network/ledger/merkle.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "network/crypto/hash.h"

namespace suyuan::ledger {
namespace {

std::string Combined(const std::vector<std::string>& hashes) {
  return Sha256(absl::StrJoin(hashes, ""));
}

}  // namespace

void RangeResults::Add(absl::string_view key, const Version& version) {
  ::kvrwset::KVRead* read = pending_.add_kv_reads();
  read->set_key(std::string(key));
  read->mutable_version()->set_block_num(version.block);
  read->mutable_version()->set_tx_num(version.tx);
  if (static_cast<uint32_t>(pending_.kv_reads_size()) > max_degree_) HashPending();
}

void RangeResults::HashPending() {
  levels_[1].push_back(Sha256(pending_.SerializeAsString()));
  pending_.Clear();
  hashed_ = true;
  for (uint32_t level = 1; levels_[level].size() > max_degree_; ++level) {
    const std::string hash = Combined(levels_[level]);
    levels_.erase(level);
    levels_[level + 1].push_back(hash);
    max_level_ = std::max(max_level_, level + 1);
  }
}

// Takes what is left on the lower levels up to the top one.
void RangeResults::Lift() {
  for (uint32_t level = 1; level < max_level_; ++level) {
    const std::vector<std::string> hashes = std::move(levels_[level]);
    levels_.erase(level);
    if (hashes.empty()) continue;
    levels_[level + 1].push_back(hashes.size() == 1 ? hashes[0] : Combined(hashes));
  }
  if (levels_[max_level_].size() <= max_degree_) return;
  const std::string hash = Combined(levels_[max_level_]);
  levels_.erase(max_level_);
  levels_[++max_level_].push_back(hash);
}

void RangeResults::Finish(::kvrwset::RangeQueryInfo* info) {
  if (!hashed_) {
    if (pending_.kv_reads_size() > 0) *info->mutable_raw_reads() = std::move(pending_);
    return;
  }
  if (pending_.kv_reads_size() > 0) HashPending();
  Lift();
  auto* summary = info->mutable_reads_merkle_hashes();
  summary->set_max_degree(max_degree_);
  summary->set_max_level(max_level_);
  for (const std::string& hash : levels_[max_level_]) summary->add_max_level_hashes(hash);
}

}  // namespace suyuan::ledger
