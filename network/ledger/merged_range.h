// A range of the committed state with a block's updates laid over it.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/ledger/state_source.h"
#include "network/ledger/update_batch.h"

namespace suyuan::ledger {

// [start, end), or [start, end] with `include_end`; an empty end is "to the last
// key". `committed` and `updates` outlive the iterator and do not change meanwhile.
absl::StatusOr<std::unique_ptr<StateIterator>> MergedRange(const StateSource& committed,
                                                           const UpdateBatch& updates,
                                                           absl::string_view ns,
                                                           absl::string_view start,
                                                           absl::string_view end, bool include_end);

}  // namespace suyuan::ledger
