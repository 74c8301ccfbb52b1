#include "chaincode/epcis/event_facts.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan::epcis {
namespace {

using Members = std::vector<FactsMember>;
using Json = nlohmann::ordered_json;

// Lists of an event are sets: sorted, so that nothing depends on how it was written.
Members MembersOf(const std::vector<std::string>& epcs, const std::vector<Quantity>& quantities) {
  std::map<std::pair<std::string, std::string>, std::string> sorted;  // id and epc, quantity
  for (const std::string& epc : epcs) sorted.emplace(std::make_pair(UnitId(epc), epc), "");
  for (const Quantity& one : quantities) {
    const auto decimal = CanonicalDecimal(one.quantity);
    sorted.emplace(std::make_pair(UnitId(one.epc_class), one.epc_class),
                   decimal.ok() ? *decimal : "");
  }
  Members out;
  for (const auto& [names, quantity] : sorted) {
    if (out.empty() || out.back().id != names.first) {
      out.push_back({names.first, names.second, quantity});
    }
  }
  return out;
}

std::vector<FactsLot> LotsOf(const Event& event, const std::vector<std::string>& items) {
  const std::string number = LotNumberOf(event);
  std::vector<FactsLot> out;
  if (number.empty()) return out;
  for (const FactsMember& item : MembersOf(items, {})) {
    std::string lot = LotOf(item.id, number);
    if (!lot.empty()) out.push_back({std::move(lot), item.id});
  }
  return out;
}

Json ToJson(const Members& members) {
  Json list = Json::array();
  for (const FactsMember& member : members)
    list.push_back({member.id, member.epc, member.quantity});
  return list;
}

Members MembersFromJson(const nlohmann::json& list) {
  Members out;
  for (const auto& member : list) out.push_back({member.at(0), member.at(1), member.at(2)});
  return out;
}

}  // namespace

EventFacts FactsOf(const Event& event, absl::string_view hash) {
  EventFacts facts;
  facts.hash = std::string(hash);
  const auto time = ParseTime(event.event_time);
  facts.time_ms = time.ok() ? *time : 0;
  facts.type = event.type;
  facts.removes = event.action == "DELETE";
  if (!event.parent_id.empty()) facts.parent = {UnitId(event.parent_id), event.parent_id, ""};
  switch (event.type) {
    case EventType::kObject:
    case EventType::kTransaction:
      facts.members = MembersOf(event.epcs, event.quantities);
      facts.lots = LotsOf(event, event.epcs);
      break;
    case EventType::kTransformation:
      facts.inputs = MembersOf(event.input_epcs, event.input_quantities);
      facts.outputs = MembersOf(event.output_epcs, event.output_quantities);
      facts.transformation_id = event.transformation_id;
      facts.lots = LotsOf(event, event.output_epcs);
      break;
    case EventType::kAggregation:
    case EventType::kAssociation:
      facts.members = MembersOf(event.child_epcs, event.child_quantities);
      break;
  }
  return facts;
}

std::string LotNumberOf(const Event& event) {
  for (const Element& element : event.ilmd) {
    if (element.space == kMasterDataNamespace && element.name == "lotNumber") return element.text;
  }
  return "";
}

std::string TransformationName(absl::string_view transformation_id) {
  return absl::StrCat("=", UnitId(transformation_id));
}

std::vector<std::string> NamesOf(const EventFacts& facts) {
  std::set<std::string> names;
  if (!facts.parent.id.empty()) names.insert(facts.parent.id);
  for (const Members* list : {&facts.members, &facts.inputs, &facts.outputs}) {
    for (const FactsMember& member : *list) names.insert(member.id);
  }
  for (const FactsLot& link : facts.lots) names.insert(link.lot);
  if (!facts.transformation_id.empty()) names.insert(TransformationName(facts.transformation_id));
  return {names.begin(), names.end()};
}

std::string FactsToText(const EventFacts& facts) {
  Json json{{"h", facts.hash}, {"t", facts.time_ms}, {"k", static_cast<int>(facts.type)}};
  if (facts.removes) json["d"] = 1;
  if (!facts.parent.id.empty()) json["p"] = ToJson({facts.parent});
  if (!facts.members.empty()) json["m"] = ToJson(facts.members);
  if (!facts.inputs.empty()) json["i"] = ToJson(facts.inputs);
  if (!facts.outputs.empty()) json["o"] = ToJson(facts.outputs);
  if (!facts.transformation_id.empty()) json["x"] = facts.transformation_id;
  for (const FactsLot& link : facts.lots) json["l"].push_back({link.lot, link.item});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<EventFacts> FactsFromText(absl::string_view text) {
  try {
    const auto json = nlohmann::json::parse(text.begin(), text.end());
    EventFacts facts;
    facts.hash = json.at("h");
    facts.time_ms = json.at("t");
    const int kind = json.at("k");
    if (kind < 0 || kind > static_cast<int>(EventType::kAssociation)) {
      return absl::InternalError("facts of an event of unknown kind");
    }
    facts.type = static_cast<EventType>(kind);
    facts.removes = json.contains("d");
    const nlohmann::json none = nlohmann::json::array();
    const Members parent = MembersFromJson(json.value("p", none));
    if (!parent.empty()) facts.parent = parent.front();
    facts.members = MembersFromJson(json.value("m", none));
    facts.inputs = MembersFromJson(json.value("i", none));
    facts.outputs = MembersFromJson(json.value("o", none));
    facts.transformation_id = json.value("x", "");
    for (const auto& link : json.value("l", none)) facts.lots.push_back({link.at(0), link.at(1)});
    return facts;
  } catch (const nlohmann::json::exception& e) {
    return absl::InternalError(absl::StrCat("not the facts of an event: ", e.what()));
  }
}

}  // namespace suyuan::epcis
