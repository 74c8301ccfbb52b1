// Private write sets on their way from endorsement to commit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "network/ledger/ledger.h"
#include "network/ledger/rwset.h"
#include "network/ledger/transient_store.h"

namespace suyuan {

// Of `candidates` (rwset.TxPvtReadWriteSet each, from several endorsements) the
// collections that fit the hashes in `rwset`, as one TxPvtReadWriteSet; empty when
// none fits.
std::string MatchPrivateRwSet(const TxRwSet& rwset, const std::vector<std::string>& candidates);

// What `store` holds for the transactions that are VALID so far, by index in the block.
absl::StatusOr<std::map<uint64_t, std::string>> CollectPrivateRwSets(
    const std::vector<TxForCommit>& transactions, const TransientStore& store);

}  // namespace suyuan
