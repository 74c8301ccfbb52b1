#include "chaincode/contracts/asset/asset_contract.h"
#include "chaincode/shim/module.h"

SUYUAN_CHAINCODE_MODULE("asset", "1.0", suyuan::MakeAssetChaincode);
