// suyuan epcis capture, events: events into a network and out of it.
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "chaincode/epcis/document.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/scalar.h"
#include "network/cli/command.h"
#include "network/cli/events_client.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Json = nlohmann::ordered_json;

// Events of one transaction; a document with more goes in several, if it may be stored in part.
constexpr size_t kEventsPerCapture = 500;
constexpr size_t kBytesPerCapture = size_t{1} << 20;

struct CaptureFlags {
  std::string file, on_error = "rollback";
  bool strict = false;
  GatewayFlags gateway;
};

std::string OptionsJson(const CaptureFlags& flags) {
  return Json{{"onError", flags.on_error}, {"strict", flags.strict}}.dump();
}

// Part of a document, as a document of its own.
struct Part {
  std::vector<epcis::Event> events;
  std::vector<std::string> paths;  // of the events in the whole document
  size_t bytes = 0;
};

void PrintRefused(const epcis::ReadEventResult& read) {
  const Json line{{"event", read.path},
                  {"result", "refused"},
                  {"reason", std::string(read.event.status().message())}};
  std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

// Paths within the part become those of the document.
void PrintResults(const CaptureAnswer& answer, const Part& part) {
  for (size_t i = 0; i < answer.results.size() && i < part.paths.size(); ++i) {
    Json line = Json::parse(answer.results[i], nullptr, false);
    const std::string own = line.value("event", ""), reason = line.value("reason", "");
    line["event"] = part.paths[i];
    if (!reason.empty() && reason.rfind(own, 0) == 0) {
      line["reason"] = absl::StrCat(part.paths[i], reason.substr(own.size()));
    }
    std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  }
  std::cout << answer.job << "\n";
}

std::vector<Part> Split(epcis::Document* document, size_t* refused) {
  std::vector<Part> parts;
  for (epcis::ReadEventResult& read : document->events) {
    if (!read.event.ok()) {
      PrintRefused(read);
      ++*refused;
      continue;
    }
    const size_t bytes = epcis::WriteEventJson(*read.event, document->prefixes).size();
    if (parts.empty() || parts.back().events.size() == kEventsPerCapture ||
        parts.back().bytes + bytes > kBytesPerCapture) {
      parts.emplace_back();
    }
    parts.back().events.push_back(*std::move(read.event));
    parts.back().paths.push_back(read.path);
    parts.back().bytes += bytes;
  }
  return parts;
}

absl::Status CaptureInParts(const CaptureFlags& flags, epcis::Document document,
                            EventsClient* client) {
  size_t refused = 0, done = 0;
  const size_t all = document.events.size();
  const std::vector<Part> parts = Split(&document, &refused);
  bool success = refused == 0;
  for (const Part& part : parts) {
    const std::string text =
        epcis::WriteDocumentJson(part.events, epcis::FormatTime(absl::ToUnixMillis(absl::Now())),
                                 document.prefixes, document.ignored_fields);
    SUYUAN_ASSIGN_OR_RETURN(const CaptureAnswer answer, client->Capture(text, OptionsJson(flags)));
    PrintResults(answer, part);
    success = success && answer.success;
    done += part.events.size();
    std::cerr << done << " of " << all << " events\n";
  }
  if (success) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(flags.file, ": some events are refused"));
}

absl::Status RunCapture(const CaptureFlags& flags) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(flags.file));
  SUYUAN_ASSIGN_OR_RETURN(epcis::Document document, epcis::ReadDocument(text), flags.file);
  const bool fits = document.events.size() <= kEventsPerCapture && text.size() <= kBytesPerCapture;
  if (!fits && flags.on_error != "proceed") {
    return absl::InvalidArgumentError(absl::StrCat(
        flags.file, ": ", document.events.size(), " events, ", text.size(),
        " bytes: all or none of them is possible up to ", kEventsPerCapture, " events and ",
        kBytesPerCapture, " bytes; use --on-error proceed, or split the file"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const GatewaySession session, OpenGatewaySession(flags.gateway));
  EventsClient client(&session);
  if (!fits) return CaptureInParts(flags, std::move(document), &client);
  // As it is: the contract reads both syntaxes, and its refusals name the file's own fields.
  SUYUAN_ASSIGN_OR_RETURN(const CaptureAnswer answer, client.Capture(text, OptionsJson(flags)));
  for (const std::string& line : answer.results) std::cout << line << "\n";
  std::cout << answer.job << "\n";
  if (answer.success) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(flags.file, ": some events are refused"));
}

struct QueryFlags {
  std::string epc, biz_step, disposition, read_point, biz_location, author, type, lot, from, before;
  size_t limit = 0;  // 0: all
  bool document = false;
  GatewayFlags gateway;
};

std::string FiltersJson(const QueryFlags& flags) {
  Json json = Json::object();
  const std::pair<const char*, const std::string*> kFilters[] = {
      {"epc", &flags.epc},
      {"bizStep", &flags.biz_step},
      {"disposition", &flags.disposition},
      {"readPoint", &flags.read_point},
      {"bizLocation", &flags.biz_location},
      {"author", &flags.author},
      {"type", &flags.type},
      {"lotNumber", &flags.lot},
      {"from", &flags.from},
      {"before", &flags.before},
  };
  for (const auto& [name, value] : kFilters) {
    if (!value->empty()) json[name] = *value;
  }
  json["limit"] = flags.limit > 0 && flags.limit < 200 ? flags.limit : 200;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::Status RunEvents(const QueryFlags& flags) {
  SUYUAN_ASSIGN_OR_RETURN(const GatewaySession session, OpenGatewaySession(flags.gateway));
  EventsClient client(&session);
  const std::string filters = FiltersJson(flags);
  std::string bookmark;
  std::vector<RecordedEvent> kept;
  size_t count = 0;
  do {
    SUYUAN_ASSIGN_OR_RETURN(EventsClient::Page page, client.Query(filters, bookmark));
    for (RecordedEvent& event : page.events) {
      if (flags.limit > 0 && count == flags.limit) break;
      ++count;
      if (!flags.document) {
        std::cout << RecordedEventJson(event, event.prefixes) << "\n";
      } else if (!event.wrong) {
        kept.push_back(std::move(event));
      }
    }
    bookmark = page.bookmark;
  } while (!bookmark.empty() && (flags.limit == 0 || count < flags.limit));
  if (!flags.document) return absl::OkStatus();
  std::vector<epcis::Event> events;
  std::map<std::string, std::string> prefixes;
  std::set<std::string> ignored;
  for (RecordedEvent& event : kept) {
    prefixes.merge(event.prefixes);
    ignored.insert(event.ignored_fields.begin(), event.ignored_fields.end());
    events.push_back(std::move(event.event));
  }
  // A document has one list of ignored fields for all its events.
  const std::vector<std::string> ignored_fields(ignored.begin(), ignored.end());
  for (size_t i = 0; i < events.size(); ++i) {
    if (epcis::HashEvent(events[i], ignored_fields).uri == kept[i].hash) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("--document: ", kept[i].hash, " was captured with other ignoreFields than ",
                     "the rest, and would have another hash beside them; ask for fewer events"));
  }
  std::cout << epcis::WriteDocumentJson(events, epcis::FormatTime(absl::ToUnixMillis(absl::Now())),
                                        prefixes, ignored_fields)
            << "\n";
  return absl::OkStatus();
}

void AddCapture(CLI::App& app) {
  auto flags = std::make_shared<CaptureFlags>();
  CLI::App* command =
      Command(app, "epcis capture",
              "Events of a document into the ledger; one JSON line for each event, then the job",
              [flags] { return RunCapture(*flags); });
  command->add_option("file", flags->file, "JSON-LD or XML document")->required();
  command
      ->add_option("--on-error", flags->on_error, "rollback: all or none; proceed: all that may be")
      ->check(CLI::IsMember({"rollback", "proceed"}));
  command->add_flag("--strict", flags->strict, "refuse units that no event in the ledger has made");
  AddGatewayFlags(command, &flags->gateway);
}

void AddEvents(CLI::App& app) {
  auto flags = std::make_shared<QueryFlags>();
  CLI::App* command =
      Command(app, "epcis events",
              "Events in the ledger by what they say, by their time; one JSON line each",
              [flags] { return RunEvents(*flags); });
  command->add_option("--epc", flags->epc, "unit: EPC URI, Digital Link or element string");
  command->add_option("--biz-step", flags->biz_step, "business step, e.g. shipping");
  command->add_option("--disposition", flags->disposition, "disposition, e.g. in_transit");
  command->add_option("--read-point", flags->read_point, "place where it was seen");
  command->add_option("--biz-location", flags->biz_location, "place where it is since");
  command->add_option("--author", flags->author, "MSP id of the organisation that captured it");
  command->add_option("--type", flags->type, "ObjectEvent, AggregationEvent, ...");
  command->add_option("--lot", flags->lot, "lot number in the master data");
  command->add_option("--from", flags->from, "not before this time (2026-03-01T00:00:00Z)");
  command->add_option("--before", flags->before, "before this time");
  command->add_option("--limit", flags->limit, "at most so many (all)");
  command->add_flag("--document", flags->document,
                    "one JSON-LD document of those that were not declared wrong");
  AddGatewayFlags(command, &flags->gateway);
}

}  // namespace

void AddEpcisNetworkCommands(CLI::App& app) {
  AddCapture(app);
  AddEvents(app);
}

}  // namespace suyuan
