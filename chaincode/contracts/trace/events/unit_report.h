// What is known of a unit and what is missing: source, destination, who is responsible.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/events/unit.h"
#include "chaincode/contracts/trace/events/unit_book.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

// Where a unit is now: MSP ids, empty when nobody here has it or will.
struct Whereabouts {
  std::set<std::string> holders;     // of an item one; all that have something of a lot, loose or
                                     // packed
  std::set<std::string> recipients;  // to whom it, or some of the lot, is under way
  bool sold = false;                 // it, or some of the lot
};
absl::StatusOr<Whereabouts> WhereaboutsOf(const Unit& unit, UnitBook* book);

struct SpecialProcess {
  std::string event;  // hash
  std::string text;
};

struct UnitReport {
  // Units upstream (or the unit itself) that came from outside: nobody here has made them.
  std::vector<std::string> without_source;
  // "to ORG" or "to anyone", what is under way and was not received.
  std::vector<std::string> under_way;
  // An event says who has it or had it last: true of every item and lot that the ledger keeps.
  // False: events have only named it.
  bool responsible = false;
  // Of all events upstream.
  std::vector<SpecialProcess> special;
  uint64_t reworked = 0;

  bool source_known() const { return without_source.empty(); }
  bool destination_known() const { return under_way.empty(); }
  // 0 to 100: a third for each of the three.
  int score() const;
};

//   kNotFound  no event knows it
absl::StatusOr<UnitReport> ReportUnit(ChaincodeStub& stub, const std::string& unit);

// Of the unit alone, without what is upstream: "source", "destination", "responsible" (as above:
// of no unit that capture has made), and "amount" of a lot of which more was taken than there is
// now known to be.
std::vector<std::string> MissingLinks(const Unit& unit);

}  // namespace suyuan
