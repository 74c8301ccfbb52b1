#include "chaincode/contracts/trace/nonconformity/ledger_graph.h"

#include <utility>

#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/events/unit_report.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "network/common/status_macros.h"

namespace suyuan {

std::set<std::string> MadeOf(const epcis::Trace& trace) {
  std::set<std::string> made{trace.root};
  for (const epcis::TraceEdge& edge : trace.edges) {
    if (IsMaking(edge)) made.insert(edge.to);
  }
  for (size_t before = 0; before != made.size();) {
    before = made.size();
    for (const epcis::TraceEdge& edge : trace.edges) {
      if (!IsMaking(edge) && made.count(edge.to)) made.insert(edge.from);
    }
  }
  return made;
}

absl::StatusOr<std::vector<std::string>> LedgerGraph::Step(const std::string& unit,
                                                           epcis::Direction direction) {
  const bool forward = direction == epcis::Direction::kForward;
  std::set<std::string>& traced = forward ? traced_forward_ : traced_backward_;
  if (traced.count(unit)) return std::vector<std::string>();
  const auto trace = TraceLedger(stub_, unit, direction);
  if (absl::IsNotFound(trace.status())) return std::vector<std::string>();
  if (!trace.ok()) return trace.status();
  std::set<std::string> reached;
  if (forward) {
    reached = MadeOf(trace->trace);
  } else {
    for (const auto& node : trace->trace.nodes) reached.insert(node.id);
  }
  traced.insert(reached.begin(), reached.end());
  return std::vector<std::string>(reached.begin(), reached.end());
}

absl::StatusOr<std::vector<std::string>> LedgerGraph::Next(const std::string& unit) {
  return Step(unit, epcis::Direction::kForward);
}

absl::StatusOr<std::vector<std::string>> LedgerGraph::Previous(const std::string& unit) {
  return Step(unit, epcis::Direction::kBackward);
}

absl::StatusOr<UnitFacts> LedgerGraph::Facts(const std::string& unit) {
  UnitFacts facts;
  facts.product = ProductOf(unit);
  SUYUAN_ASSIGN_OR_RETURN(const Unit* known, book_.Find(unit));
  if (known == nullptr) return facts;
  SUYUAN_ASSIGN_OR_RETURN(Whereabouts where, WhereaboutsOf(*known, &book_));
  facts.holders = std::move(where.holders);
  facts.holders.merge(where.recipients);
  facts.sold = where.sold;
  return facts;
}

}  // namespace suyuan
