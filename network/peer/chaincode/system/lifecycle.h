// _lifecycle: installing chaincode, and agreeing on a channel's definitions.
#pragma once

#include <memory>

#include "network/peer/chaincode/package_store.h"
#include "network/peer/chaincode/system_chaincode.h"

namespace suyuan {

struct LifecycleDeps {
  PeerChannels* channels = nullptr;
  std::shared_ptr<const Msp> local_msp;  // this peer's organisation
  PackageStore* packages = nullptr;
};

std::unique_ptr<SystemChaincode> MakeLifecycle(LifecycleDeps deps);

}  // namespace suyuan
