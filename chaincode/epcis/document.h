// Documents of events in and out: JSON-LD (EPCIS 2.0) and XML (EPCIS 1.2 and 2.0) in, JSON-LD
// out with the same event hashes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "chaincode/epcis/document_tree.h"
#include "chaincode/epcis/event.h"

namespace suyuan::epcis {

struct ReadEventResult {
  std::string path;             // where in the document, e.g. "/epcisBody/eventList/3"
  absl::StatusOr<Event> event;  // or why not: "path of the field: rule"
};

struct Document {
  std::vector<ReadEventResult> events;  // in their order
  std::vector<std::string> ignored_fields;
  std::map<std::string, std::string> prefixes;  // namespace to prefix
};

// An EPCISDocument, EPCISQueryDocument, bare event or list of events; a byte order mark may
// lead it. Each event is read and checked for itself (event_reader.h), then by the profile of its
// trade (gdst_profile.h). Master data in a header is not read.
//   kInvalidArgument    not well-formed, or no such document
//   kResourceExhausted  beyond `limits`
absl::StatusOr<Document> ReadDocument(absl::string_view text, const DocumentLimits& limits = {});

// One event as a JSON object in which namespaces have the prefixes of `prefixes`.
std::string WriteEventJson(const Event& event, const std::map<std::string, std::string>& prefixes);

// Prefixes for all namespaces in `events`, those of `wanted` where they can be kept.
std::map<std::string, std::string> ChoosePrefixes(absl::Span<const Event> events,
                                                  const std::map<std::string, std::string>& wanted);

// An EPCISDocument; `creation_date` is its xsd:dateTimeStamp.
std::string WriteDocumentJson(absl::Span<const Event> events, absl::string_view creation_date,
                              const std::map<std::string, std::string>& wanted_prefixes = {},
                              const std::vector<std::string>& ignored_fields = {});

}  // namespace suyuan::epcis
