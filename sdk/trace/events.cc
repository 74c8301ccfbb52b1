#include "sdk/trace/events.h"

#include "absl/time/time.h"

namespace suyuan::sdk::trace {
namespace {

using internal::Set;

Capture ReadCapture(const Fields& json) {
  Capture capture;
  for (const Fields& one : json.at("results")) {
    capture.events.push_back(
        {one.at("event"), one.value("eventHash", ""), one.at("result"), one.value("reason", "")});
  }
  const Fields& job = json.at("job");
  capture.success = job.at("success");
  capture.stored = job.at("stored");
  capture.declared = job.at("declared");
  capture.duplicate = job.at("duplicate");
  capture.refused = job.at("refused");
  return capture;
}

std::string FormatMilliseconds(int64_t since_1970) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMillis(since_1970),
                          absl::UTCTimeZone());
}

// The answer of Events:TraceNumbers, whose edges are places in its lists.
Trace ReadTrace(const Fields& json) {
  const Fields &ids = json.at("ids"), &epcs = json.at("epcs"), &hashes = json.at("hashes");
  const Fields &times = json.at("times"), &edges = json.at("edges");
  Trace trace;
  trace.root = ids.at(0);
  trace.nodes.reserve(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    const Fields& epc = epcs.at(i);
    trace.nodes.push_back({ids[i], epc == "" ? ids[i] : epc});
  }
  trace.events.reserve(hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i) {
    trace.events.push_back({hashes[i], FormatMilliseconds(times.at(i)),
                            json.at("transactions").at(json.at("txs").at(i).get<size_t>())});
  }
  const Fields& reasons = json.at("reasons");
  trace.edges.reserve(edges.size() / 4);
  for (size_t i = 0; i < edges.size(); i += 4) {
    const auto place = [&edges, i](size_t field) { return edges.at(i + field).get<size_t>(); };
    trace.edges.push_back(
        {ids.at(place(0)), ids.at(place(1)), hashes.at(place(2)), reasons.at(place(3))});
  }
  return trace;
}

Custody ReadCustody(const Fields& json) {
  const Fields& unit = json.at("unit");
  return {unit.at("id"),
          json.at("holder"),
          json.at("sent"),
          json.at("to"),
          json.at("within").get<std::vector<std::string>>(),
          unit.value("stolen", ""),
          unit.value("reporter", "")};
}

EventPage ReadPage(const nlohmann::json& json) {
  EventPage page;
  for (const Fields& found : json.at("events")) {
    const Fields& record = found.at("record");
    page.events.push_back({record.at("eventHash"), record.at("txId"), record.at("recordTime"),
                           record.at("author").at("mspId"), record.at("event").dump(),
                           found.at("wrong")});
  }
  page.bookmark = json.at("bookmark");
  return page;
}

}  // namespace

absl::StatusOr<RecordedResult<Capture>> Events::CaptureDocument(
    const std::string& document, const CaptureOptions& options) const {
  const Fields how{{"onError", options.on_error == OnError::kProceed ? "proceed" : "rollback"},
                   {"strict", options.strict}};
  ProposalOptions proposal{.arguments = {document, how.dump()}};
  if (options.keep_document_off_ledger) {
    proposal.arguments[0].clear();
    proposal.transient["document"] = document;
  }
  auto written = calls_->Record("Events:Capture", proposal);
  if (!written.ok()) return written.status();
  auto capture = internal::Read<Capture>("Events:Capture", written->value, ReadCapture);
  if (!capture.ok()) return capture.status();
  return RecordedResult<Capture>{std::move(written->at), *std::move(capture)};
}

absl::StatusOr<Trace> Events::Walk(const char* direction, const std::string& epc) const {
  return internal::AskFor<Trace>(*calls_, "Events:TraceNumbers", {direction, epc, "[]"}, ReadTrace);
}

absl::StatusOr<Trace> Events::Backward(const std::string& epc) const {
  return Walk("backward", epc);
}
absl::StatusOr<Trace> Events::Forward(const std::string& epc) const { return Walk("forward", epc); }
absl::StatusOr<Trace> Events::Path(const std::string& epc) const { return Walk("path", epc); }
absl::StatusOr<Trace> Events::All(const std::string& epc) const { return Walk("all", epc); }

absl::StatusOr<Custody> Events::GetCustody(const std::string& epc) const {
  return internal::AskFor<Custody>(*calls_, "Events:GetUnit", {epc}, ReadCustody);
}

absl::StatusOr<EventPage> Events::Find(const EventFilters& filters,
                                       const std::string& bookmark) const {
  Fields json{{"limit", filters.limit}};
  Set(&json, "epc", filters.epc);
  Set(&json, "bizStep", filters.biz_step);
  Set(&json, "disposition", filters.disposition);
  Set(&json, "readPoint", filters.read_point);
  Set(&json, "bizLocation", filters.biz_location);
  Set(&json, "author", filters.author);
  Set(&json, "type", filters.type);
  Set(&json, "lotNumber", filters.lot_number);
  Set(&json, "from", filters.from);
  Set(&json, "before", filters.before);
  return internal::AskFor<EventPage>(*calls_, "Events:Query", {json.dump(), bookmark}, ReadPage);
}

absl::StatusOr<Recorded> Events::ClaimParty(const std::string& party) const {
  return internal::Write(*calls_, "Events:ClaimParty", {party});
}

}  // namespace suyuan::sdk::trace
