// The traceability chaincode: its four contracts in one.
#pragma once

#include <memory>

#include "chaincode/shim/chaincode.h"

namespace suyuan {

// ProductRegistration (the default), BatchLineage, AntiCounterfeit, AntiDiversion.
std::unique_ptr<Chaincode> MakeTraceChaincode();

}  // namespace suyuan
