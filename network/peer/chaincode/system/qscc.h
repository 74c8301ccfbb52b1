// qscc: reading a channel's blocks and transactions.
#pragma once

#include <memory>

#include "network/peer/chaincode/system_chaincode.h"

namespace suyuan {

std::unique_ptr<SystemChaincode> MakeQscc(PeerChannels& channels);

}  // namespace suyuan
