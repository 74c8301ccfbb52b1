// What lineage needs to know of an event: the least that a store must keep at hand.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/epcis/event.h"

namespace suyuan::epcis {

struct FactsMember {
  std::string id;        // UnitId()
  std::string epc;       // as the event wrote it
  std::string quantity;  // canonical decimal; empty: none stated
};

struct FactsLot {
  std::string lot;
  std::string item;
};

struct EventFacts {
  std::string hash;
  int64_t time_ms = 0;
  EventType type = EventType::kObject;
  bool removes = false;  // action DELETE
  FactsMember parent;    // id empty: none
  // Objects or children; sorted, each unit once. Of a transformation: empty.
  std::vector<FactsMember> members;
  std::vector<FactsMember> inputs, outputs;  // of a transformation
  std::string transformation_id;
  std::vector<FactsLot> lots;  // by the lot number in the master data
};

EventFacts FactsOf(const Event& event, absl::string_view hash);

// Of the instance/lot master data; empty: none.
std::string LotNumberOf(const Event& event);

// Names under which a store must find the event, sorted, each once: its units, and
// TransformationName() where it has a transformationID.
std::vector<std::string> NamesOf(const EventFacts& facts);

// No unit's name is like it.
std::string TransformationName(absl::string_view transformation_id);

// Compact text and back. Numbers are decimal and end in ';', texts are led by their length in
// bytes ("3:abc"), lists by the number of their elements:
//   FACTS   := kind removes time_ms hash transformation_id MEMBER MEMBERS MEMBERS MEMBERS LOTS
//              (the parent; members, inputs, outputs)
//   MEMBER  := id epc quantity; epc is empty where it is the same as the id
//   LOTS    := count (lot item)*
//   kInternal  not such a text
std::string FactsToText(const EventFacts& facts);
absl::StatusOr<EventFacts> FactsFromText(absl::string_view text);

}  // namespace suyuan::epcis
