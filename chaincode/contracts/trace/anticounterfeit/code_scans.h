// Scans of codes in the ledger.
//
// scan/LEAF is one key a code, written blind and never read by a transaction that writes it: its
// history is the ledger's order of the scans. A record is
//   {"batch","index","region","source"?,"channel"?,"device"?,"kind"?}
// "device" stands for a device at this code alone, so that nobody follows one from code to code;
// "kind" is "early", "staff" or "wrong", and absent of a scan that counts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "chaincode/contracts/trace/anticounterfeit/clone_score.h"
#include "chaincode/shim/stub.h"

namespace suyuan {

std::string ScanKey(absl::string_view leaf_hex);
absl::string_view KindName(Scan::Kind kind);  // "" of a consumer's
// Of the device's keyed hash, which the platform makes; "" of "".
std::string DeviceAtCode(absl::string_view leaf_hex, absl::string_view device);

// In ledger order. For queries, and for what is decided by a past that is cut off (`through`, a
// transaction's id): scans after it are left out, so that every peer that has it sees the same.
//   kUnavailable  "scan TX is not on this peer yet"
absl::StatusOr<std::vector<Scan>> LoadScans(ChaincodeStub& stub, absl::string_view leaf_hex,
                                            absl::string_view through = "");

}  // namespace suyuan
