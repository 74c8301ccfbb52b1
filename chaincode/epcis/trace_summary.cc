#include "chaincode/epcis/trace_summary.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "chaincode/epcis/scalar.h"
#include "chaincode/epcis/vocabulary.h"

namespace suyuan::epcis {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kChannelSteps[] = {"arriving",       "departing", "loading",
                                         "receiving",      "shipping",  "transporting",
                                         "retail_selling", "unloading", "void_shipping"};

std::string StepOf(const Event& event) { return BareTerm(Vocabulary::kBizStep, event.biz_step); }

bool IsChannel(const Event& event) {
  const std::string step = StepOf(event);
  return event.type != EventType::kTransformation &&
         std::find(std::begin(kChannelSteps), std::end(kChannelSteps), step) !=
             std::end(kChannelSteps);
}

bool IsProcess(const Event& event) {
  if (event.type == EventType::kObject || event.type == EventType::kTransaction) {
    return event.action == "ADD" || event.action == "DELETE";
  }
  return event.type == EventType::kTransformation || event.action != "OBSERVE";
}

Json Head(const SummaryEvent& one) {
  const auto time = ParseTime(one.event->event_time);
  Json row{{"time", time.ok() ? FormatTime(*time) : one.event->event_time}, {"event", one.hash}};
  return row;
}

void Add(Json* row, const char* name, const std::string& text) {
  if (!text.empty()) (*row)[name] = text;
}

Json EventRow(const SummaryEvent& one) {
  const Event& event = *one.event;
  Json row = Head(one);
  row["type"] = EventTypeName(event.type);
  Add(&row, "step", StepOf(event));
  Add(&row, "place", PlaceOf(event));
  Add(&row, "author", one.author);
  Json units = Json::array();
  for (const auto* list : {&event.epcs, &event.child_epcs, &event.input_epcs, &event.output_epcs}) {
    for (const std::string& epc : *list) units.push_back(epc);
  }
  for (const auto* list : {&event.quantities, &event.child_quantities, &event.input_quantities,
                           &event.output_quantities}) {
    for (const Quantity& quantity : *list) units.push_back(quantity.epc_class);
  }
  if (!event.parent_id.empty()) units.push_back(event.parent_id);
  row["units"] = std::move(units);
  return row;
}

const char* ObjectRole(const Event& event) {
  if (event.type == EventType::kObject && event.action == "ADD") return "made";
  if (event.type == EventType::kObject && event.action == "DELETE") return "ended";
  return IsChannel(event) ? "moved" : "seen";
}

void AddFlow(const SummaryEvent& one, const std::vector<Quantity>& quantities, const char* role,
             Json* flow) {
  for (const Quantity& quantity : quantities) {
    Json row = Head(one);
    Add(&row, "step", StepOf(*one.event));
    Add(&row, "place", PlaceOf(*one.event));
    Add(&row, "author", one.author);
    row["unit"] = quantity.epc_class;
    row["role"] = role;
    const auto decimal = CanonicalDecimal(quantity.quantity);
    if (decimal.ok()) row["quantity"] = *decimal;
    Add(&row, "uom", quantity.uom);
    flow->push_back(std::move(row));
  }
}

}  // namespace

std::string TraceSummaryJson(const std::vector<SummaryEvent>& events) {
  Json process = Json::array(), use = Json::array(), channel = Json::array(), flow = Json::array(),
       places = Json::array();
  std::map<std::string, size_t> known;  // place to its row
  for (const SummaryEvent& one : events) {
    const Event& event = *one.event;
    (IsChannel(event) ? channel : IsProcess(event) ? process : use).push_back(EventRow(one));
    AddFlow(one, event.quantities, ObjectRole(event), &flow);
    AddFlow(one, event.child_quantities, event.action == "DELETE" ? "unpacked" : "packed", &flow);
    AddFlow(one, event.input_quantities, "in", &flow);
    AddFlow(one, event.output_quantities, "out", &flow);
    const std::string place = PlaceOf(event);
    if (place.empty()) continue;
    const auto [row, fresh] = known.emplace(place, places.size());
    if (fresh) places.push_back({{"place", place}, {"from", Head(one)["time"]}, {"events", 0}});
    places[row->second]["events"] = places[row->second]["events"].get<int>() + 1;
  }
  const Json summary{{"process", std::move(process)},
                     {"use", std::move(use)},
                     {"places", std::move(places)},
                     {"channel", std::move(channel)},
                     {"flow", std::move(flow)}};
  return summary.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace suyuan::epcis
