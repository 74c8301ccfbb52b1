// suyuan-chaincode-trace: the traceability contracts as an external chaincode.
#include "chaincode/contracts/trace/trace_chaincode.h"
#include "chaincode/shim/server.h"

int main(int argc, char** argv) {
  const auto chaincode = suyuan::MakeTraceChaincode();
  return suyuan::RunChaincodeServer(argc, argv, *chaincode);
}
