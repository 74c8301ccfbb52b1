// Small documents to start from, in both syntaxes.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/document.h"

namespace suyuan::epcis {

// A document of these events, each a JSON object's text.
inline std::string JsonDocument(const std::string& events) {
  return absl::StrCat(R"({"@context":["https://ref.gs1.org/standards/epcis/2.0.0/)"
                      R"(epcis-context.jsonld",{"ex":"https://example.com/ns/"}],)"
                      R"("type":"EPCISDocument","schemaVersion":"2.0",)"
                      R"("creationDate":"2026-01-01T00:00:00Z","epcisBody":{"eventList":[)",
                      events, "]}}");
}

inline std::string XmlDocument(const std::string& events) {
  return absl::StrCat(R"(<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" )"
                      R"(xmlns:x="https://example.com/ns/" schemaVersion="2.0" )"
                      R"(creationDate="2026-01-01T00:00:00Z"><EPCISBody><EventList>)",
                      events, "</EventList></EPCISBody></e:EPCISDocument>");
}

// The one event of a document, or why it was refused.
inline absl::StatusOr<Event> OneEvent(const std::string& document) {
  auto read = ReadDocument(document);
  if (!read.ok()) return read.status();
  if (read->events.size() != 1) return absl::InternalError("not one event");
  return read->events[0].event;
}

// An event's JSON: type and time, then `fields`.
inline std::string EventJson(const std::string& type, const std::string& fields,
                             const std::string& time = "2026-03-01T10:00:00+08:00") {
  return absl::StrCat(R"({"type":")", type, R"(","eventTime":")", time,
                      R"(","eventTimeZoneOffset":"+08:00",)", fields, "}");
}

}  // namespace suyuan::epcis
