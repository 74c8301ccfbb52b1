#include "chaincode/contracts/trace/events/unit_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/events/event_rules.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

std::string Towards(const std::string& to) {
  return absl::StrCat("to ", to.empty() ? "anyone" : to);
}

std::vector<std::string> UnderWay(const Unit& unit) {
  std::vector<std::string> out;
  if (unit.sent) out.push_back(Towards(unit.to));
  for (const auto& [sender, account] : unit.accounts) {
    for (const Consignment& one : account.sent) {
      out.push_back(
          absl::StrCat(one.amount.Text(), " ", unit.uom, " from ", sender, " ", Towards(one.to)));
    }
  }
  return out;
}

bool IsResponsible(const Unit& unit) {
  if (unit.kind == Unit::Kind::kItem) {
    // Sold: an event says so, and by whom.
    return !unit.holder.empty() || !unit.ended.empty() || !unit.last.empty();
  }
  return !unit.accounts.empty();
}

// Units that nothing upstream leads to. What something travelled in is no source of it.
std::set<std::string> SourcesOf(const epcis::Trace& trace) {
  std::set<std::string> sources;
  for (const epcis::TraceNode& node : trace.nodes) sources.insert(node.id);
  for (const epcis::TraceEdge& edge : trace.edges) {
    if (edge.to != trace.root) sources.erase(edge.to);
    if (IsMaking(edge)) sources.erase(edge.to);
  }
  return sources;
}

}  // namespace

int UnitReport::score() const {
  const int known =
      (source_known() ? 1 : 0) + (destination_known() ? 1 : 0) + (responsible ? 1 : 0);
  return known == 3 ? 100 : known * 33;
}

absl::StatusOr<Whereabouts> WhereaboutsOf(const Unit& unit, UnitBook* book) {
  Whereabouts out;
  const auto add = [&out](const Custody& custody) {
    if (!custody.holder.empty()) out.holders.insert(custody.holder);
    if (custody.sent && !custody.to.empty()) out.recipients.insert(custody.to);
  };
  if (unit.kind == Unit::Kind::kItem) {
    SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(unit, book));
    add(custody);
    out.sold = custody.holder.empty() && unit.ended.empty();
    return out;
  }
  for (const auto& [msp_id, account] : unit.accounts) {
    if (!account.have.IsZero() || !account.sent.empty()) out.holders.insert(msp_id);
    for (const Consignment& sent : account.sent) {
      if (!sent.to.empty()) out.recipients.insert(sent.to);
    }
  }
  out.sold = !unit.sold.IsZero();
  SUYUAN_ASSIGN_OR_RETURN(const auto packed, PackedCustodyOf(unit, book));
  for (const Custody& custody : packed) {
    add(custody);
    out.sold = out.sold || custody.holder.empty();
  }
  return out;
}

absl::StatusOr<UnitReport> ReportUnit(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(const LedgerTrace found,
                          TraceLedger(stub, id, epcis::Direction::kBackward));
  UnitReport report;
  for (const std::string& source : SourcesOf(found.trace)) {
    SUYUAN_ASSIGN_OR_RETURN(const auto unit, FindUnit(stub, source));
    if (!unit || unit->origin == "outside") report.without_source.push_back(source);
  }
  for (const epcis::TraceEvent& event : found.trace.events) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string text, FindSpecialProcess(stub, event.hash));
    if (!text.empty()) report.special.push_back({event.hash, text});
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto unit, FindUnit(stub, id));
  if (!unit) return report;
  report.under_way = UnderWay(*unit);
  report.responsible = IsResponsible(*unit);
  report.reworked = unit->reworked;
  return report;
}

std::vector<std::string> MissingLinks(const Unit& unit) {
  std::vector<std::string> out;
  if (unit.kind == Unit::Kind::kProcess) return out;
  if (unit.origin == "outside") out.push_back("source");
  if (!UnderWay(unit).empty()) out.push_back("destination");
  if (!IsResponsible(unit)) out.push_back("responsible");
  const bool overdrawn =
      std::any_of(unit.accounts.begin(), unit.accounts.end(),
                  [](const auto& account) { return account.second.have < Amount(); });
  if (overdrawn && !unit.open) out.push_back("amount");
  return out;
}

}  // namespace suyuan
