#include "chaincode/contracts/trace/antidiversion/diversion_contract.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/antidiversion/case_file.h"
#include "chaincode/contracts/trace/antidiversion/dealer_store.h"
#include "chaincode/contracts/trace/antidiversion/scan_log.h"
#include "chaincode/contracts/trace/antidiversion/scan_query.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr size_t kMaxLooks = 2000;
// Of the scans behind a finding; all of them are in the evidence.
constexpr size_t kMaxNamed = 50;

absl::Status NotForCaller(absl::string_view what, const Caller& caller) {
  return absl::PermissionDeniedError(
      absl::StrCat(what, " is not for this client of ", caller.msp_id, " to see"));
}

// Whose goods are asked about: the caller's own, or with `wanted` those of another for a
// supervisor.
absl::StatusOr<std::string> TenantOf(TransactionContext& tx, const std::string& wanted) {
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (IsDealersClient(caller)) return NotForCaller("what becomes of goods", caller);
  if (wanted.empty() || wanted == caller.msp_id) return caller.msp_id;
  SUYUAN_RETURN_IF_ERROR(
      NeedSupervisor(tx.stub(), caller, absl::StrCat("see what concerns ", wanted)));
  return wanted;
}

absl::StatusOr<Shipment> NeedCheckable(TransactionContext& tx, const Caller& caller,
                                       const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(Shipment shipment, LoadShipment(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const bool may,
                          Oversees(tx.stub(), caller, shipment.issuer, shipment.owner));
  if (may) return shipment;
  return NotForCaller(absl::StrCat("shipment ", id), caller);
}

absl::StatusOr<absl::Time> AsOf(const ChaincodeStub& stub, const std::string& text) {
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time now, stub.GetTxTimestamp());
  if (text.empty()) return now;
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, ParseTime("asOf", text));
  if (time <= now) return time;
  return internal::ArgumentError("asOf", "is in the future");
}

struct Checked {
  Shipment shipment;
  ShipmentJudgement judged;
  nlohmann::json answer;
};

absl::StatusOr<Checked> Judge(TransactionContext& tx, const Caller& caller, const std::string& id,
                              const std::string& as_of) {
  Checked out;
  SUYUAN_ASSIGN_OR_RETURN(out.shipment, NeedCheckable(tx, caller, id));
  SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, AsOf(tx.stub(), as_of));
  SUYUAN_ASSIGN_OR_RETURN(out.judged, JudgeShipment(tx.stub(), out.shipment, time));
  SUYUAN_ASSIGN_OR_RETURN(const auto way, FactsOfWay(tx.stub(), out.shipment, out.judged.scans));
  out.answer = {{"shipment", id},
                {"dealer", out.shipment.dealer},
                {"rule", out.judged.rule},
                {"from", TimeText(out.judged.from)},
                {"asOf", TimeText(out.judged.as_of)},
                {"total", out.judged.scans.size()},
                {"findings", nlohmann::json::array()},
                {"lastRightHands", LastRightHands(way)}};
  for (size_t i = 0; i < out.judged.findings.size(); ++i) {
    nlohmann::json finding = ToJson(out.judged.findings[i]);
    if (out.judged.findings[i].lacks.empty()) {
      finding["case"] = CaseId(CaseBase(out.judged.subjects[i]), out.judged.ends[i].sequence);
    }
    out.answer["findings"].push_back(std::move(finding));
  }
  return out;
}

// What a case is opened with: the same for all who find it, but for when and what they saw.
absl::StatusOr<nlohmann::json> OpeningOf(TransactionContext& tx, const Caller& caller,
                                         const Checked& checked, size_t i) {
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json opening, Authorship(tx, caller, ""));
  const CaseSubject& subject = checked.judged.subjects[i];
  const std::string& ended = checked.judged.ends[i].at;
  nlohmann::json finding = ToJson(checked.judged.findings[i]);
  const auto& transactions = checked.judged.findings[i].transactions;
  finding["transactions"] = std::vector<std::string>(
      transactions.begin(), transactions.begin() + std::min(transactions.size(), kMaxNamed));
  opening.update({{"case", CaseId(CaseBase(subject), checked.judged.ends[i].sequence)},
                  {"base", CaseBase(subject)},
                  {"sequence", checked.judged.ends[i].sequence},
                  {"issuer", subject.issuer},
                  {"owner", checked.shipment.owner},
                  {"dealer", subject.dealer},
                  {"shipment", subject.shipment},
                  {"checked", checked.shipment.id},
                  {"region", subject.region},
                  {"home", checked.shipment.area.regions},
                  {"counts", checked.shipment.counts},
                  {"from", ended.empty() ? checked.answer["from"] : nlohmann::json(ended)},
                  {"asOf", checked.answer["asOf"]},
                  {"rule", checked.answer["rule"]},
                  {"finding", std::move(finding)},
                  {"lastRightHands", checked.answer["lastRightHands"]}});
  return opening;
}

// The opening, when the caller may see the case.
absl::StatusOr<nlohmann::json> NeedCaseReader(TransactionContext& tx, const std::string& id) {
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json opening, NeedOpening(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const bool may, Oversees(tx.stub(), caller, opening.value("issuer", ""),
                                                   opening.value("owner", "")));
  if (may) return opening;
  return NotForCaller(absl::StrCat("case ", id), caller);
}

}  // namespace

AntiDiversion::AntiDiversion() : Contract("AntiDiversion") {
  Submit("SetRule", {"rule"}, &AntiDiversion::SetRule);
  Evaluate("GetRules", {"issuer"}, &AntiDiversion::GetRules);
  Submit("RecordSighting", {"unit"}, &AntiDiversion::RecordSighting);
  Submit("Check", {"shipment", "asOf"}, &AntiDiversion::Check);
  Evaluate("Preview", {"shipment", "asOf"}, &AntiDiversion::Preview);
  Evaluate("GetCases", {"filters", "bookmark"}, &AntiDiversion::GetCases);
  Evaluate("GetCase", {"case"}, &AntiDiversion::GetCase);
  Evaluate("GetEvidence", {"case"}, &AntiDiversion::GetEvidence);
  Submit("Decide", {"case", "state", "details"}, &AntiDiversion::Decide);
  Evaluate("FindScans", {"filters", "bookmark"}, &AntiDiversion::FindScans);
  Evaluate("GetStatistics", {"filters", "bookmark"}, &AntiDiversion::GetStatistics);
}

absl::Status AntiDiversion::SetRule(TransactionContext& tx, const JsonObject& object) const {
  SUYUAN_ASSIGN_OR_RETURN(const DiversionRule rule, ParseRule("rule", object.value));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (IsDealersClient(caller)) {
    return absl::PermissionDeniedError("a dealer's client sets no rule");
  }
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json record, PutRule(tx, caller, rule));
  return Announce(tx.stub(), "SetDiversionRule", record);
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetRules(TransactionContext& tx,
                                                       const std::string& issuer) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string tenant, TenantOf(tx, issuer));
  return RulesOf(tx.stub(), tenant);
}

absl::StatusOr<nlohmann::json> AntiDiversion::RecordSighting(TransactionContext& tx,
                                                             const std::string& text) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  SUYUAN_ASSIGN_OR_RETURN(const std::string transient, NeedTransient(tx.stub(), "place"));
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json json, internal::ParseJson("place", transient));
  SUYUAN_ASSIGN_OR_RETURN(const ScanPlace place, ParseScanPlace("place", json));
  SUYUAN_ASSIGN_OR_RETURN(const bool diverted, NoteUnitScan(tx, unit, place));
  if (!diverted) SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), "RecordSighting", {{"unit", unit}}));
  return nlohmann::json{{"diverted", diverted}, {"txId", tx.stub().GetTxID()}};
}

absl::StatusOr<nlohmann::json> AntiDiversion::Check(TransactionContext& tx,
                                                    const std::string& shipment,
                                                    const std::string& as_of) const {
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const Checked checked, Judge(tx, caller, shipment, as_of));
  for (size_t i = 0; i < checked.judged.findings.size(); ++i) {
    if (!checked.judged.findings[i].lacks.empty()) continue;
    SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json opening, OpeningOf(tx, caller, checked, i));
    SUYUAN_RETURN_IF_ERROR(PutOpening(tx.stub(), opening));
  }
  SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), "CheckDiversion", checked.answer));
  return checked.answer;
}

absl::StatusOr<nlohmann::json> AntiDiversion::Preview(TransactionContext& tx,
                                                      const std::string& shipment,
                                                      const std::string& as_of) const {
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const Checked checked, Judge(tx, caller, shipment, as_of));
  return checked.answer;
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetCases(TransactionContext& tx,
                                                       const JsonObject& filters,
                                                       const std::string& bookmark) const {
  Fields fields("filters", filters.value);
  const std::string issuer = fields.Text("issuer", Fields::kOptional, 128);
  const std::string state = fields.OneOf(
      "state", {"open", "checked", "confirmed", "dismissed", "closed"}, Fields::kOptional);
  const std::string dealer = fields.Id("dealer", Fields::kOptional);
  const std::string region = fields.Text("region", Fields::kOptional, 6);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_ASSIGN_OR_RETURN(const std::string tenant, TenantOf(tx, issuer));
  SUYUAN_ASSIGN_OR_RETURN(const IdPage page, ListCases(tx.stub(), tenant, bookmark));
  nlohmann::json cases = nlohmann::json::array();
  for (const std::string& id : page.ids) {
    SUYUAN_ASSIGN_OR_RETURN(const CaseHistory history, LoadCaseHistory(tx.stub(), id));
    SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json now, LoadCaseState(tx.stub(), id));
    const nlohmann::json& opening = history.opening;
    const auto fits = [](const std::string& wanted, const std::string& is) {
      return wanted.empty() || wanted == is;
    };
    if (!fits(state, now.value("state", "")) || !fits(dealer, opening.value("dealer", "")) ||
        !fits(region, opening.value("region", ""))) {
      continue;
    }
    cases.push_back({{"case", id},
                     {"issuer", opening["issuer"]},
                     {"dealer", opening["dealer"]},
                     {"shipment", opening["shipment"]},
                     {"region", opening["region"]},
                     {"home", opening["home"]},
                     {"openedAt", opening["recordedAt"]},
                     {"state", now["state"]}});
  }
  return nlohmann::json{{"cases", std::move(cases)}, {"bookmark", page.bookmark}};
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetCase(TransactionContext& tx,
                                                      const std::string& id) const {
  SUYUAN_RETURN_IF_ERROR(NeedCaseReader(tx, id));
  SUYUAN_ASSIGN_OR_RETURN(const CaseHistory history, LoadCaseHistory(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json out, LoadCaseState(tx.stub(), id));
  out.update(history.opening);
  out["confirmations"] = history.confirmations;
  return out;
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetEvidence(TransactionContext& tx,
                                                          const std::string& id) const {
  SUYUAN_RETURN_IF_ERROR(NeedCaseReader(tx, id));
  return EvidenceOf(tx.stub(), id);
}

absl::Status AntiDiversion::Decide(TransactionContext& tx, const std::string& id,
                                   const std::string& state, const JsonObject& details) const {
  Fields fields("details", details.value);
  const std::string reason = fields.Text("reason");
  const std::string evidence = fields.Hash("evidence", Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json opening, NeedCaseReader(tx, id));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (caller.msp_id != opening.value("issuer", "")) {
    SUYUAN_RETURN_IF_ERROR(NeedSupervisor(
        tx.stub(), caller, absl::StrCat("decide on a case of ", opening.value("issuer", ""))));
  }
  SUYUAN_ASSIGN_OR_RETURN(const nlohmann::json now, LoadCaseState(tx.stub(), id));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json step, Authorship(tx, caller, ""));
  step.update({{"state", state}, {"reason", reason}});
  if (!evidence.empty()) step["evidence"] = evidence;
  SUYUAN_RETURN_IF_ERROR(PutStep(tx.stub(), opening, now, state, step));
  step["case"] = id;
  return Announce(tx.stub(), "DecideDiversion", step);
}

absl::StatusOr<nlohmann::json> AntiDiversion::FindScans(TransactionContext& tx,
                                                        const JsonObject& filters,
                                                        const std::string& bookmark) const {
  SUYUAN_ASSIGN_OR_RETURN(const ScanQuery query, ParseScanQuery("filters", filters.value));
  SUYUAN_ASSIGN_OR_RETURN(const std::string tenant, TenantOf(tx, query.issuer));
  nlohmann::json scans = nlohmann::json::array();
  SUYUAN_ASSIGN_OR_RETURN(const std::string next,
                          PageScans(tx.stub(), {true, tenant, query.from, query.before}, bookmark,
                                    kMaxLooks, [&](const LoggedScan& scan) {
                                      if (!Matches(query, scan)) return true;
                                      if (scans.size() == static_cast<size_t>(query.limit))
                                        return false;
                                      scans.push_back(scan);
                                      return true;
                                    }));
  return nlohmann::json{{"scans", std::move(scans)}, {"bookmark", next}};
}

absl::StatusOr<nlohmann::json> AntiDiversion::GetStatistics(TransactionContext& tx,
                                                            const JsonObject& filters,
                                                            const std::string& bookmark) const {
  SUYUAN_ASSIGN_OR_RETURN(const ScanQuery query, ParseScanQuery("filters", filters.value));
  SUYUAN_ASSIGN_OR_RETURN(const std::string tenant, TenantOf(tx, query.issuer));
  Statistics statistics;
  SUYUAN_ASSIGN_OR_RETURN(const std::string next,
                          PageScans(tx.stub(), {true, tenant, query.from, query.before}, bookmark,
                                    kMaxLooks, [&](const LoggedScan& scan) {
                                      if (Matches(query, scan)) AddTo(query, scan, &statistics);
                                      return true;
                                    }));
  return nlohmann::json{{"rows", ToJson(statistics)}, {"bookmark", next}};
}

}  // namespace suyuan
