#include "network/cli/events_client.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "chaincode/epcis/document.h"
#include "network/common/status_macros.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kEventsPerCall = 200;
constexpr int kAttempts = 4;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<Json> ParseAnswer(absl::string_view text) {
  auto json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InternalError("the contract's answer is not JSON");
  return json;
}

const char* DirectionText(epcis::Direction direction) {
  switch (direction) {
    case epcis::Direction::kBackward:
      return "backward";
    case epcis::Direction::kForward:
      return "forward";
    case epcis::Direction::kPath:
      return "path";
    case epcis::Direction::kAll:
      return "all";
  }
  return "";
}

// The one event of a record, read by the rules it was captured by.
absl::StatusOr<epcis::Event> ReadEvent(const Json& event, const Json& namespaces) {
  Json context = Json::object();
  for (const auto& pair : namespaces) {
    context[pair.at(1).get<std::string>()] = pair.at(0);
  }
  const Json document{
      {"@context",
       {"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", std::move(context)}},
      {"type", "EPCISDocument"},
      {"schemaVersion", "2.0"},
      {"creationDate", "1970-01-01T00:00:00Z"},
      {"epcisBody", {{"eventList", Json::array({event})}}}};
  SUYUAN_ASSIGN_OR_RETURN(epcis::Document read, epcis::ReadDocument(Dump(document)));
  if (read.events.size() != 1) return absl::InternalError("a record holds no event");
  return std::move(read.events[0].event);
}

absl::StatusOr<RecordedEvent> FromJson(const Json& json) {
  RecordedEvent out;
  out.hash = json.at("eventHash");
  out.tx_id = json.at("txId");
  out.author_msp_id = json.at("author").at("mspId");
  out.author_id = json.at("author").at("id");
  for (const auto& pair : json.at("namespaces")) out.prefixes[pair.at(0)] = pair.at(1);
  if (json.contains("ignoredFields")) {
    out.ignored_fields = json.at("ignoredFields").get<std::vector<std::string>>();
  }
  SUYUAN_ASSIGN_OR_RETURN(out.event, ReadEvent(json.at("event"), json.at("namespaces")));
  out.event.record_time = json.at("recordTime").get<std::string>();
  return out;
}

// What throws on an answer of another shape, as an error.
template <typename F>
auto Guarded(F read) -> decltype(read()) {
  try {
    return read();
  } catch (const Json::exception& e) {
    return absl::InternalError(absl::StrCat("the contract's answer: ", e.what()));
  }
}

}  // namespace

std::string RecordedEventJson(const RecordedEvent& event,
                              const std::map<std::string, std::string>& prefixes) {
  Json head{{"eventHash", event.hash},
            {"txId", event.tx_id},
            {"author", {{"mspId", event.author_msp_id}, {"id", event.author_id}}}};
  if (event.wrong) head["declaredWrong"] = true;
  std::string text = Dump(head);
  text.pop_back();
  return absl::StrCat(text, ",", epcis::WriteEventJson(event.event, prefixes).substr(1));
}

absl::StatusOr<CaptureAnswer> EventsClient::Capture(const std::string& document,
                                                    const std::string& options) {
  absl::StatusOr<std::string> text = absl::UnknownError("");
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    text = contract_.Submit("Capture", {document, options}, session_.deadline());
    const auto error = sdk::GetGatewayError(text.status());
    if (!error || error->validation_code != ::protos::MVCC_READ_CONFLICT) break;
  }
  if (!text.ok()) return text.status();
  SUYUAN_ASSIGN_OR_RETURN(const Json json, ParseAnswer(*text));
  return Guarded([&]() -> absl::StatusOr<CaptureAnswer> {
    CaptureAnswer answer;
    for (const auto& result : json.at("results")) answer.results.push_back(Dump(result));
    answer.job = Dump(json.at("job"));
    answer.success = json.at("job").at("success");
    return answer;
  });
}

absl::StatusOr<EventsClient::Page> EventsClient::Query(const std::string& filters,
                                                       const std::string& bookmark) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text,
                          contract_.Evaluate("Query", {filters, bookmark}, session_.deadline()));
  SUYUAN_ASSIGN_OR_RETURN(const Json json, ParseAnswer(text));
  return Guarded([&]() -> absl::StatusOr<Page> {
    Page page;
    page.bookmark = json.at("bookmark");
    for (const auto& found : json.at("events")) {
      SUYUAN_ASSIGN_OR_RETURN(RecordedEvent event, FromJson(found.at("record")));
      event.wrong = found.at("wrong");
      page.events.push_back(std::move(event));
    }
    return page;
  });
}

absl::StatusOr<std::vector<RecordedEvent>> EventsClient::GetEvents(
    const std::vector<std::string>& hashes) {
  std::vector<RecordedEvent> out;
  for (size_t from = 0; from < hashes.size(); from += kEventsPerCall) {
    const size_t to = std::min(hashes.size(), from + kEventsPerCall);
    const Json wanted(std::vector<std::string>(hashes.begin() + static_cast<ptrdiff_t>(from),
                                               hashes.begin() + static_cast<ptrdiff_t>(to)));
    SUYUAN_ASSIGN_OR_RETURN(const std::string text,
                            contract_.Evaluate("GetEvents", {Dump(wanted)}, session_.deadline()));
    SUYUAN_ASSIGN_OR_RETURN(const Json list, ParseAnswer(text));
    for (const auto& record : list) {
      SUYUAN_ASSIGN_OR_RETURN(RecordedEvent event, Guarded([&] { return FromJson(record); }));
      out.push_back(std::move(event));
    }
  }
  return out;
}

absl::StatusOr<EventsClient::Answer> EventsClient::AskTrace(epcis::Direction direction,
                                                            const std::string& epc,
                                                            const std::set<std::string>& without) {
  SUYUAN_ASSIGN_OR_RETURN(
      const std::string text,
      contract_.Evaluate("TraceNumbers", {DirectionText(direction), epc, Dump(Json(without))},
                         session_.deadline()));
  SUYUAN_ASSIGN_OR_RETURN(const Json json, ParseAnswer(text));
  // Edges are places in lists; one that is not there throws.
  return Guarded([&]() -> absl::StatusOr<Answer> {
    const Json &ids = json.at("ids"), &epcs = json.at("epcs"), &hashes = json.at("hashes");
    const Json &times = json.at("times"), &edges = json.at("edges");
    Answer answer;
    epcis::Trace& trace = answer.trace.trace;
    trace.root = ids.at(0);
    for (size_t i = 0; i < ids.size(); ++i) {
      const Json& epc = epcs.at(i);
      trace.nodes.push_back({ids[i], epc == "" ? ids[i] : epc});
    }
    for (size_t i = 0; i < hashes.size(); ++i) {
      trace.events.push_back({hashes[i], times.at(i)});
      answer.trace.transactions[hashes[i].get<std::string>()] =
          json.at("transactions").at(json.at("txs").at(i).get<size_t>());
    }
    for (size_t i = 0; i < edges.size(); i += 4) {
      const auto place = [&edges, i](size_t field) { return edges.at(i + field).get<size_t>(); };
      trace.edges.push_back({ids.at(place(0)), ids.at(place(1)), hashes.at(place(2)),
                             json.at("reasons").at(place(3))});
    }
    answer.rests_on = json.at("transactions").get<std::vector<std::string>>();
    return answer;
  });
}

absl::Status EventsClient::AwaitBlock(uint64_t number) {
  sdk::EventOptions from;
  from.start_block = number;
  SUYUAN_ASSIGN_OR_RETURN(const auto blocks, session_.network().FilteredBlockEvents(from));
  const auto block = blocks->Next(absl::Now() + absl::Seconds(5));
  // A peer answers at once when it has not got so far, or waits for the block.
  if (absl::IsDeadlineExceeded(block.status()) ||
      absl::StrContains(block.status().message(), "NOT_FOUND")) {
    return absl::OutOfRangeError(absl::StrCat("there is no block ", number, " yet"));
  }
  SUYUAN_RETURN_IF_ERROR(block.status());
  // The next call goes to a peer that has what the gateway reported as committed.
  for (const sdk::FilteredTransaction& tx : block->transactions) {
    if (tx.transaction_id.empty()) continue;
    return BlockOf(tx.transaction_id).status();
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> EventsClient::BlockOf(const std::string& transaction) {
  const auto known = blocks_.find(transaction);
  if (known != blocks_.end()) return known->second;
  SUYUAN_ASSIGN_OR_RETURN(const sdk::CommitStatus status,
                          session_.network().GetCommit(transaction).Status(session_.deadline()));
  return blocks_[transaction] = status.block_number;
}

absl::StatusOr<RecordedTrace> EventsClient::Trace(epcis::Direction direction,
                                                  const std::string& epc,
                                                  std::optional<uint64_t> at) {
  std::set<std::string> later;
  if (at) SUYUAN_RETURN_IF_ERROR(AwaitBlock(*at));
  while (true) {
    SUYUAN_ASSIGN_OR_RETURN(Answer answer, AskTrace(direction, epc, later));
    if (!at) return std::move(answer.trace);
    bool found = false;
    for (const std::string& transaction : answer.rests_on) {
      SUYUAN_ASSIGN_OR_RETURN(const uint64_t block, BlockOf(transaction));
      if (block > *at) found |= later.insert(transaction).second;
    }
    if (!found) return std::move(answer.trace);
  }
}

}  // namespace suyuan
