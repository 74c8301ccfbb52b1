#include "chaincode/contracts/trace/antidiversion/case_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/antidiversion/dealer_store.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/records.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxScans = 5000;
constexpr size_t kMaxRules = 1000;

std::string RulePrefix(absl::string_view issuer) {
  return absl::StrCat("diversion-rule/", issuer, "/");
}

absl::StatusOr<DiversionRule> RuleFromRecord(const nlohmann::json& record) {
  nlohmann::json fields = record;
  for (const char* other : {"version", "eventTime", "recordedAt", "txId", "author", "issuer"}) {
    fields.erase(other);
  }
  SUYUAN_ASSIGN_OR_RETURN(DiversionRule rule, ParseRule("rule", fields));
  rule.version = record.value("version", 0u);
  return rule;
}

bool Concerns(const LoggedScan& scan, const std::string& issuer, const std::string& shipment) {
  return scan.issuer == issuer && (shipment == "*" || scan.shipment == shipment);
}

std::vector<LoggedScan> Since(const std::vector<LoggedScan>& scans, const std::string& at) {
  const auto after = ParseTime("at", at);
  std::vector<LoggedScan> out;
  for (const LoggedScan& scan : scans) {
    const auto time = ParseTime("time", scan.time);
    if (after.ok() && time.ok() && *time > *after) out.push_back(scan);
  }
  return out;
}

// What is left of a finding when scans up to the end of the last such case do not count.
absl::Status LeaveOutEnded(ChaincodeStub& stub, const CaseSubject& subject,
                           const ShipmentJudgement& judged, Finding* finding, CaseEnd* end) {
  SUYUAN_ASSIGN_OR_RETURN(*end, LoadCaseEnd(stub, CaseBase(subject)));
  if (end->at.empty()) return absl::OkStatus();
  const auto again = JudgeScans(judged.rule, Since(judged.scans, end->at));
  const std::string region = finding->region;
  *finding = Finding{region, 0, 0, 0, 0, {absl::StrCat("no scan since ", end->at)}, {}};
  for (const Finding& one : again) {
    if (one.region == region) *finding = one;
  }
  return absl::OkStatus();
}

// Every text in a field "txId", however deep.
void CollectTransactions(const nlohmann::json& json, std::set<std::string>* out) {
  if (json.is_object()) {
    const auto tx = json.find("txId");
    if (tx != json.end() && tx->is_string()) out->insert(tx->get<std::string>());
  }
  if (!json.is_structured()) return;
  for (const auto& child : json) CollectTransactions(child, out);
}

absl::StatusOr<nlohmann::json> CustodyOf(ChaincodeStub& stub, const Goods& goods) {
  nlohmann::json custody = nlohmann::json::array();
  for (const std::string& name : goods.units) {
    SUYUAN_ASSIGN_OR_RETURN(const auto unit, FindUnit(stub, name));
    if (!unit) continue;
    custody.push_back({{"unit", name}, {"holder", unit->holder}, {"event", unit->last}});
  }
  return custody;
}

absl::StatusOr<nlohmann::json> ScansOf(ChaincodeStub& stub, const nlohmann::json& opening) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time from, ParseTime("from", opening.value("from", "")));
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time now, stub.GetTxTimestamp());
  const ScanWindow window{false, opening.value("dealer", ""), from, now + absl::Milliseconds(1)};
  std::string region = opening.value("region", "");
  while (absl::EndsWith(region, "00")) region.resize(region.size() - 2);
  nlohmann::json out = nlohmann::json::array();
  SUYUAN_ASSIGN_OR_RETURN(const auto scans, ReadScans(stub, window, kMaxScans));
  for (const LoggedScan& scan : scans) {
    if (!Concerns(scan, opening.value("issuer", ""), opening.value("shipment", ""))) continue;
    if (scan.fit == Fit::kOutside && absl::StartsWith(scan.place.region, region)) {
      out.push_back(scan);
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<nlohmann::json> RulesOf(ChaincodeStub& stub, const std::string& issuer) {
  const std::string prefix = RulePrefix(issuer);
  SUYUAN_ASSIGN_OR_RETURN(const auto iterator,
                          stub.GetStateByRange(prefix, absl::StrCat(prefix, ":")));
  nlohmann::json out = nlohmann::json::array();
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(const auto entry, iterator->Next());
    if (!entry) return out;
    out.push_back(nlohmann::json::parse(entry->value, nullptr, false));
    if (!out.back().is_object()) return absl::InternalError("a rule is not JSON");
  }
}

absl::StatusOr<DiversionRule> RuleAt(ChaincodeStub& stub, const std::string& issuer,
                                     absl::Time time) {
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json rules, RulesOf(stub, issuer));
  DiversionRule in_force;
  for (const nlohmann::json& record : rules) {
    SUYUAN_ASSIGN_OR_RETURN(const DiversionRule rule, RuleFromRecord(record));
    SUYUAN_ASSIGN_OR_RETURN(const absl::Time begins, ParseTime("effective", rule.effective));
    if (begins <= time) in_force = rule;
  }
  return in_force;
}

absl::StatusOr<nlohmann::json> PutRule(TransactionContext& tx, const Caller& caller,
                                       DiversionRule rule) {
  ChaincodeStub& stub = tx.stub();
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time now, stub.GetTxTimestamp());
  absl::Time begins = now;
  if (!rule.effective.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(begins, ParseTime("effective", rule.effective));
  }
  if (begins < now) {
    return internal::ArgumentError("rule",
                                   "field effective is in the past: what was judged stands");
  }
  rule.effective = TimeText(begins);
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json before, RulesOf(stub, caller.msp_id));
  if (before.size() >= kMaxRules) return absl::ResourceExhaustedError("too many versions");
  rule.version = static_cast<uint32_t>(before.size()) + 1;
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update(nlohmann::json(rule));
  record["issuer"] = caller.msp_id;
  SUYUAN_RETURN_IF_ERROR(
      PutRecord(stub, absl::StrCat(RulePrefix(caller.msp_id), PaddedIndex(rule.version)), record));
  return record;
}

absl::StatusOr<ShipmentJudgement> JudgeShipment(ChaincodeStub& stub, const Shipment& shipment,
                                                absl::Time as_of) {
  ShipmentJudgement out;
  SUYUAN_ASSIGN_OR_RETURN(out.rule, RuleAt(stub, shipment.issuer, as_of));
  out.as_of = as_of;
  out.from = as_of - absl::Hours(24) * out.rule.window_days;
  const std::string group = out.rule.by_dealer ? "*" : shipment.id;
  SUYUAN_ASSIGN_OR_RETURN(
      out.scans, ReadScans(stub, {false, shipment.dealer, out.from, as_of + absl::Milliseconds(1)},
                           kMaxScans));
  const auto others = [&](const LoggedScan& s) { return !Concerns(s, shipment.issuer, group); };
  out.scans.erase(std::remove_if(out.scans.begin(), out.scans.end(), others), out.scans.end());
  out.findings = JudgeScans(out.rule, out.scans);
  for (Finding& finding : out.findings) {
    out.subjects.push_back({shipment.issuer, shipment.dealer, group, finding.region});
    SUYUAN_RETURN_IF_ERROR(
        LeaveOutEnded(stub, out.subjects.back(), out, &finding, &out.ends.emplace_back()));
  }
  return out;
}

absl::StatusOr<std::vector<HopFacts>> FactsOfWay(ChaincodeStub& stub, const Shipment& shipment,
                                                 const std::vector<LoggedScan>& scans) {
  std::vector<HopFacts> way;
  for (const Hop& hop : shipment.way) {
    SUYUAN_ASSIGN_OR_RETURN(const Shipment step, LoadShipment(stub, hop.shipment));
    HopFacts facts{hop.dealer, hop.shipment, step.authorship.value("recordedAt", ""), "", ""};
    if (!step.received.is_null()) facts.received_at = step.received.value("recordedAt", "");
    for (const LoggedScan& scan : scans) {
      const bool in_hand = scan.staff == DealerRole(hop.dealer) ||
                           (scan.fit == Fit::kInside && !IsDealerRole(scan.staff));
      if (scan.shipment == hop.shipment && in_hand) facts.seen_at = scan.time;
    }
    way.push_back(std::move(facts));
  }
  return way;
}

absl::StatusOr<nlohmann::json> EvidenceOf(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(const CaseHistory history, LoadCaseHistory(stub, id));
  const nlohmann::json& opening = history.opening;
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json evidence, LoadCaseState(stub, id));
  evidence["case"] = opening;
  evidence["confirmations"] = history.confirmations;
  SUYUAN_ASSIGN_OR_RETURN(evidence["dealer"],
                          RecordHistory(stub, DealerKey(opening.value("dealer", ""))));
  evidence["shipments"] = nlohmann::json::array();
  SUYUAN_ASSIGN_OR_RETURN(const Shipment checked, LoadShipment(stub, opening.value("checked", "")));
  for (const Hop& hop : checked.way) {
    SUYUAN_ASSIGN_OR_RETURN(const Shipment step, LoadShipment(stub, hop.shipment));
    evidence["shipments"].push_back(ToJson(step));
  }
  SUYUAN_ASSIGN_OR_RETURN(evidence["custody"], CustodyOf(stub, checked.goods));
  SUYUAN_ASSIGN_OR_RETURN(evidence["scans"], ScansOf(stub, opening));
  SUYUAN_ASSIGN_OR_RETURN(evidence["rules"], RulesOf(stub, opening.value("issuer", "")));
  std::set<std::string> transactions(history.confirmations.begin(), history.confirmations.end());
  CollectTransactions(evidence, &transactions);
  evidence["transactions"] = transactions;
  return evidence;
}

}  // namespace suyuan
