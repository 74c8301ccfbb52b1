// EPCs as RFID tags hold them in their EPC memory (GS1 EPC Tag Data Standard 1.13,
// binary encodings): read, not written.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace suyuan::gs1 {

// The EPC tag URI of a tag's EPC in hexadecimal, which ParseEpcUri() reads:
// "urn:epc:tag:sgtin-96:3.9506000.013435.12345".
//   kInvalidArgument  not hexadecimal, a header byte of no such encoding, too few bits, or
//                     a field whose value does not fit its digits; names the field
absl::StatusOr<std::string> EpcTagUri(absl::string_view hex);

}  // namespace suyuan::gs1
