// The traceability chaincode: its contracts in one (README.md lists them).
#pragma once

#include <memory>

#include "chaincode/shim/chaincode.h"

namespace suyuan {

// The default contract is ProductRegistration.
std::unique_ptr<Chaincode> MakeTraceChaincode();

}  // namespace suyuan
