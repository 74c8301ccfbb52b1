// Which dealer has what, and by which shipments it came to him.
//
// holder/BATCH/LAST    a range of a batch's codes (index_ranges.h)
// unit-holder/UNIT     one thing: an item, a logistic unit
// lot-holder~LOT~DEALER  that a dealer was sent some of a lot
// A shipment writes one key a range, and one a unit with one for each that is inside of it.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/antidiversion/scan_place.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

// One step down the dealer tree.
struct Hop {
  std::string dealer;
  std::string shipment;
};

nlohmann::json WayToJson(const std::vector<Hop>& way);
// Throws nlohmann::json::exception when it is none.
std::vector<Hop> WayFromJson(const nlohmann::json& json);

// What the last shipment left. The area is that of the dealer's contract on that day: goods keep
// what they were sent out with, whatever is agreed later.
struct Holding {
  std::string issuer;   // MSP id: whose goods they are
  std::string product;  // GTIN-14; "" not known
  std::string dealer;
  std::string owner;  // MSP id: of the dealer's tree
  std::string shipment;
  std::string shipped_at;  // RFC 3339
  std::string edition;     // of the area's codes
  SalesArea area;
  std::vector<Hop> way;  // from the first level to `dealer`
};
void to_json(nlohmann::json& json, const Holding& holding);
//   kInternal  not a holding
absl::StatusOr<Holding> HoldingFromJson(const nlohmann::json& json);

struct CodeRange {
  std::string batch;
  uint64_t from = 0, to = 0;  // inclusive
};

// What a shipment names.
struct Goods {
  std::vector<CodeRange> codes;
  std::vector<std::string> units;  // UnitName()s
};
// {"codes"?:[{"batch","from","to"}],"units"?:[identifiers in any form]}: 1 to 100 of each together.
//   kInvalidArgument  names the field; a range or unit that occurs twice
absl::StatusOr<Goods> ParseGoods(absl::string_view argument, const nlohmann::json& object);
nlohmann::json ToJson(const Goods& goods);

// nullopt: not sent to any dealer.
struct HeldRange {
  CodeRange range;
  Holding holding;
};
absl::StatusOr<std::optional<HeldRange>> HolderOfCode(ChaincodeStub& stub, const std::string& batch,
                                                      uint64_t index);
// Of the unit itself; else of its lot, when all of that which was sent went through one dealer;
// else of what it is in.
absl::StatusOr<std::optional<Holding>> HolderOfUnit(ChaincodeStub& stub, const std::string& unit);

// A unit with all that is inside of it by the events, outermost first.
//   kNotFound           no event has made it
//   kResourceExhausted  over `limit`
absl::StatusOr<std::vector<std::string>> WithContents(ChaincodeStub& stub, const std::string& unit,
                                                      size_t limit);

// What is sent must come whole from one holding of `parent`, or with `parent` empty be held by no
// dealer. `next` is what the holding becomes: issuer, product and way are taken from the one
// before where there is one.
//   kFailedPrecondition  says which part of it is not so
absl::StatusOr<Holding> TakeCodes(ChaincodeStub& stub, const CodeRange& range,
                                  const std::string& parent, Holding next);
absl::StatusOr<Holding> TakeUnit(ChaincodeStub& stub, const std::string& unit,
                                 const std::string& parent, Holding next);

}  // namespace suyuan
