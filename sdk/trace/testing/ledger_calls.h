// Typed clients against the real contracts, over a ledger in memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "chaincode/contracts/trace/testing/trace_ledger.h"
#include "sdk/trace/calls.h"

namespace suyuan::sdk::trace {

// Calls by one person. The ledger outlives it.
class LedgerCalls final : public Calls {
 public:
  LedgerCalls(suyuan::testing::TraceLedger* ledger, const suyuan::testing::Person& person)
      : ledger_(*ledger), person_(person) {}

  absl::StatusOr<std::string> Ask(absl::string_view function,
                                  const ProposalOptions& proposal) override {
    const auto result = ledger_.ledger().Evaluate(ledger_.chaincode(), Call(function, proposal));
    if (!result.response.ok()) return absl::AbortedError(result.response.message);
    return result.response.payload;
  }

  absl::StatusOr<RecordedResult<std::string>> Record(absl::string_view function,
                                                     const ProposalOptions& proposal) override {
    const auto result = ledger_.ledger().Submit(ledger_.chaincode(), Call(function, proposal));
    if (!result.committed) return absl::AbortedError(result.response.message);
    return RecordedResult<std::string>{{result.tx_id, ++block_}, result.response.payload};
  }

 private:
  suyuan::testing::MockCall Call(absl::string_view function, const ProposalOptions& proposal) {
    std::vector<std::string> words{std::string(function)};
    words.insert(words.end(), proposal.arguments.begin(), proposal.arguments.end());
    return ledger_.Call(person_, std::move(words), proposal.transient);
  }

  suyuan::testing::TraceLedger& ledger_;
  const suyuan::testing::Person person_;
  uint64_t block_ = 0;
};

}  // namespace suyuan::sdk::trace
