// Identifiers of events by the rules of chaincode/gs1: the one place where this room uses it.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace suyuan::epcis {

// What lineage knows a unit, lot or place by: the canonical form of a GS1 identifier however it
// was written (EPC URI, Digital Link, element string); any other text unchanged.
std::string UnitId(absl::string_view text);

// The lot that an item with this identifier belongs to, given the lot number in its master data;
// "" unless it is an item of a GTIN.
std::string LotOf(absl::string_view item, absl::string_view lot_number);

// As the event hash writes it (CBV 2.0, section 8.9.2): an EPC, EPC class or EPC pattern URI, or
// a Digital Link, as a Digital Link at id.gs1.org with its finest level of identification alone;
// any other text unchanged.
std::string HashIdentifier(absl::string_view text);

}  // namespace suyuan::epcis
