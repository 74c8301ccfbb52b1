#include "chaincode/contracts/trace/events/events.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "chaincode/contracts/trace/events/capture.h"
#include "chaincode/contracts/trace/events/event_query.h"
#include "chaincode/contracts/trace/events/event_rules.h"
#include "chaincode/contracts/trace/events/event_store.h"
#include "chaincode/contracts/trace/events/ledger_trace.h"
#include "chaincode/contracts/trace/events/ledger_world.h"
#include "chaincode/contracts/trace/events/unit_report.h"
#include "chaincode/contracts/trace/records.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/trace_output.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxIdentifierBytes = 512;
constexpr size_t kMaxHashes = 1000;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string JobKey(absl::string_view id) { return absl::StrCat("capture/", id); }

absl::StatusOr<std::string> DocumentOf(const ChaincodeStub& stub, const std::string& document) {
  if (!document.empty()) return document;
  auto transient = NeedTransient(stub, "document");
  if (transient.ok()) return transient;
  return absl::InvalidArgumentError("argument 'document': is empty, and no transient 'document'");
}

Json JobToJson(const CaptureJob& job, const std::string& tx_id, const std::string& time,
               const CaptureOptions& options) {
  Json errors = Json::array();
  for (const CaptureResult& result : job.results) {
    if (result.outcome == CaptureOutcome::kRefused) {
      errors.push_back({{"event", result.path}, {"reason", result.reason}});
    }
  }
  return {{"captureID", tx_id},
          {"createdAt", time},
          {"finishedAt", time},
          {"running", false},
          {"success", job.success},
          {"captureErrorBehaviour", options.proceed ? "proceed" : "rollback"},
          {"errors", std::move(errors)},
          {"stored", job.stored},
          {"declared", job.declared},
          {"duplicate", job.duplicate},
          {"refused", job.refused}};
}

absl::StatusOr<epcis::Direction> ParseDirection(const std::string& text) {
  if (text == "backward") return epcis::Direction::kBackward;
  if (text == "forward") return epcis::Direction::kForward;
  if (text == "path") return epcis::Direction::kPath;
  if (text == "all") return epcis::Direction::kAll;
  return internal::ArgumentError("direction", "is not forward, backward, path or all");
}

absl::StatusOr<std::vector<std::string>> Texts(const char* argument, const nlohmann::json& list,
                                               size_t limit) {
  std::vector<std::string> out;
  if (list.size() > limit) {
    return internal::ArgumentError(argument, absl::StrCat("has more than ", limit, " elements"));
  }
  for (const auto& element : list) {
    if (!element.is_string()) return internal::ArgumentError(argument, "an element is no text");
    out.push_back(element);
  }
  return out;
}

absl::StatusOr<std::string> UnitArgument(const char* argument, const std::string& text) {
  if (text.empty() || text.size() > kMaxIdentifierBytes) {
    return internal::ArgumentError(
        argument, absl::StrCat("is not 1 to ", kMaxIdentifierBytes, " bytes long"));
  }
  return epcis::UnitId(text);
}

absl::StatusOr<LedgerGraphTrace> FindTrace(TransactionContext& tx, const std::string& direction,
                                           const std::string& epc, const JsonArray& without) {
  SUYUAN_ASSIGN_OR_RETURN(const epcis::Direction parsed, ParseDirection(direction));
  SUYUAN_ASSIGN_OR_RETURN(const std::string unit, UnitArgument("epc", epc));
  SUYUAN_ASSIGN_OR_RETURN(const auto left_out, Texts("without", without.value, 100'000));
  LedgerTraceOptions options;
  options.without = {left_out.begin(), left_out.end()};
  options.read_ahead = true;
  return TraceLedgerGraph(tx.stub(), unit, parsed, options);
}

}  // namespace

Events::Events() : Contract("Events") {
  Submit("Capture", {"document", "options"}, &Events::Capture);
  Evaluate("GetJob", {"captureID"}, &Events::GetJob);
  Evaluate("GetEvent", {"eventHash"}, &Events::GetEvent);
  Evaluate("GetEvents", {"eventHashes"}, &Events::GetEvents);
  Evaluate("Query", {"filters", "bookmark"}, &Events::Query);
  Evaluate("Trace", {"direction", "epc", "without"}, &Events::Trace);
  Evaluate("TraceNumbers", {"direction", "epc", "without"}, &Events::TraceNumbers);
  Evaluate("GetUnit", {"epc"}, &Events::GetUnit);
  Evaluate("Report", {"epc"}, &Events::Report);
  Evaluate("BrokenLinks", {"bookmark"}, &Events::BrokenLinks);
  Submit("ClaimParty", {"party"}, &Events::ClaimParty);
  Evaluate("GetParty", {"party"}, &Events::GetParty);
}

absl::StatusOr<std::string> Events::Capture(TransactionContext& tx, const std::string& document,
                                            const std::string& options) const {
  SUYUAN_ASSIGN_OR_RETURN(const CaptureOptions parsed, ParseCaptureOptions(options));
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, DocumentOf(tx.stub(), document));
  SUYUAN_ASSIGN_OR_RETURN(const std::string time, TransactionTime(tx.stub()));
  LedgerWorld world(&tx.stub());
  tx.stub().StartWriteBatch();
  SUYUAN_ASSIGN_OR_RETURN(const CaptureJob job, CaptureDocument(tx.stub(), &world, text, parsed));
  const std::string job_text = Dump(JobToJson(job, tx.stub().GetTxID(), time, parsed));
  SUYUAN_RETURN_IF_ERROR(tx.stub().PutState(JobKey(tx.stub().GetTxID()), job_text));
  SUYUAN_RETURN_IF_ERROR(tx.stub().SetEvent("Capture", job_text));
  SUYUAN_RETURN_IF_ERROR(tx.stub().FinishWriteBatch());
  return absl::StrCat("{\"results\":[",
                      absl::StrJoin(job.results, ",",
                                    [](std::string* out, const CaptureResult& result) {
                                      absl::StrAppend(out, ResultToText(result));
                                    }),
                      "],\"job\":", job_text, "}");
}

absl::StatusOr<std::string> Events::GetJob(TransactionContext& tx, const std::string& id) const {
  SUYUAN_ASSIGN_OR_RETURN(std::string text, tx.stub().GetState(JobKey(id)));
  if (text.empty()) return absl::NotFoundError(absl::StrCat("capture ", id, " does not exist"));
  return text;
}

absl::StatusOr<std::string> Events::GetEvent(TransactionContext& tx,
                                             const std::string& hash) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string record, FindEventText(tx.stub(), hash));
  SUYUAN_ASSIGN_OR_RETURN(const auto declarations, DeclarationTexts(tx.stub(), hash));
  if (record.empty() && declarations.empty()) {
    return absl::NotFoundError(absl::StrCat("event ", hash, " does not exist"));
  }
  return absl::StrCat("{\"record\":", record.empty() ? "null" : record, ",\"declarations\":[",
                      absl::StrJoin(declarations, ","), "]}");
}

absl::StatusOr<std::string> Events::GetEvents(TransactionContext& tx,
                                              const JsonArray& hashes) const {
  SUYUAN_ASSIGN_OR_RETURN(const auto wanted, Texts("eventHashes", hashes.value, kMaxHashes));
  SUYUAN_ASSIGN_OR_RETURN(std::vector<std::string> records, FindEventTexts(tx.stub(), wanted));
  for (std::string& record : records) {
    if (record.empty()) record = "null";
  }
  return absl::StrCat("[", absl::StrJoin(records, ","), "]");
}

absl::StatusOr<std::string> Events::Query(TransactionContext& tx, const JsonObject& filters,
                                          const std::string& bookmark) const {
  SUYUAN_ASSIGN_OR_RETURN(const EventQuery query, ParseEventQuery(filters.value));
  SUYUAN_ASSIGN_OR_RETURN(const EventPage page, FindEvents(tx.stub(), query, bookmark));
  std::string events;
  for (const EventPage::Found& found : page.events) {
    absl::StrAppend(&events, events.empty() ? "" : ",", "{\"record\":", found.record,
                    ",\"wrong\":", found.wrong ? "true" : "false", "}");
  }
  return absl::StrCat("{\"events\":[", events, "],\"bookmark\":", Dump(page.bookmark), "}");
}

absl::StatusOr<std::string> Events::Trace(TransactionContext& tx, const std::string& direction,
                                          const std::string& epc, const JsonArray& without) const {
  SUYUAN_ASSIGN_OR_RETURN(LedgerGraphTrace found, FindTrace(tx, direction, epc, without));
  std::string events;
  for (size_t i = 0; i < found.transactions.size(); ++i) {
    const epcis::TraceEvent& event = found.graph.events[i];
    absl::StrAppend(&events, events.empty() ? "" : ",", "{\"eventHash\":\"", event.hash,
                    "\",\"eventTime\":\"", epcis::FormatTime(event.time_ms), "\",\"txId\":\"",
                    found.transactions[i], "\"}");
  }
  return absl::StrCat("{", epcis::TraceGraphJson(epcis::TraceOf(std::move(found.graph))),
                      ",\"events\":[", events, "],\"transactions\":", Dump(found.read), "}");
}

absl::StatusOr<std::string> Events::TraceNumbers(TransactionContext& tx,
                                                 const std::string& direction,
                                                 const std::string& epc,
                                                 const JsonArray& without) const {
  SUYUAN_ASSIGN_OR_RETURN(LedgerGraphTrace found, FindTrace(tx, direction, epc, without));
  found.read.insert(found.transactions.begin(), found.transactions.end());
  const std::vector<std::string> read(found.read.begin(), found.read.end());
  std::string transactions;
  for (const std::string& id : found.transactions) {
    const auto place = std::lower_bound(read.begin(), read.end(), id) - read.begin();
    absl::StrAppend(&transactions, transactions.empty() ? "" : ",", place);
  }
  return absl::StrCat("{", epcis::TraceNumbersJson(found.graph), ",\"txs\":[", transactions,
                      "],\"transactions\":", Dump(read), "}");
}

absl::StatusOr<std::string> Events::GetUnit(TransactionContext& tx, const std::string& epc) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, UnitArgument("epc", epc));
  LedgerWorld world(&tx.stub());
  UnitBook book(&world);
  SUYUAN_ASSIGN_OR_RETURN(const Unit* unit, book.Find(id));
  if (unit == nullptr) return absl::NotFoundError(absl::StrCat("unit ", id, " does not exist"));
  SUYUAN_ASSIGN_OR_RETURN(const Custody custody, CustodyOf(*unit, &book));
  const Json rest{{"holder", custody.holder},
                  {"sent", custody.sent},
                  {"to", custody.to},
                  {"within", custody.within}};
  return absl::StrCat("{\"unit\":", UnitToText(*unit), ",", Dump(rest).substr(1));
}

absl::StatusOr<nlohmann::json> Events::Report(TransactionContext& tx,
                                              const std::string& epc) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, UnitArgument("epc", epc));
  SUYUAN_ASSIGN_OR_RETURN(const UnitReport report, ReportUnit(tx.stub(), id));
  nlohmann::json special = nlohmann::json::array();
  for (const SpecialProcess& one : report.special) {
    special.push_back({{"eventHash", one.event}, {"text", one.text}});
  }
  return nlohmann::json{{"unit", id},
                        {"source", report.source_known()},
                        {"withoutSource", report.without_source},
                        {"destination", report.destination_known()},
                        {"underWay", report.under_way},
                        {"responsible", report.responsible},
                        {"score", report.score()},
                        {"special", std::move(special)},
                        {"reworked", report.reworked}};
}

absl::StatusOr<nlohmann::json> Events::BrokenLinks(TransactionContext& tx,
                                                   const std::string& bookmark) const {
  constexpr int32_t kUnitsPerPage = 1000;
  SUYUAN_ASSIGN_OR_RETURN(const QueryPage page, tx.stub().GetStateByRangeWithPagination(
                                                    "unit/", "unit0", kUnitsPerPage, bookmark));
  nlohmann::json units = nlohmann::json::array();
  for (const KeyValue& entry : page.results) {
    SUYUAN_ASSIGN_OR_RETURN(const Unit unit, UnitFromText(entry.value));
    const auto missing = MissingLinks(unit);
    if (missing.empty()) continue;
    units.push_back({{"unit", unit.id}, {"epc", unit.epc}, {"missing", missing}});
  }
  return nlohmann::json{{"units", std::move(units)}, {"bookmark", page.bookmark}};
}

absl::Status Events::ClaimParty(TransactionContext& tx, const std::string& party) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, UnitArgument("party", party));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.MspId());
  SUYUAN_ASSIGN_OR_RETURN(const std::string owner, tx.stub().GetState(PartyKey(id)));
  if (!owner.empty() && owner != msp) {
    return absl::AlreadyExistsError(absl::StrCat("party ", id, " is ", owner));
  }
  SUYUAN_RETURN_IF_ERROR(tx.stub().PutState(PartyKey(id), msp));
  return Announce(tx.stub(), "ClaimParty", {{"party", id}, {"mspId", msp}});
}

absl::StatusOr<nlohmann::json> Events::GetParty(TransactionContext& tx,
                                                const std::string& party) const {
  SUYUAN_ASSIGN_OR_RETURN(const std::string id, UnitArgument("party", party));
  SUYUAN_ASSIGN_OR_RETURN(const std::string msp, tx.stub().GetState(PartyKey(id)));
  if (msp.empty()) return absl::NotFoundError(absl::StrCat("party ", id, " is claimed by nobody"));
  return nlohmann::json{{"party", id}, {"mspId", msp}};
}

}  // namespace suyuan
