// Traces over the events in the ledger.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/epcis/lineage.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct LedgerTraceOptions {
  size_t max_nodes = 100'000;
  // Transactions that are not looked at, as if they had never been: those after a chosen block.
  std::set<std::string> without;
};

struct LedgerTrace {
  epcis::Trace trace;
  std::map<std::string, std::string> transactions;  // of the trace's events, by hash
  // All that were looked at, declarations among them: what the answer rests on.
  std::set<std::string> read;
};

// Where `epc` (in any form) came from and where it went, by the events that this transaction sees.
// What is declared wrong does not count. The same events give the same answer on every peer, in
// the same order.
//   kNotFound           no event knows it
//   kResourceExhausted  "trace of more than 100000 units"
absl::StatusOr<LedgerTrace> TraceLedger(ChaincodeStub& stub, absl::string_view epc,
                                        epcis::Direction direction,
                                        const LedgerTraceOptions& options = {});

// As epcis::FactsSource says, over the ledger's index.
class LedgerFacts : public epcis::FactsSource {
 public:
  LedgerFacts(ChaincodeStub* stub, std::set<std::string> without)
      : stub_(*stub), without_(std::move(without)) {}
  absl::StatusOr<std::vector<std::shared_ptr<const epcis::EventFacts>>> EventsOf(
      const std::string& name) override;
  const std::map<std::string, std::string>& transactions() const { return transactions_; }
  const std::set<std::string>& read() const { return read_; }

 private:
  using Facts = std::shared_ptr<const epcis::EventFacts>;
  absl::StatusOr<Facts> ReadFacts(const std::string& hash, const std::string& value);

  ChaincodeStub& stub_;
  const std::set<std::string> without_;
  std::map<std::string, Facts> known_;  // by hash
  std::map<std::string, std::string> transactions_;
  std::set<std::string> read_;
};

}  // namespace suyuan
