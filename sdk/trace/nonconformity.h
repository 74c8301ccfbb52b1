// Holds, inspections and recalls (contracts Holds and Recalls). Threads, copies and errors as
// registration.h says. A unit is a lot or a thing, by its identifier in any form.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sdk/trace/calls.h"

namespace suyuan::sdk::trace {

// Why something is held or recalled.
struct Grounds {
  std::string reason;
  std::string evidence;    // SHA-256 of a file, hex; "" none
  std::string event_time;  // RFC 3339; "" the transaction's
};

struct Disposition {
  std::string disposition;  // release, rework, downgrade, return, scrap
  Grounds grounds;
  std::string grade;  // of a downgrade
};

struct Inspection {
  bool passed = false;
  std::string method;      // standard or plan it follows
  std::string laboratory;  // "" the own organisation
  std::string report;      // number
  std::string evidence;    // SHA-256 of it, hex
  std::string event_time;  // RFC 3339; "" the transaction's
};

enum class Use { kShip, kUse, kPack, kSell };

struct Permission {
  bool allowed = false;
  std::string reason;  // "UNIT is held: REASON (hold ID)"
};

struct UnitHold {
  std::string hold, unit;
  std::string state;  // held, rework, return, scrap, release, downgrade
  std::string reason;
  std::string by;        // MSP id
  bool ordered = false;  // by a supervisor
  std::string grade;     // of a downgrade
};

class Holds {
 public:
  explicit Holds(CallsPtr calls) : calls_(std::move(calls)) {}

  // 1 to 1000 units of one's organisation are not shipped, used, packed or sold from now on.
  absl::StatusOr<Recorded> Place(const std::string& hold, const std::vector<std::string>& units,
                                 const Grounds& grounds) const;
  // By a supervisor, over anybody's units.
  absl::StatusOr<Recorded> Order(const std::string& hold, const std::vector<std::string>& units,
                                 const Grounds& grounds) const;
  absl::StatusOr<Recorded> Dispose(const std::string& hold, const std::vector<std::string>& units,
                                   const Disposition& decision) const;
  absl::StatusOr<Recorded> Inspect(const std::string& unit, const Inspection& inspection) const;
  // Units of this product need a passed inspection before these uses; none: no gate.
  absl::StatusOr<Recorded> SetGate(const std::string& gtin, const std::vector<Use>& uses) const;

  absl::StatusOr<std::vector<UnitHold>> GetHoldsOf(const std::string& unit) const;
  absl::StatusOr<Permission> Check(const std::string& unit, Use use) const;

 private:
  CallsPtr calls_;
};

// What a recall names; it affects all that was made of it.
struct RecallScope {
  std::vector<std::string> units;
  // Or the batches of a product made on these days, with these values among their public data.
  std::string product;   // GTIN
  std::string from, to;  // days
  std::map<std::string, std::string> where;
};

struct Impact {
  uint64_t units = 0, lots = 0, items = 0;
  std::vector<std::string> products, holders;  // GTIN-14s, MSP ids
  uint64_t consumers = 0, sold_units = 0;
};

struct RecallProgress {
  uint64_t units = 0, accounted = 0;  // affected, and of those with an outcome
  uint64_t notices = 0, sent = 0, delivered = 0, acknowledged = 0, failed = 0;
};

struct Recall {
  std::string id;
  std::string state;     // open, notified, in progress, closed
  std::string by;        // MSP id
  bool ordered = false;  // by a supervisor
  std::string reason;
  Impact impact;  // now
  RecallProgress progress;
};

struct AffectedUnits {
  std::vector<std::string> units;  // sorted
  Impact impact;
};

struct Notice {
  std::string contact;  // keyed hash, or of a holder its MSP id
  std::string kind;     // "holder", or of a contact "consumer"
  std::vector<std::string> units;
  std::string status;  // pending, sent, delivered, failed, acknowledged
};

class Recalls {
 public:
  explicit Recalls(CallsPtr calls) : calls_(std::move(calls)) {}

  // What would be affected; writes nothing.
  absl::StatusOr<AffectedUnits> Preview(const RecallScope& scope) const;
  // Everything affected is held from now on, as hold "recall:ID".
  absl::StatusOr<RecordedResult<AffectedUnits>> Open(const std::string& recall,
                                                     const RecallScope& scope,
                                                     const Grounds& grounds) const;
  // By a supervisor, over anybody's units.
  absl::StatusOr<RecordedResult<AffectedUnits>> Order(const std::string& recall,
                                                      const RecallScope& scope,
                                                      const Grounds& grounds) const;
  // `contact`: keyed hash of who has the unit, 64 hex digits; key and address stay outside.
  absl::StatusOr<Recorded> RegisterContact(const std::string& unit,
                                           const std::string& contact) const;
  // Value: notices that are new or longer.
  absl::StatusOr<RecordedResult<uint64_t>> Notify(const std::string& recall) const;
  // `status`: sent, delivered, failed, acknowledged.
  absl::StatusOr<Recorded> RecordDelivery(const std::string& recall, const std::string& contact,
                                          const std::string& status) const;
  absl::StatusOr<Recorded> Start(const std::string& recall) const;
  // `outcome`: recovered, destroyed, returned, not-found.
  absl::StatusOr<Recorded> RecordOutcome(const std::string& recall, const std::string& unit,
                                         const std::string& outcome,
                                         const std::string& evidence = "") const;
  absl::StatusOr<Recorded> Close(const std::string& recall, const std::string& reason) const;

  absl::StatusOr<Recall> Get(const std::string& recall) const;
  absl::StatusOr<std::vector<Notice>> GetNotices(const std::string& recall) const;

 private:
  CallsPtr calls_;
};

}  // namespace suyuan::sdk::trace
