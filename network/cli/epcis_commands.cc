// suyuan epcis hash, check, json: documents of events, without a network.
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "chaincode/epcis/document.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/scalar.h"
#include "network/cli/command.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Line = nlohmann::ordered_json;

void Print(const Line& line) {
  std::cout << line.dump(-1, ' ', false, Line::error_handler_t::replace) << "\n";
}

absl::StatusOr<epcis::Document> ReadFileDocument(const std::string& file) {
  SUYUAN_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  return epcis::ReadDocument(text);
}

std::string Text(const absl::Status& status) { return std::string(status.message()); }

absl::Status Hash(const std::string& file) {
  SUYUAN_ASSIGN_OR_RETURN(const epcis::Document document, ReadFileDocument(file), file);
  size_t refused = 0;
  for (const epcis::ReadEventResult& read : document.events) {
    if (!read.event.ok()) {
      ++refused;
      Print({{"valid", false}, {"reason", Text(read.event.status())}});
      continue;
    }
    const epcis::EventHash hash = epcis::HashEvent(*read.event, document.ignored_fields);
    Print({{"eventHash", hash.uri}, {"preHash", hash.pre_hash}});
  }
  if (refused == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(file, ": ", refused, " of ", document.events.size(), " events refused"));
}

// Prints a line per event; returns how many were refused.
size_t CheckFile(const std::string& file) {
  const auto document = ReadFileDocument(file);
  if (!document.ok()) {
    Print({{"file", file}, {"valid", false}, {"reason", Text(document.status())}});
    return 1;
  }
  size_t refused = 0;
  for (const epcis::ReadEventResult& read : document->events) {
    Line line{{"file", file}, {"event", read.path}, {"valid", read.event.ok()}};
    if (read.event.ok()) {
      line["eventHash"] = epcis::HashEvent(*read.event, document->ignored_fields).uri;
    } else {
      line["reason"] = Text(read.event.status());
      ++refused;
    }
    Print(line);
  }
  return refused;
}

absl::Status Check(const std::vector<std::string>& files) {
  size_t refused = 0;
  for (const std::string& file : files) refused += CheckFile(file);
  if (refused == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(refused, " refused"));
}

absl::Status Convert(const std::string& file) {
  SUYUAN_ASSIGN_OR_RETURN(const epcis::Document document, ReadFileDocument(file), file);
  std::vector<epcis::Event> events;
  for (const epcis::ReadEventResult& read : document.events) {
    SUYUAN_RETURN_IF_ERROR(read.event.status(), file);
    events.push_back(*read.event);
  }
  std::cout << epcis::WriteDocumentJson(events, epcis::FormatTime(absl::ToUnixMillis(absl::Now())),
                                        document.prefixes, document.ignored_fields)
            << "\n";
  return absl::OkStatus();
}

}  // namespace

void AddEpcisCommands(CLI::App& app) {
  auto file = std::make_shared<std::string>();
  Command(app, "epcis hash",
          "Event hash (CBV 2.0) and its pre-hash string, one JSON line for each event",
          [file] { return Hash(*file); })
      ->add_option("file", *file, "JSON-LD or XML document")
      ->required();
  auto files = std::make_shared<std::vector<std::string>>();
  Command(app, "epcis check", "One JSON line for each event: valid, or why not",
          [files] { return Check(*files); })
      ->add_option("file", *files, "JSON-LD or XML documents")
      ->required();
  auto source = std::make_shared<std::string>();
  Command(app, "epcis json", "The document's events as a JSON-LD document",
          [source] { return Convert(*source); })
      ->add_option("file", *source, "JSON-LD or XML document")
      ->required();
}

}  // namespace suyuan
