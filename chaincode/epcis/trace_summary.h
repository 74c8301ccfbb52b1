// What a trace's events tell, sorted for people: how it was made, what was done with it, where it
// was, through whose hands it went, and how much of what moved.
#pragma once

#include <string>
#include <vector>

#include "chaincode/epcis/event.h"

namespace suyuan::epcis {

struct SummaryEvent {
  const Event* event = nullptr;
  std::string hash;
  std::string author;  // organisation that recorded it; empty: not known
};

// `events` by time. {"process":[rows],"use":[rows],"places":[{"place","from","events"}],
// "channel":[rows],"flow":[rows]}
//   process  transformations, makings, packing, fitting, endings
//   channel  shipping, receiving, selling, and the transport between
//   use      all other events
//   places   in the order they were reached, with the number of events there
//   flow     one row for each unit with an amount: {"time","event","step","place","author","unit",
//            "role","quantity","uom"}; role: in, out, packed, unpacked, made, ended, moved, seen
// Other rows: {"time","event","type","step","place","author","units"}.
std::string TraceSummaryJson(const std::vector<SummaryEvent>& events);

}  // namespace suyuan::epcis
