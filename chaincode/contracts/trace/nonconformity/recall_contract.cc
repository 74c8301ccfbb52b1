#include "chaincode/contracts/trace/nonconformity/recall_contract.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "chaincode/contracts/trace/caller.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/fields.h"
#include "chaincode/contracts/trace/governance/council.h"
#include "chaincode/contracts/trace/holds.h"
#include "chaincode/contracts/trace/nonconformity/hold_store.h"
#include "chaincode/contracts/trace/nonconformity/ledger_graph.h"
#include "chaincode/contracts/trace/nonconformity/recall.h"
#include "chaincode/contracts/trace/nonconformity/responsibility.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/gs1/identifier.h"
#include "chaincode/shim/validation.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

constexpr char kUnit[] = "recall-unit";
constexpr char kContact[] = "contact";
constexpr char kNotice[] = "notice";
constexpr char kDelivery[] = "delivery";
constexpr char kOutcome[] = "outcome";
constexpr size_t kMaxUnits = 10'000;
constexpr size_t kMaxPreview = 100'000;
constexpr size_t kMaxAncestors = 10'000;
constexpr size_t kMaxIdLength = 56;  // "recall:ID" is a hold's id

using Contacts = std::vector<std::pair<std::string, std::string>>;  // contact, unit

std::string RecallKey(absl::string_view id) { return absl::StrCat("recall/", id); }
std::string HoldOf(absl::string_view id) { return absl::StrCat("recall:", id); }

absl::Status CheckRecallId(const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckId("recall", id));
  if (id.size() <= kMaxIdLength) return absl::OkStatus();
  return internal::ArgumentError("recall", absl::StrCat("is longer than ", kMaxIdLength));
}

absl::StatusOr<nlohmann::json> NeedRecall(ChaincodeStub& stub, const std::string& id) {
  SUYUAN_RETURN_IF_ERROR(CheckRecallId(id));
  return NeedRecord(stub, RecallKey(id), "recall", id);
}

bool Fits(const nlohmann::json& batch, const RecallScope& scope) {
  const std::string day = batch["identification"].value("productionDate", "");
  if (day < scope.from || scope.to < day) return false;
  const nlohmann::json data = batch.value("data", nlohmann::json::object());
  return std::all_of(scope.where.begin(), scope.where.end(), [&](const auto& condition) {
    return data.value(condition.first, nlohmann::json()) == condition.second;
  });
}

// The units that a scope names: those themselves, or the lots of the batches that fit.
absl::StatusOr<std::vector<std::string>> SeedsOf(ChaincodeStub& stub, const RecallScope& scope) {
  if (scope.product.empty()) return scope.units;
  SUYUAN_ASSIGN_OR_RETURN(const auto batches, ListRecords(stub, "batch", {scope.product}));
  std::vector<std::string> seeds;
  for (const nlohmann::json& batch : batches) {
    if (!Fits(batch, scope)) continue;
    seeds.push_back(
        gs1::CanonicalUri({gs1::Scheme::kLgtin, scope.product, batch.value("batch", ""), 0}));
  }
  if (!seeds.empty()) return seeds;
  return absl::NotFoundError(
      absl::StrCat("no batch of product ", scope.product, " fits the scope"));
}

absl::StatusOr<Contacts> ContactsOf(ChaincodeStub& stub, const std::vector<std::string>& units) {
  Contacts contacts;
  for (const std::string& unit : units) {
    SUYUAN_ASSIGN_OR_RETURN(const auto records, ListRecords(stub, kContact, {unit}));
    for (const auto& record : records) contacts.emplace_back(record.value("contact", ""), unit);
  }
  return contacts;
}

struct Affected {
  std::vector<std::string> seeds, units;
  std::map<std::string, UnitFacts> facts;
  Contacts contacts;
};

absl::StatusOr<Affected> FindAffected(ChaincodeStub& stub, const RecallScope& scope, size_t limit) {
  Affected out;
  LedgerGraph graph(&stub);
  SUYUAN_ASSIGN_OR_RETURN(out.seeds, SeedsOf(stub, scope));
  SUYUAN_ASSIGN_OR_RETURN(out.units, ForwardClosure(graph, out.seeds, limit));
  for (const std::string& unit : out.units) {
    SUYUAN_ASSIGN_OR_RETURN(out.facts[unit], graph.Facts(unit));
  }
  SUYUAN_ASSIGN_OR_RETURN(out.contacts, ContactsOf(stub, out.units));
  return out;
}

absl::StatusOr<std::vector<std::string>> UnitsOf(ChaincodeStub& stub, const std::string& recall) {
  SUYUAN_ASSIGN_OR_RETURN(const auto records, ListRecords(stub, kUnit, {recall}));
  std::vector<std::string> units;
  for (const auto& record : records) units.push_back(record.value("unit", ""));
  return units;
}

absl::StatusOr<nlohmann::json> OpenCase(TransactionContext& tx, const std::string& id,
                                        const JsonObject& scope_object, const JsonObject& details,
                                        bool ordered) {
  SUYUAN_RETURN_IF_ERROR(CheckRecallId(id));
  SUYUAN_ASSIGN_OR_RETURN(const RecallScope scope, ParseScope("scope", scope_object.value));
  HoldOrder order;
  order.hold = HoldOf(id);
  order.ordered = ordered;
  SUYUAN_RETURN_IF_ERROR(ParseHoldDetails(details, &order));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  if (ordered) SUYUAN_RETURN_IF_ERROR(NeedSupervisor(tx.stub(), caller, "order a recall"));
  SUYUAN_RETURN_IF_ERROR(NeedAbsent(tx.stub(), RecallKey(id), "recall", id));
  SUYUAN_ASSIGN_OR_RETURN(const Affected affected, FindAffected(tx.stub(), scope, kMaxUnits));
  for (const std::string& seed : affected.seeds) {
    if (!ordered) SUYUAN_RETURN_IF_ERROR(NeedOwnerOf(tx.stub(), seed, caller, "recall"));
  }
  const nlohmann::json impact = ToJson(Measure(affected.facts, affected.contacts));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, order.event_time));
  record.update({{"recall", id},
                 {"state", "open"},
                 {"by", caller.msp_id},
                 {"ordered", ordered},
                 {"reason", order.reason},
                 {"evidence", order.evidence},
                 {"scope", scope_object.value},
                 {"hold", order.hold},
                 {"units", affected.units.size()},
                 {"impactWhenOpened", impact}});
  SUYUAN_RETURN_IF_ERROR(PutRecord(tx.stub(), RecallKey(id), record));
  const std::set<std::string> seeds(affected.seeds.begin(), affected.seeds.end());
  for (const std::string& unit : affected.units) {
    SUYUAN_RETURN_IF_ERROR(
        Append(tx.stub(), kUnit, {id, unit}, {{"unit", unit}, {"named", seeds.count(unit) > 0}}));
  }
  order.units = affected.units;
  SUYUAN_RETURN_IF_ERROR(PlaceHold(tx, order, caller));
  SUYUAN_RETURN_IF_ERROR(Announce(tx.stub(), ordered ? "OrderRecall" : "OpenRecall", record));
  return nlohmann::json{{"recall", id}, {"units", affected.units}, {"impact", impact}};
}

// The case's organisation, or a supervisor.
absl::StatusOr<Caller> NeedCaseOwner(TransactionContext& tx, const nlohmann::json& recall,
                                     absl::string_view what) {
  SUYUAN_ASSIGN_OR_RETURN(Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const bool supervisor, IsSupervisor(tx.stub(), caller));
  if (caller.msp_id == recall.value("by", "") || supervisor) return caller;
  return absl::PermissionDeniedError(absl::StrCat("only ", recall.value("by", ""),
                                                  " or a supervisor may ", what, " recall ",
                                                  recall.value("recall", "")));
}

absl::Status Advance(TransactionContext& tx, nlohmann::json record, const std::string& action,
                     const Caller& caller, const nlohmann::json& more) {
  const std::string id = record.value("recall", "");
  SUYUAN_ASSIGN_OR_RETURN(const std::string state,
                          NextState(id, record.value("state", ""), action));
  if (state == record.value("state", "")) return absl::OkStatus();
  record["state"] = state;
  SUYUAN_ASSIGN_OR_RETURN(record[action], Authorship(tx, caller, ""));
  record.update(more);
  return PutRecord(tx.stub(), RecallKey(id), record);
}

// Appends what is new to the notices; returns how many changed.
absl::StatusOr<uint64_t> WriteNotices(ChaincodeStub& stub, const std::string& recall,
                                      const char* kind, const Contacts& contacts) {
  uint64_t written = 0;
  for (const auto& [contact, units] : GroupNotices(contacts)) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                            stub.CreateCompositeKey(kNotice, {recall, contact}));
    const nlohmann::json notice{
        {"recall", recall}, {"contact", contact}, {"kind", kind}, {"units", units}};
    SUYUAN_ASSIGN_OR_RETURN(const auto present, FindRecord(stub, key));
    if (present && *present == notice) continue;
    SUYUAN_RETURN_IF_ERROR(PutRecord(stub, key, notice));
    ++written;
  }
  return written;
}

absl::StatusOr<nlohmann::json> NoticesOf(ChaincodeStub& stub, const std::string& recall) {
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json notices, ListRecords(stub, kNotice, {recall}));
  for (nlohmann::json& notice : notices) {
    SUYUAN_ASSIGN_OR_RETURN(const auto deliveries,
                            ListRecords(stub, kDelivery, {recall, notice.value("contact", "")}));
    std::vector<std::string> statuses;
    for (const auto& delivery : deliveries) statuses.push_back(delivery.value("status", ""));
    notice["status"] = FurthestStatus(statuses);
    notice["deliveries"] = deliveries;
  }
  return notices;
}

absl::StatusOr<std::map<std::string, nlohmann::json>> OutcomesOf(ChaincodeStub& stub,
                                                                 const std::string& recall) {
  SUYUAN_ASSIGN_OR_RETURN(const auto records, ListRecords(stub, kOutcome, {recall}));
  std::map<std::string, nlohmann::json> outcomes;
  for (const auto& record : records) outcomes[record.value("unit", "")].push_back(record);
  return outcomes;
}

absl::StatusOr<Progress> ProgressOf(ChaincodeStub& stub, const nlohmann::json& record) {
  const std::string recall = record.value("recall", "");
  Progress progress;
  SUYUAN_ASSIGN_OR_RETURN(const auto outcomes, OutcomesOf(stub, recall));
  progress.units = record.value("units", size_t{0});
  progress.accounted = outcomes.size();
  SUYUAN_ASSIGN_OR_RETURN(const auto notices, NoticesOf(stub, recall));
  for (const auto& notice : notices) {
    ++progress.notices;
    const std::string status = notice.value("status", "");
    if (status == "failed") ++progress.failed;
    if (status == "failed" || status == "pending") continue;
    ++progress.sent;
    if (status == "sent") continue;
    ++progress.delivered;
    if (status == "acknowledged") ++progress.acknowledged;
  }
  return progress;
}

// The event's business step, or its type where it has none; of the organisation that recorded it.
Act ActOfEvent(const std::string& unit, const std::string& time, const EventRecord& record) {
  const auto json = nlohmann::json::parse(record.event_json, nullptr, false);
  std::string step;
  for (const char* field : {"bizStep", "type"}) {
    if (step.empty() && json.is_object() && json.contains(field) && json[field].is_string()) {
      step = json[field];
    }
  }
  return {time, unit, step, record.author.msp_id, "", record.tx_id, record.hash};
}

// Inspections of and holds on one unit.
absl::Status AddActs(ChaincodeStub& stub, const std::string& unit, std::vector<Act>* acts) {
  SUYUAN_ASSIGN_OR_RETURN(const auto inspections, RecordHistory(stub, InspectionKey(unit)));
  for (const auto& record : inspections) {
    if (record.contains("reworkedBy")) continue;  // that it lapsed; the rework is an act itself
    acts->push_back(
        ActOfRecord(unit, "inspected", record,
                    absl::StrCat(record.value("result", ""), " ", record.value("method", ""))));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto holds, HoldsOf(stub, unit));
  for (const UnitHold& hold : holds) {
    SUYUAN_ASSIGN_OR_RETURN(const auto record,
                            NeedRecord(stub, HoldKey(hold.hold), "hold", hold.hold));
    acts->push_back(ActOfRecord(unit, "held", record, hold.reason));
  }
  return absl::OkStatus();
}

// Acts by the events of `units` and of what they were made of; each event once.
absl::Status AddEventActs(ChaincodeStub& stub, const std::vector<std::string>& units,
                          std::vector<Act>* acts) {
  std::set<std::string> traced, seen;
  for (const std::string& unit : units) {
    if (!traced.insert(unit).second) continue;
    const auto trace = TraceLedger(stub, unit, epcis::Direction::kBackward);
    if (absl::IsNotFound(trace.status())) continue;
    if (!trace.ok()) return trace.status();
    for (const epcis::TraceNode& node : trace->trace.nodes) traced.insert(node.id);
    for (const epcis::TraceEvent& event : trace->trace.events) {
      if (!seen.insert(event.hash).second) continue;
      SUYUAN_ASSIGN_OR_RETURN(const std::string text, FindEventText(stub, event.hash));
      SUYUAN_ASSIGN_OR_RETURN(const EventRecord record, RecordFromText(text));
      acts->push_back(ActOfEvent(unit, TimeText(absl::FromUnixMillis(event.time_ms)), record));
    }
  }
  return absl::OkStatus();
}

}  // namespace

RecallContract::RecallContract() : Contract("Recalls") {
  Submit("Open", {"recall", "scope", "details"}, &RecallContract::Open);
  Submit("Order", {"recall", "scope", "details"}, &RecallContract::Order);
  Submit("RegisterContact", {"unit", "contact"}, &RecallContract::RegisterContact);
  Submit("Notify", {"recall"}, &RecallContract::Notify);
  Submit("RecordDelivery", {"recall", "contact", "status"}, &RecallContract::RecordDelivery);
  Submit("Start", {"recall"}, &RecallContract::Start);
  Submit("RecordOutcome", {"recall", "unit", "details"}, &RecallContract::RecordOutcome);
  Submit("Close", {"recall", "reason"}, &RecallContract::Close);
  Evaluate("Preview", {"scope"}, &RecallContract::Preview);
  Evaluate("Get", {"recall"}, &RecallContract::Get);
  Evaluate("GetUnits", {"recall"}, &RecallContract::GetUnits);
  Evaluate("GetNotices", {"recall"}, &RecallContract::GetNotices);
  Evaluate("GetResponsibility", {"unit", "from", "to"}, &RecallContract::GetResponsibility);
}

absl::StatusOr<nlohmann::json> RecallContract::Open(TransactionContext& tx,
                                                    const std::string& recall,
                                                    const JsonObject& scope,
                                                    const JsonObject& details) const {
  return OpenCase(tx, recall, scope, details, false);
}

absl::StatusOr<nlohmann::json> RecallContract::Order(TransactionContext& tx,
                                                     const std::string& recall,
                                                     const JsonObject& scope,
                                                     const JsonObject& details) const {
  return OpenCase(tx, recall, scope, details, true);
}

absl::Status RecallContract::RegisterContact(TransactionContext& tx, const std::string& text,
                                             const std::string& contact) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  if (!IsSha256Hex(contact)) {
    return internal::ArgumentError("contact", "is not a keyed hash in 64 lower-case hex digits");
  }
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, Authorship(tx, caller, ""));
  record.update({{"unit", unit}, {"contact", contact}});
  SUYUAN_RETURN_IF_ERROR(Append(tx.stub(), kContact, {unit, contact}, record));
  return Announce(tx.stub(), "RegisterContact", record);
}

absl::StatusOr<uint64_t> RecallContract::Notify(TransactionContext& tx,
                                                const std::string& recall) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedRecall(tx.stub(), recall));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, NeedCaseOwner(tx, record, "notify of"));
  SUYUAN_ASSIGN_OR_RETURN(const auto units, UnitsOf(tx.stub(), recall));
  SUYUAN_ASSIGN_OR_RETURN(const Contacts consumers, ContactsOf(tx.stub(), units));
  Contacts holders;
  LedgerGraph graph(&tx.stub());
  for (const std::string& unit : units) {
    SUYUAN_ASSIGN_OR_RETURN(const UnitFacts facts, graph.Facts(unit));
    for (const std::string& holder : facts.holders) holders.emplace_back(holder, unit);
  }
  SUYUAN_RETURN_IF_ERROR(Advance(tx, record, "notify", caller, nlohmann::json::object()));
  SUYUAN_ASSIGN_OR_RETURN(uint64_t written, WriteNotices(tx.stub(), recall, "consumer", consumers));
  SUYUAN_ASSIGN_OR_RETURN(const uint64_t more, WriteNotices(tx.stub(), recall, "holder", holders));
  written += more;
  SUYUAN_RETURN_IF_ERROR(
      Announce(tx.stub(), "NotifyRecall", {{"recall", recall}, {"notices", written}}));
  return written;
}

absl::Status RecallContract::RecordDelivery(TransactionContext& tx, const std::string& recall,
                                            const std::string& contact,
                                            const std::string& status) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedRecall(tx.stub(), recall));
  SUYUAN_RETURN_IF_ERROR(CheckId("contact", contact));
  if (FurthestStatus({status}) != status || status == "pending") {
    return internal::ArgumentError("status", "is not sent, delivered, failed or acknowledged");
  }
  SUYUAN_ASSIGN_OR_RETURN(Caller caller, CallerOf(tx));
  if (caller.msp_id != contact || status != "acknowledged") {
    SUYUAN_ASSIGN_OR_RETURN(caller, NeedCaseOwner(tx, record, "record deliveries of"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          tx.stub().CreateCompositeKey(kNotice, {recall, contact}));
  SUYUAN_RETURN_IF_ERROR(NeedRecord(tx.stub(), key, "notice to", contact).status());
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json delivery, Authorship(tx, caller, ""));
  delivery.update({{"recall", recall}, {"contact", contact}, {"status", status}});
  SUYUAN_RETURN_IF_ERROR(
      Append(tx.stub(), kDelivery, {recall, contact, tx.stub().GetTxID()}, delivery));
  return Announce(tx.stub(), "RecordDelivery", delivery);
}

absl::Status RecallContract::Start(TransactionContext& tx, const std::string& recall) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedRecall(tx.stub(), recall));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, NeedCaseOwner(tx, record, "start"));
  SUYUAN_RETURN_IF_ERROR(Advance(tx, record, "start", caller, nlohmann::json::object()));
  return Announce(tx.stub(), "StartRecall", {{"recall", recall}});
}

absl::Status RecallContract::RecordOutcome(TransactionContext& tx, const std::string& recall,
                                           const std::string& text,
                                           const JsonObject& details) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedRecall(tx.stub(), recall));
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  Fields fields("details", details.value);
  const std::string outcome =
      fields.OneOf("outcome", {"recovered", "destroyed", "returned", "not-found"});
  const std::string evidence = fields.Hash("evidence", Fields::kOptional);
  const std::string event_time = fields.Time("eventTime", Fields::kOptional);
  SUYUAN_RETURN_IF_ERROR(fields.Finish());
  if (record.value("state", "") != "in progress") {
    return absl::FailedPreconditionError(absl::StrCat(
        "recall ", recall, " is ", record.value("state", ""), ": outcomes follow its start"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const std::string key,
                          tx.stub().CreateCompositeKey(kUnit, {recall, unit}));
  SUYUAN_RETURN_IF_ERROR(NeedRecord(tx.stub(), key, "unit of this recall", unit).status());
  SUYUAN_ASSIGN_OR_RETURN(Caller caller, CallerOf(tx));
  SUYUAN_ASSIGN_OR_RETURN(const auto owners, OwnersOf(tx.stub(), unit));
  if (!owners.count(caller.msp_id)) {
    SUYUAN_ASSIGN_OR_RETURN(caller, NeedCaseOwner(tx, record, "record outcomes of"));
  }
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json entry, Authorship(tx, caller, event_time));
  entry.update({{"recall", recall}, {"unit", unit}, {"outcome", outcome}, {"evidence", evidence}});
  SUYUAN_RETURN_IF_ERROR(Append(tx.stub(), kOutcome, {recall, unit, tx.stub().GetTxID()}, entry));
  return Announce(tx.stub(), "RecordOutcome", entry);
}

absl::Status RecallContract::Close(TransactionContext& tx, const std::string& recall,
                                   const std::string& reason) const {
  SUYUAN_RETURN_IF_ERROR(CheckText("reason", reason));
  SUYUAN_ASSIGN_OR_RETURN(const auto record, NeedRecall(tx.stub(), recall));
  SUYUAN_ASSIGN_OR_RETURN(const Caller caller, NeedCaseOwner(tx, record, "close"));
  SUYUAN_ASSIGN_OR_RETURN(const Progress progress, ProgressOf(tx.stub(), record));
  if (progress.accounted < progress.units) {
    SUYUAN_ASSIGN_OR_RETURN(const bool supervisor, IsSupervisor(tx.stub(), caller));
    if (!supervisor) {
      return absl::FailedPreconditionError(absl::StrCat("recall ", recall, ": ",
                                                        progress.units - progress.accounted, " of ",
                                                        progress.units, " units have no outcome"));
    }
  }
  SUYUAN_RETURN_IF_ERROR(Advance(tx, record, "close", caller,
                                 {{"closeReason", reason}, {"progress", ToJson(progress)}}));
  return Announce(tx.stub(), "CloseRecall", {{"recall", recall}, {"reason", reason}});
}

absl::StatusOr<nlohmann::json> RecallContract::Preview(TransactionContext& tx,
                                                       const JsonObject& object) const {
  SUYUAN_ASSIGN_OR_RETURN(const RecallScope scope, ParseScope("scope", object.value));
  SUYUAN_ASSIGN_OR_RETURN(const Affected affected, FindAffected(tx.stub(), scope, kMaxPreview));
  return nlohmann::json{{"units", affected.units},
                        {"impact", ToJson(Measure(affected.facts, affected.contacts))}};
}

absl::StatusOr<nlohmann::json> RecallContract::Get(TransactionContext& tx,
                                                   const std::string& recall) const {
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json record, NeedRecall(tx.stub(), recall));
  SUYUAN_ASSIGN_OR_RETURN(const auto units, UnitsOf(tx.stub(), recall));
  LedgerGraph graph(&tx.stub());
  std::map<std::string, UnitFacts> facts;
  for (const std::string& unit : units) {
    SUYUAN_ASSIGN_OR_RETURN(facts[unit], graph.Facts(unit));
  }
  SUYUAN_ASSIGN_OR_RETURN(const Contacts contacts, ContactsOf(tx.stub(), units));
  SUYUAN_ASSIGN_OR_RETURN(const Progress progress, ProgressOf(tx.stub(), record));
  record["impact"] = ToJson(Measure(facts, contacts));
  record["progress"] = ToJson(progress);
  return record;
}

absl::StatusOr<nlohmann::json> RecallContract::GetUnits(TransactionContext& tx,
                                                        const std::string& recall) const {
  SUYUAN_RETURN_IF_ERROR(NeedRecall(tx.stub(), recall).status());
  SUYUAN_ASSIGN_OR_RETURN(nlohmann::json records, ListRecords(tx.stub(), kUnit, {recall}));
  SUYUAN_ASSIGN_OR_RETURN(auto outcomes, OutcomesOf(tx.stub(), recall));
  for (nlohmann::json& record : records) {
    const auto found = outcomes.find(record.value("unit", ""));
    record["outcomes"] = found == outcomes.end() ? nlohmann::json::array() : found->second;
  }
  return records;
}

absl::StatusOr<nlohmann::json> RecallContract::GetNotices(TransactionContext& tx,
                                                          const std::string& recall) const {
  SUYUAN_RETURN_IF_ERROR(NeedRecall(tx.stub(), recall).status());
  return NoticesOf(tx.stub(), recall);
}

absl::StatusOr<nlohmann::json> RecallContract::GetResponsibility(TransactionContext& tx,
                                                                 const std::string& text,
                                                                 const std::string& from,
                                                                 const std::string& to) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitName(text));
  std::string begin, end;
  if (!from.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, ParseTime("from", from));
    begin = TimeText(time);
  }
  if (!to.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(const absl::Time time, ParseTime("to", to));
    end = TimeText(time);
  }
  LedgerGraph graph(&tx.stub());
  SUYUAN_ASSIGN_OR_RETURN(const auto units, BackwardClosure(graph, {unit}, kMaxAncestors));
  std::vector<Act> acts;
  for (const std::string& one : units) SUYUAN_RETURN_IF_ERROR(AddActs(tx.stub(), one, &acts));
  // The unit before what it was made of, so that one trace covers most of them.
  std::vector<std::string> roots{unit};
  roots.insert(roots.end(), units.begin(), units.end());
  SUYUAN_RETURN_IF_ERROR(AddEventActs(tx.stub(), roots, &acts));
  return Report(unit, begin, end, std::move(acts));
}

}  // namespace suyuan
