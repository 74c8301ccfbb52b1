// The units that an event names, each with the field that names it: what rules are about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/events/amount.h"
#include "chaincode/epcis/event.h"

namespace suyuan {

// Of the extensions that this project reads.
inline constexpr char kSuyuanNamespace[] = "https://suyuan.example/ns/";

struct EventLine {
  std::string field;           // e.g. "inputQuantityList/2"
  std::string id;              // epcis::UnitId()
  std::string epc;             // as written
  std::string gtin;            // GTIN-14 where the identifier holds one
  bool lot = false;            // an amount of a lot; else one thing
  bool gs1 = false;            // a GS1 lot (LGTIN)
  bool product_class = false;  // all items of a product: says how many, not which
  std::optional<Amount> amount;
  std::string uom;
};

// All of them:
//   kInvalidArgument  "FIELD: rule": an amount that is none, or below zero
absl::StatusOr<std::vector<EventLine>> ObjectLines(const epcis::Event& event);
absl::StatusOr<std::vector<EventLine>> ChildLines(const epcis::Event& event);
absl::StatusOr<std::vector<EventLine>> InputLines(const epcis::Event& event);
absl::StatusOr<std::vector<EventLine>> OutputLines(const epcis::Event& event);
// Extension lossList; without units.
absl::StatusOr<std::vector<EventLine>> LossLines(const epcis::Event& event);
EventLine ParentLine(const epcis::Event& event);

// The lot that an item is made as, by the lot number in the event's master data; empty: none.
std::string LotOfItem(const epcis::Event& event, const std::string& item);

}  // namespace suyuan
