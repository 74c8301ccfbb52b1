#include "network/peer/chaincode/chaincode_host.h"
#include "network/peer/chaincode/definition.h"
#include "network/peer/chaincode/system/cscc.h"
#include "network/peer/chaincode/system/lifecycle.h"
#include "network/peer/chaincode/system/qscc.h"
#include "network/peer/chaincode/system_chaincode.h"

namespace suyuan {

SystemChaincodes::SystemChaincodes(const SystemChaincodeDeps& deps) {
  by_name_["qscc"] = MakeQscc(*deps.channels);
  by_name_["cscc"] = MakeCscc(*deps.channels, deps.local_msp);
  by_name_[kLifecycleNamespace] =
      MakeLifecycle({deps.channels, deps.local_msp, &deps.chaincodes->packages()});
}

SystemChaincode* SystemChaincodes::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second.get();
}

}  // namespace suyuan
