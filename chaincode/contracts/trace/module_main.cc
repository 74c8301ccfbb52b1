#include "chaincode/contracts/trace/trace_chaincode.h"
#include "chaincode/shim/module.h"

SUYUAN_CHAINCODE_MODULE("trace", "1.0", suyuan::MakeTraceChaincode);
