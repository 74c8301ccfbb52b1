// What the ledger keeps of a unit to judge the next event by: who holds it, what it is in, and of
// a lot how much there is. All else is in the events.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/events/amount.h"

namespace suyuan {

// Part of a lot under way to another organisation.
struct Consignment {
  std::string event;  // hash of the event that sent it
  std::string to;     // MSP id; empty: whoever receives it
  Amount amount;
};

// What one organisation has of a lot, in the lot's unit of measure.
struct Account {
  Amount have;
  std::vector<Consignment> sent;
};

struct Unit {
  enum class Kind {
    kItem,     // one thing: instance of a GTIN, logistic unit, asset
    kLot,      // an amount
    kProcess,  // a transformation over several events: what went in and did not come out yet
  };

  std::string id;   // epcis::UnitId(); of a process, epcis::TransformationName()
  std::string epc;  // as its first event wrote it: the supplier's own identifier
  Kind kind = Kind::kItem;
  // "commissioned", "made" (by a transformation), "outside" (first seen otherwise)
  std::string origin;
  std::string last;  // hash of the event that last moved or changed it
  uint64_t reworked = 0;

  // Of an item.
  std::string holder;  // MSP id; empty: sold, so nobody on this ledger
  bool sent = false;   // under way to `to`
  std::string to;      // MSP id; empty: whoever receives it
  std::string inside;  // unit that it is in or fitted to
  std::string lot;     // that it belongs to
  std::string ended;   // business step that ended it, e.g. "destroying", "transformation"
  std::string seller;  // MSP id of who sold it last
  std::string stolen;  // hash of the event that says so; empty: it is not, as far as is known here
  std::string reporter;  // MSP id of who reported it stolen

  // Of a lot. Amounts are in `uom`.
  std::string uom;
  bool accounted = false;  // over-consumption is refused
  bool open = false;       // how much there is was never said: nothing to compare with
  Amount made, used, lost, sold;
  std::map<std::string, Account> accounts;  // by MSP id; of a process, by base unit of measure

  // Of both: what is in it; of lots how much, in the lot's unit of measure.
  std::map<std::string, Amount> contents;
};

std::string UnitToText(const Unit& unit);
//   kInternal  not a unit
absl::StatusOr<Unit> UnitFromText(absl::string_view text);

// What one event did to one unit.
struct UnitChange {
  std::optional<Unit> before;  // nullopt: it was not there
  Unit after;
};

// `now` without the effect of `change`, whatever came between: amounts and contents are given back
// one by one; where an item is and who holds it, only if nothing has moved it since.
Unit WithoutChange(Unit now, const UnitChange& change);

}  // namespace suyuan
