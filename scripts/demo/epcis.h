// A strict reader of the EPCIS 2.0 documents (JSON-LD) that the demo replays: what it
// does not understand it refuses, naming the event and the field.
//
// Lots are LGTIN URNs (GS1 Tag Data Standard); quantities become integers in base
// units: KGM and GRM grams ("g"), no unit of measure "piece". Two extensions of our
// own: suyuan:lossList at a TransformationEvent, suyuan:mspId and suyuan:owner in the
// master data.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace suyuan::demo {

struct Name {
  std::string zh;
  std::string en;
};

struct Party {
  std::string id;      // PGLN URN
  std::string msp_id;  // the organisation of the network that acts for it
  Name name;
};

struct LotQuantity {
  std::string gtin;  // 14 digits; empty for a loss
  std::string lot;
  int64_t quantity = 0;
  std::string unit;
};

enum class EventKind { kCommissioning, kTransformation, kShipping, kReceiving };

struct Event {
  EventKind kind = EventKind::kCommissioning;
  absl::Time time;
  std::string id;                    // of the transformation or the despatch advice; else empty
  std::string actor;                 // MSP id: the owner of the place where it happened
  std::string to;                    // MSP id of the destination; shipping and receiving alone
  std::vector<LotQuantity> inputs;   // of a transformation; of other kinds its lots
  std::vector<LotQuantity> outputs;  // of a transformation: exactly one
  std::vector<LotQuantity> losses;
};

struct EpcisDocument {
  std::vector<Party> parties;
  std::map<std::string, Name> products;  // by GTIN-14
  std::vector<Event> events;             // by time
};

// GTIN-14 with its check digit, and the lot, of "urn:epc:class:lgtin:COMPANY.ITEM.LOT".
//   kInvalidArgument  not such a URN
struct Lgtin {
  std::string gtin;
  std::string lot;
};
absl::StatusOr<Lgtin> ParseLgtin(absl::string_view urn);

//   kInvalidArgument  "event 5: field epcClass: ..."
absl::StatusOr<EpcisDocument> ReadEpcis(absl::string_view text);

}  // namespace suyuan::demo
