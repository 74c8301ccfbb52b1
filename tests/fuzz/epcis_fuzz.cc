// Documents of events, JSON-LD and XML: read, hashed, written, read again, traced.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chaincode/epcis/document.h"
#include "chaincode/epcis/event_hash.h"
#include "chaincode/epcis/lineage.h"
#include "chaincode/epcis/trace_output.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace epcis = suyuan::epcis;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  epcis::DocumentLimits limits;
  limits.max_bytes = 1 << 20;
  const auto document = epcis::ReadDocument(input, limits);
  if (!document.ok()) return 0;
  std::vector<epcis::Event> events;
  std::vector<std::string> hashes;
  for (const epcis::ReadEventResult& read : document->events) {
    if (!read.event.ok()) continue;
    events.push_back(*read.event);
    hashes.push_back(epcis::HashEvent(*read.event, document->ignored_fields).uri);
  }
  if (events.empty()) return 0;
  epcis::ReadDocument(epcis::WriteDocumentJson(events, "2026-01-01T00:00:00Z", document->prefixes,
                                               document->ignored_fields),
                      limits)
      .status()
      .IgnoreError();
  std::vector<std::string> roots = events[0].epcs;
  roots.insert(roots.end(), events[0].output_epcs.begin(), events[0].output_epcs.end());
  roots.push_back(events[0].parent_id);
  const epcis::Lineage lineage(std::move(events), std::move(hashes));
  epcis::LineageLimits lineage_limits;
  lineage_limits.max_nodes = 10'000;
  for (const std::string& root : roots) {
    for (const auto direction : {epcis::Direction::kBackward, epcis::Direction::kForward,
                                 epcis::Direction::kPath, epcis::Direction::kAll}) {
      const auto trace = lineage.Walk(root, direction, lineage_limits);
      if (!trace.ok()) continue;
      epcis::TraceJson(lineage, *trace, {});
      epcis::TraceTree(lineage, *trace, direction);
    }
  }
  return 0;
}
