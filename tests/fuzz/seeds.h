// Well-formed inputs to start from: made here, and real Fabric blocks where
// SUYUAN_SHARED_DATA has them.
#pragma once

#include <string>
#include <vector>

namespace suyuan {

// Blocks, envelopes, proposals, identities, config trees, read-write sets: the fuzz
// targets share them, since each layer occurs inside another.
std::vector<std::string> FuzzSeeds();

}  // namespace suyuan
