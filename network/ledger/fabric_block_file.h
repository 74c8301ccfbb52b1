// The block files of a stock Fabric peer or orderer: records of a varint length and a block in
// Fabric's own storage layout (FORMAT.md).
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "protos/common/common.pb.h"

namespace suyuan::ledger {

// Takes the next record off the front of `in`.
//   kDataLoss  the length does not fit what follows; nothing taken
absl::StatusOr<absl::string_view> TakeFabricRecord(absl::string_view* in);

//   kDataLoss  malformed, or not in the one canonical form; names the field
absl::StatusOr<::common::Block> DecodeFabricBlock(absl::string_view record);

// The record that a stock node writes for `block`, without its length.
std::string EncodeFabricBlock(const ::common::Block& block);

}  // namespace suyuan::ledger
