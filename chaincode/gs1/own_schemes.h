// EPC schemes that are not of GS1. For use within the room.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "chaincode/gs1/identifier.h"

namespace suyuan::gs1::internal {

// `fields` is what stands behind "urn:epc:id:scheme:".
//   kInvalidArgument  names the field
absl::Status CheckOwnScheme(Scheme scheme, absl::string_view fields);

}  // namespace suyuan::gs1::internal
