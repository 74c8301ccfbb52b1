// A binary Merkle tree over SHA-256. An odd node at the end of a level moves up
// unchanged. Nodes are SHA-256(0x01 || left || right); leaves come prefixed with
// 0x00, so that neither passes for the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace suyuan {

// Level 0 is `leaves` (not empty), the last level the root alone.
std::vector<std::vector<std::string>> BuildMerkleLevels(std::vector<std::string> leaves);

// True when `leaf` is number `index` of `count` leaves under `root`. `proof` holds
// the siblings from the leaf up, 32 bytes each.
bool CheckMerkleProof(absl::string_view root, absl::string_view leaf, uint64_t index,
                      uint64_t count, absl::string_view proof);

}  // namespace suyuan
