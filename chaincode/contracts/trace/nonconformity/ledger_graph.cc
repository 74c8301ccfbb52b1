#include "chaincode/contracts/trace/nonconformity/ledger_graph.h"

#include "chaincode/contracts/trace/events/event_rules.h"
#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

// An item is where the outermost thing that it is in is.
absl::Status AddItemFacts(const Unit& unit, UnitBook* book, UnitFacts* facts) {
  SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(unit, book));
  if (!custody.holder.empty()) facts->holders.insert(custody.holder);
  if (custody.sent && !custody.to.empty()) facts->holders.insert(custody.to);
  facts->sold = custody.holder.empty() && unit.ended.empty();
  return absl::OkStatus();
}

absl::Status AddLotFacts(const Unit& unit, UnitBook* book, UnitFacts* facts) {
  for (const auto& [msp_id, account] : unit.accounts) {
    if (!account.have.IsZero() || !account.sent.empty()) facts->holders.insert(msp_id);
    for (const Consignment& sent : account.sent) {
      if (!sent.to.empty()) facts->holders.insert(sent.to);
    }
  }
  facts->sold = !unit.sold.IsZero();
  SUYUAN_ASSIGN_OR_RETURN(const auto packed, PackedCustodyOf(unit, book));
  for (const Custody& custody : packed) {
    if (!custody.holder.empty()) facts->holders.insert(custody.holder);
    if (custody.sent && !custody.to.empty()) facts->holders.insert(custody.to);
    facts->sold = facts->sold || custody.holder.empty();
  }
  return absl::OkStatus();
}

}  // namespace

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
  if (known->kind == Unit::Kind::kItem) {
    SUYUAN_RETURN_IF_ERROR(AddItemFacts(*known, &book_, &facts));
  } else {
    SUYUAN_RETURN_IF_ERROR(AddLotFacts(*known, &book_, &facts));
  }
  return facts;
}

}  // namespace suyuan
