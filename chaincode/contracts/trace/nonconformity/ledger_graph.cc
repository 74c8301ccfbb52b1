#include "chaincode/contracts/trace/nonconformity/ledger_graph.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "chaincode/contracts/trace/events/event_rules.h"
#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
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

void AddLotFacts(const Unit& unit, UnitFacts* facts) {
  for (const auto& [msp_id, account] : unit.accounts) {
    if (!account.have.IsZero() || !account.sent.empty()) facts->holders.insert(msp_id);
    for (const Consignment& sent : account.sent) {
      if (!sent.to.empty()) facts->holders.insert(sent.to);
    }
  }
  facts->sold = !unit.sold.IsZero();
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
  std::vector<std::string> out;
  if (CheckId("", unit).ok()) {
    SUYUAN_ASSIGN_OR_RETURN(const auto edges, ListRecords(stub_, forward ? "out" : "in", {unit}));
    for (const auto& edge : edges) out.push_back(edge.value(forward ? "to" : "from", ""));
  }
  SUYUAN_ASSIGN_OR_RETURN(std::string other, OtherName(stub_, unit));
  if (!other.empty()) out.push_back(std::move(other));
  std::set<std::string>& traced = forward ? traced_forward_ : traced_backward_;
  if (traced.count(unit)) return out;
  const auto trace = TraceLedger(stub_, unit, direction);
  if (absl::IsNotFound(trace.status())) return out;
  if (!trace.ok()) return trace.status();
  std::set<std::string> reached;
  if (forward) {
    reached = MadeOf(trace->trace);
  } else {
    for (const auto& node : trace->trace.nodes) reached.insert(node.id);
  }
  traced.insert(reached.begin(), reached.end());
  out.insert(out.end(), reached.begin(), reached.end());
  return out;
}

absl::StatusOr<std::vector<std::string>> LedgerGraph::Next(const std::string& unit) {
  return Step(unit, epcis::Direction::kForward);
}

absl::StatusOr<std::vector<std::string>> LedgerGraph::Previous(const std::string& unit) {
  return Step(unit, epcis::Direction::kBackward);
}

absl::StatusOr<UnitFacts> LedgerGraph::Facts(const std::string& unit) {
  UnitFacts facts;
  SUYUAN_ASSIGN_OR_RETURN(facts.product, ProductOf(stub_, unit));
  SUYUAN_ASSIGN_OR_RETURN(const auto lot, FindLotRecord(stub_, unit));
  if (lot) {
    for (const char* field : {"owner", "inTransit"}) {
      const std::string msp_id = lot->value(field, "");
      if (!msp_id.empty()) facts.holders.insert(msp_id);
    }
  }
  SUYUAN_ASSIGN_OR_RETURN(const Unit* known, book_.Find(unit));
  if (known == nullptr) return facts;
  if (known->kind == Unit::Kind::kItem) {
    SUYUAN_RETURN_IF_ERROR(AddItemFacts(*known, &book_, &facts));
  } else {
    AddLotFacts(*known, &facts);
  }
  return facts;
}

}  // namespace suyuan
