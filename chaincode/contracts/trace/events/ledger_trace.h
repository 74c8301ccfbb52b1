// Traces over the events in the ledger.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/epcis/lineage.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

struct LedgerTraceOptions {
  // Transactions that are not looked at, as if they had never been: those after a chosen block.
  std::set<std::string> without;
  // Reads the index of events in pages, names that nobody asked for among them: several times
  // faster for traces of many units. Not in a transaction that writes: pages exclude that, and
  // the read set would hold what the answer does not rest on.
  bool read_ahead = false;
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

// The same by number.
struct LedgerGraphTrace {
  epcis::TraceGraph graph;
  std::vector<std::string> transactions;  // of graph.events, in their order
  std::set<std::string> read;
};
absl::StatusOr<LedgerGraphTrace> TraceLedgerGraph(ChaincodeStub& stub, absl::string_view epc,
                                                  epcis::Direction direction,
                                                  const LedgerTraceOptions& options = {});

// What `unit` (its id) was ever put in or fitted to; it may have been taken out since.
//   kResourceExhausted  named by 100,000 events or more
absl::StatusOr<std::set<std::string>> CarriersOf(ChaincodeStub& stub, const std::string& unit);

}  // namespace suyuan
