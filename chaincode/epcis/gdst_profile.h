// The rules of the Global Dialogue on Seafood Traceability (GDST 1.2) for its events, beyond
// EPCIS.
#pragma once

#include "absl/status/status.h"
#include "chaincode/epcis/event.h"

namespace suyuan::epcis {

// OK for events that are no GDST events (no GDST business step, no field of its namespace).
//   kInvalidArgument  "field below the event: rule", e.g. "ilmd/lotNumber: missing"
absl::Status CheckGdst(const Event& event);

}  // namespace suyuan::epcis
