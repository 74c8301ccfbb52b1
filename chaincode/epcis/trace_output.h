// A trace as JSON for programs, and as a tree for people.
#pragma once

#include <map>
#include <string>

#include "chaincode/epcis/lineage.h"

namespace suyuan::epcis {

// {"root", "nodes": [{"id", "epc"}], "edges": [{"from", "to", "event", "reason"}],
// "events": [the JSON-LD event with its "eventHash"]}
std::string TraceJson(const Lineage& lineage, const Trace& trace,
                      const std::map<std::string, std::string>& prefixes);

// One line for each unit, indented below the one that it was reached from; a unit that was
// printed before is named, but not entered again.
std::string TraceTree(const Lineage& lineage, const Trace& trace, Direction direction);

}  // namespace suyuan::epcis
