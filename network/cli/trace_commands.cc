// suyuan trace: over the events of a network, or of documents without one.
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/document.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/lineage.h"
#include "chaincode/epcis/trace_output.h"
#include "chaincode/epcis/trace_summary.h"
#include "network/cli/command.h"
#include "network/cli/events_client.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

struct TraceOptions {
  std::vector<std::string> files;
  std::string epc;
  std::string at;
  bool tree = false, summary = false;
  GatewayFlags gateway;
};

absl::Status TraceFiles(const TraceOptions& options, epcis::Direction direction) {
  std::vector<epcis::Event> events;
  std::vector<std::string> hashes;
  std::map<std::string, std::string> prefixes;
  for (const std::string& file : options.files) {
    SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    SUYUAN_ASSIGN_OR_RETURN(epcis::Document document, epcis::ReadDocument(text), file);
    for (epcis::ReadEventResult& read : document.events) {
      if (!read.event.ok()) {
        std::cerr << "suyuan: " << file << ": left out: " << read.event.status().message() << "\n";
        continue;
      }
      hashes.push_back(epcis::HashEvent(*read.event, document.ignored_fields).uri);
      events.push_back(*std::move(read.event));
    }
    prefixes.merge(document.prefixes);
  }
  const epcis::Lineage lineage(std::move(events), std::move(hashes));
  SUYUAN_ASSIGN_OR_RETURN(const epcis::Trace trace, lineage.Walk(options.epc, direction));
  if (options.summary) {
    std::vector<epcis::SummaryEvent> summary;
    for (const epcis::TraceEvent& event : trace.events) {
      summary.push_back({&lineage.Find(event.hash)->event, event.hash, ""});
    }
    std::cout << epcis::TraceSummaryJson(summary) << "\n";
    return absl::OkStatus();
  }
  std::cout << (options.tree ? epcis::TraceTree(lineage, trace, direction)
                             : epcis::TraceJson(lineage, trace, prefixes) + "\n");
  return absl::OkStatus();
}

// As TraceJson() of files, and where each event is in the ledger and whose it is.
std::string NetworkTraceJson(const RecordedTrace& found,
                             const std::vector<RecordedEvent>& recorded) {
  std::vector<epcis::Event> events;
  std::map<std::string, std::string> wanted;
  for (const RecordedEvent& one : recorded) {
    events.push_back(one.event);
    wanted.insert(one.prefixes.begin(), one.prefixes.end());
  }
  const auto prefixes = epcis::ChoosePrefixes(events, wanted);
  std::string list;
  for (size_t i = 0; i < events.size(); ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ",", RecordedEventJson(recorded[i], prefixes));
  }
  return absl::StrCat("{", epcis::TraceGraphJson(found.trace), ",\"events\":[", list, "]}");
}

absl::StatusOr<std::optional<uint64_t>> BlockOf(const std::string& text) {
  if (text.empty()) return std::optional<uint64_t>();
  uint64_t block = 0;
  if (!absl::SimpleAtoi(text, &block)) {
    return absl::InvalidArgumentError(absl::StrCat("--at: '", text, "' is no block number"));
  }
  return std::optional<uint64_t>(block);
}

absl::Status TraceNetwork(const TraceOptions& options, epcis::Direction direction) {
  SUYUAN_ASSIGN_OR_RETURN(const auto at, BlockOf(options.at));
  SUYUAN_ASSIGN_OR_RETURN(const GatewaySession session, OpenGatewaySession(options.gateway));
  EventsClient client(&session);
  SUYUAN_ASSIGN_OR_RETURN(const RecordedTrace found, client.Trace(direction, options.epc, at));
  std::vector<std::string> hashes;
  for (const epcis::TraceEvent& event : found.trace.events) hashes.push_back(event.hash);
  if (hashes.size() > 1000) std::cerr << "reading " << hashes.size() << " events\n";
  SUYUAN_ASSIGN_OR_RETURN(const auto recorded, client.GetEvents(hashes));
  if (options.summary) {
    std::vector<epcis::SummaryEvent> summary;
    for (const RecordedEvent& one : recorded) {
      summary.push_back({&one.event, one.hash, one.author_msp_id});
    }
    std::cout << epcis::TraceSummaryJson(summary) << "\n";
    return absl::OkStatus();
  }
  if (!options.tree) {
    std::cout << NetworkTraceJson(found, recorded) << "\n";
    return absl::OkStatus();
  }
  std::map<std::string, const epcis::Event*> by_hash;
  for (const RecordedEvent& one : recorded) by_hash[one.hash] = &one.event;
  std::cout << epcis::TraceTree(
      [&by_hash](const std::string& hash) {
        const auto event = by_hash.find(hash);
        return event == by_hash.end() ? nullptr : event->second;
      },
      found.trace, direction);
  return absl::OkStatus();
}

absl::Status RunTrace(const TraceOptions& options, epcis::Direction direction) {
  if (options.files.empty()) return TraceNetwork(options, direction);
  if (!options.at.empty()) {
    return absl::InvalidArgumentError("--at: documents have no blocks");
  }
  return TraceFiles(options, direction);
}

}  // namespace

void AddTraceCommands(CLI::App& app) {
  constexpr struct {
    const char* path;
    epcis::Direction direction;
    const char* help;
  } kDirections[] = {
      {"trace backward", epcis::Direction::kBackward, "What went into it, to the first sources"},
      {"trace forward", epcis::Direction::kForward, "What was made of it, and where it went"},
      {"trace path", epcis::Direction::kPath, "Its own events, and those of what it travelled in"},
      {"trace all", epcis::Direction::kAll, "All that is connected with it"},
  };
  auto options = std::make_shared<TraceOptions>();
  for (const auto& [path, direction, help] : kDirections) {
    auto* command = Command(app, path, help, [options, direction = direction] {
      return RunTrace(*options, direction);
    });
    command->add_option("epc", options->epc, "EPC URI, Digital Link or element string")->required();
    command->add_flag("--tree", options->tree, "a tree for people instead of JSON");
    command->add_flag("--summary", options->summary,
                      "its events by process, use, places and channel, and what moved where");
    command->add_option("--at", options->at, "as it was after this block");
    command->footer(
        "Network, user and --file: see 'suyuan trace --help'; they may stand here too.");
    command->fallthrough();
  }
  CLI::App* group = app.get_subcommand("trace");
  AddGatewayFlags(group, &options->gateway);
  group->add_option("--file", options->files, "JSON-LD or XML documents, instead of a network");
}

}  // namespace suyuan
