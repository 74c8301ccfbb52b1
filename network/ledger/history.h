// Who wrote a key, newest first.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "network/ledger/block_store.h"
#include "network/ledger/state_db.h"

namespace suyuan::ledger {

// Walks the history index of `view`; values are read out of the blocks, so they are
// checked by the blocks' checksums. The iterator keeps view and blocks alive.
absl::StatusOr<std::unique_ptr<HistoryIterator>> OpenHistory(
    std::shared_ptr<const DbView> view, std::shared_ptr<const BlockSource> blocks,
    absl::string_view ns, absl::string_view key);

}  // namespace suyuan::ledger
