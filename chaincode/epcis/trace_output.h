// A trace as JSON for programs, and as a tree for people.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "chaincode/epcis/lineage.h"

namespace suyuan::epcis {

// {"root", "nodes": [{"id", "epc"}], "edges": [{"from", "to", "event", "reason"}],
// "events": [the JSON-LD event with its "eventHash"]}
std::string TraceJson(const Lineage& lineage, const Trace& trace,
                      const std::map<std::string, std::string>& prefixes);

// Its first three fields, without braces.
std::string TraceGraphJson(const Trace& trace);

// The same in a third of the bytes or less. "ids":[ID...],"epcs":[as written; "" as the id...],
// "edges":[from, to, event, reason, from, to, ...],"reasons":[...],"hashes":[...],"times":[...].
// Edges hold places in ids, hashes and reasons; times are milliseconds since 1970.
std::string TraceNumbersJson(const TraceGraph& graph);

// One line for each unit, indented below the one that it was reached from; a unit that was
// printed before is named, but not entered again.
// `find` gives an event by its hash; nullptr: its place and step are left out.
using EventFinder = std::function<const Event*(const std::string& hash)>;
std::string TraceTree(const EventFinder& find, const Trace& trace, Direction direction);
std::string TraceTree(const Lineage& lineage, const Trace& trace, Direction direction);

}  // namespace suyuan::epcis
