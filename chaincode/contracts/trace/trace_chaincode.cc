#include "chaincode/contracts/trace/trace_chaincode.h"

#include <utility>
#include <vector>

#include "chaincode/contracts/trace/anticounterfeit/anti_counterfeit.h"
#include "chaincode/contracts/trace/anticounterfeit/code_state_contract.h"
#include "chaincode/contracts/trace/anticounterfeit/scan_policy_contract.h"
#include "chaincode/contracts/trace/antidiversion/dealer_contract.h"
#include "chaincode/contracts/trace/antidiversion/diversion_contract.h"
#include "chaincode/contracts/trace/events/events.h"
#include "chaincode/contracts/trace/governance/governance_contract.h"
#include "chaincode/contracts/trace/nonconformity/hold_contract.h"
#include "chaincode/contracts/trace/nonconformity/recall_contract.h"
#include "chaincode/contracts/trace/registration/batch_contract.h"
#include "chaincode/contracts/trace/registration/category_contract.h"
#include "chaincode/contracts/trace/registration/organization_contract.h"
#include "chaincode/contracts/trace/registration/product_registration.h"
#include "chaincode/contracts/trace/templates/template_contract.h"

namespace suyuan {

std::unique_ptr<Chaincode> MakeTraceChaincode() {
  std::vector<std::unique_ptr<Contract>> contracts;
  contracts.push_back(std::make_unique<ProductRegistration>());
  contracts.push_back(std::make_unique<OrganizationContract>());
  contracts.push_back(std::make_unique<CategoryContract>());
  contracts.push_back(std::make_unique<BatchContract>());
  contracts.push_back(std::make_unique<AntiCounterfeit>());
  contracts.push_back(std::make_unique<ScanPolicyContract>());
  contracts.push_back(std::make_unique<CodeStateContract>());
  contracts.push_back(std::make_unique<DealerContract>());
  contracts.push_back(std::make_unique<AntiDiversion>());
  contracts.push_back(std::make_unique<Events>());
  contracts.push_back(std::make_unique<HoldContract>());
  contracts.push_back(std::make_unique<RecallContract>());
  contracts.push_back(std::make_unique<GovernanceContract>());
  contracts.push_back(std::make_unique<TemplateContract>());
  return MakeContractChaincode("trace", "1.0", std::move(contracts));
}

}  // namespace suyuan
