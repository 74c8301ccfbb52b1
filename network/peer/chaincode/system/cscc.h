// cscc: joining channels, and reading their configuration.
#pragma once

#include <memory>

#include "network/peer/chaincode/system_chaincode.h"

namespace suyuan {

std::unique_ptr<SystemChaincode> MakeCscc(PeerChannels& channels,
                                          std::shared_ptr<const Msp> local_msp);

}  // namespace suyuan
