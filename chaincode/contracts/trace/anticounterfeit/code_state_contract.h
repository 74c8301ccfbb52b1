// Contract CodeStates: what becomes of codes after their activation (code_state.h). Every write
// is an event of the function's name, with who did it and when.
//
// State: code-state/BATCH/LAST and code-origin/BATCH/LAST, ranges of indexes (index_ranges.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/index_ranges.h"
#include "chaincode/shim/contract.h"

namespace suyuan {

class CodeStateContract : public Contract {
 public:
  CodeStateContract();

 private:
  // Indexes [from, to] become opened, returned or revoked. `details`: {"reason","evidence"?,
  // "eventTime"?}. By the batch's issuer; revoked also by a supervisor. A code list that leaked is
  // revoked as a whole, whatever is activated of it.
  absl::Status Mark(TransactionContext& tx, const std::string& batch, uint64_t from, uint64_t to,
                    const std::string& state, const JsonObject& details) const;
  // The returned items [from, to] go on sale again under other codes of the same product: as many
  // from index `new_from` of `new_batch` on, activated together, sealed, and in nobody's place
  // yet. The old ones are reissued for good.
  absl::Status Reissue(TransactionContext& tx, const std::string& batch, uint64_t from, uint64_t to,
                       const std::string& new_batch, uint64_t new_from,
                       const JsonObject& details) const;
  // {"state":"sealed"|..., "from","to","reason",...,"replacedBy"?,"replaces"?}
  absl::StatusOr<nlohmann::json> Get(TransactionContext& tx, const std::string& batch,
                                     uint64_t index) const;
};

// The record of what the code is now; nullopt: sealed.
absl::StatusOr<std::optional<nlohmann::json>> FindCodeState(ChaincodeStub& stub,
                                                            const std::string& batch,
                                                            uint64_t index);

}  // namespace suyuan
