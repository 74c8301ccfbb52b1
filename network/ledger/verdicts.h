// What a peer writes into a block's metadata: verdicts and commit hash.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/common/common.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan::ledger {

// One byte for each code.
std::string FilterBytes(const std::vector<::protos::TxValidationCode>& codes);
// Sets slots 2 and 4; five slots in all. An empty commit hash leaves slot 4 empty.
void WriteVerdicts(absl::string_view filter, absl::string_view commit_hash, ::common::Block* block);

//   kDataLoss  there is not one verdict for each transaction
absl::StatusOr<std::vector<::protos::TxValidationCode>> StoredVerdicts(
    const ::common::Block& block);
// Empty when there is none, or when it is malformed.
std::string StoredCommitHash(const ::common::Block& block);

// True for VALID and for codes of checks that come after the one for known ids.
bool ComesAfterIdCheck(::protos::TxValidationCode code);

}  // namespace suyuan::ledger
