// Blocks 0 to 6 of a stock Fabric 2.5.12 network, for tests.
#pragma once

#include <vector>

#include "protos/common/common.pb.h"

namespace suyuan {

// Empty when $SUYUAN_SHARED_DATA/fabric-golden does not exist: skip the test then.
std::vector<::common::Block> GoldenBlocks();

}  // namespace suyuan
