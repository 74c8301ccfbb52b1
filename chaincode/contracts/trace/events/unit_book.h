// The units of one capture: read from the world once, changed in memory, written at the end. An
// event that is refused half-way leaves them as they were.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chaincode/contracts/trace/events/unit.h"
#include "chaincode/contracts/trace/holds.h"

namespace suyuan {

// What the rules ask the ledger; in tests, of maps.
class World {
 public:
  virtual ~World() = default;
  virtual absl::StatusOr<std::optional<Unit>> FindUnit(const std::string& id) = 0;
  // What a unit was ever put in; it may have been taken out since.
  virtual absl::StatusOr<std::set<std::string>> CarriersOf(const std::string& unit) = 0;
  // Of a product (GTIN-14): was it registered on this ledger?
  virtual absl::StatusOr<bool> IsRegistered(const std::string& gtin) = 0;
  // MSP id of the organisation that a party's identifier belongs to; empty: unknown.
  virtual absl::StatusOr<std::string> MspOfParty(const std::string& party) = 0;
  // Is the capturing client a regulator of an organisation that supervises?
  virtual absl::StatusOr<bool> MaySupervise() = 0;
  //   kFailedPrecondition  "UNIT is held: REASON (hold ID)"
  virtual absl::Status CheckNotHeld(const std::string& unit, Use use) = 0;
  // May this organisation sell units of this product, registered on this ledger: is on file who
  // sells (name, address) and what (name, specification)?
  //   kFailedPrecondition  names what is missing
  virtual absl::Status CheckSale(const std::string& gtin, const std::string& msp_id) = 0;
};

class UnitBook {
 public:
  explicit UnitBook(World* world) : world_(*world) {}

  World& world() { return world_; }

  // nullptr: there is none. Valid until Undo().
  absl::StatusOr<const Unit*> Find(const std::string& id);
  // As Find(), for changing it.
  absl::StatusOr<Unit*> Edit(const std::string& id);
  // A unit that was not there.
  Unit* Add(Unit unit);

  // One event begins; the one before stays.
  void Begin();
  // Takes back all since Begin().
  void Undo();
  // All since Begin(), by id.
  std::vector<UnitChange> Changes() const;
  // Units to be written, by id.
  std::map<std::string, Unit> Changed() const;

 private:
  World& world_;
  std::map<std::string, std::optional<Unit>> units_;
  std::map<std::string, std::optional<Unit>> before_;  // of this event
  std::set<std::string> changed_;
};

}  // namespace suyuan
