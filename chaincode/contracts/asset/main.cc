// suyuan-chaincode-asset: the asset contracts as an external chaincode.
#include "chaincode/contracts/asset/asset_contract.h"
#include "chaincode/shim/server.h"

int main(int argc, char** argv) {
  const auto chaincode = suyuan::MakeAssetChaincode();
  return suyuan::RunChaincodeServer(argc, argv, *chaincode);
}
