// Whether a unit may be moved on: asked by every contract that ships, uses, packs or sells.
//
// Reads alone, all of them in the read set: a hold that commits between a transaction's
// simulation and its own commit makes that transaction invalid. Cost per unit: one short
// range (the holds ever placed on this unit) and two keys.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

enum class Use { kShip, kUse, kPack, kSell };
absl::string_view UseName(Use use);  // "ship", "use", "pack", "sell"

// The one text that a unit is known by: the canonical form of a GS1 identifier however it was
// written (gs1/identifier.h); any other text unchanged.
//   kInvalidArgument  empty, over 512 bytes, or not text
absl::StatusOr<std::string> UnitName(absl::string_view unit);
// An identifier, in any form, of a product: every item of it, not a lot or one thing.
bool IsProductClass(absl::string_view unit);

// `unit_epc` in any form. Looks at this unit alone: who ships a pallet asks for each unit inside.
//   kInvalidArgument     as UnitName()
//   kFailedPrecondition  "UNIT is held: REASON (hold ID)"; "UNIT is to be reworked|returned|
//                        scrapped: ..." where that forbids this use; its last inspection
//                        failed; its product asks for one before this use
absl::Status CheckNotHeld(ChaincodeStub& stub, const std::string& unit_epc, Use use);

}  // namespace suyuan
