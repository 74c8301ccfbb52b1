#include "chaincode/contracts/trace/events/event_lines.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "chaincode/epcis/event_facts.h"
#include "chaincode/epcis/identifier.h"
#include "chaincode/gs1/identifier.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace {

using Parsed = absl::StatusOr<gs1::Identifier>;

// `id`: `epc`, parsed.
EventLine LineOf(const std::string& field, const std::string& epc, const Parsed& id) {
  EventLine line;
  line.field = field;
  line.epc = epc;
  line.id = id.ok() ? gs1::CanonicalUri(*id) : epc;  // epcis::UnitId()
  if (id.ok() && gs1::IsTradeItem(id->scheme)) line.gtin = id->key;
  return line;
}

absl::Status AddItems(const char* field, const std::vector<std::string>& epcs,
                      std::vector<EventLine>* lines) {
  for (size_t i = 0; i < epcs.size(); ++i) {
    const Parsed id = gs1::ParseIdentifier(epcs[i]);
    lines->push_back(LineOf(absl::StrCat(field, "/", i), epcs[i], id));
  }
  return absl::OkStatus();
}

absl::Status ReadAmount(const std::string& quantity, EventLine* line) {
  if (quantity.empty()) return absl::OkStatus();
  auto amount = Amount::Parse(quantity);
  if (!amount.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(line->field, "/quantity: ", amount.status().message()));
  }
  if (*amount < Amount()) {
    return absl::InvalidArgumentError(absl::StrCat(line->field, "/quantity: is below zero"));
  }
  line->amount = *amount;
  return absl::OkStatus();
}

absl::Status AddLots(const char* field, const std::vector<epcis::Quantity>& quantities,
                     std::vector<EventLine>* lines) {
  for (size_t i = 0; i < quantities.size(); ++i) {
    const Parsed id = gs1::ParseIdentifier(quantities[i].epc_class);
    EventLine line = LineOf(absl::StrCat(field, "/", i), quantities[i].epc_class, id);
    line.lot = true;
    line.uom = quantities[i].uom;
    line.gs1 = id.ok() && id->scheme == gs1::Scheme::kLgtin;
    line.product_class = id.ok() && gs1::LevelOf(*id) == gs1::Level::kClass;
    SUYUAN_RETURN_IF_ERROR(ReadAmount(quantities[i].quantity, &line));
    lines->push_back(std::move(line));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EventLine>> Lines(const char* items_field,
                                             const std::vector<std::string>& items,
                                             const char* lots_field,
                                             const std::vector<epcis::Quantity>& lots) {
  std::vector<EventLine> lines;
  SUYUAN_RETURN_IF_ERROR(AddItems(items_field, items, &lines));
  SUYUAN_RETURN_IF_ERROR(AddLots(lots_field, lots, &lines));
  return lines;
}

std::string ChildText(const epcis::Element& element, const char* name) {
  for (const epcis::Element& child : element.children) {
    if (child.name == name) return child.text;
  }
  return "";
}

}  // namespace

absl::StatusOr<std::vector<EventLine>> ObjectLines(const epcis::Event& event) {
  return Lines("epcList", event.epcs, "quantityList", event.quantities);
}

absl::StatusOr<std::vector<EventLine>> ChildLines(const epcis::Event& event) {
  return Lines("childEPCs", event.child_epcs, "childQuantityList", event.child_quantities);
}

absl::StatusOr<std::vector<EventLine>> InputLines(const epcis::Event& event) {
  return Lines("inputEPCList", event.input_epcs, "inputQuantityList", event.input_quantities);
}

absl::StatusOr<std::vector<EventLine>> OutputLines(const epcis::Event& event) {
  return Lines("outputEPCList", event.output_epcs, "outputQuantityList", event.output_quantities);
}

absl::StatusOr<std::vector<EventLine>> LossLines(const epcis::Event& event) {
  std::vector<EventLine> lines;
  for (const epcis::Element& element : event.extensions) {
    if (element.space != kSuyuanNamespace || element.name != "lossList") continue;
    EventLine line;
    line.field = absl::StrCat("lossList/", lines.size());
    line.uom = ChildText(element, "uom");
    const std::string quantity = ChildText(element, "quantity");
    if (quantity.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(line.field, "/quantity: missing"));
    }
    SUYUAN_RETURN_IF_ERROR(ReadAmount(quantity, &line));
    lines.push_back(std::move(line));
  }
  return lines;
}

EventLine ParentLine(const epcis::Event& event) {
  return LineOf("parentID", event.parent_id, gs1::ParseIdentifier(event.parent_id));
}

std::string LotOfItem(const epcis::Event& event, const std::string& item) {
  return epcis::LotOf(item, epcis::LotNumberOf(event));
}

}  // namespace suyuan
