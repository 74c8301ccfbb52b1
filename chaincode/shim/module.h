// Makes a chaincode loadable into a peer's process. Once in a module's sources:
//
//   SUYUAN_CHAINCODE_MODULE("asset", "1.0", MakeAssetChaincode);
//
// where the factory returns std::unique_ptr<suyuan::Chaincode>.
#pragma once

#include "chaincode/shim/chaincode.h"
#include "network/common/chaincode_module.h"

namespace suyuan {

// One transaction over the C interface; never throws.
void InvokeInModule(Chaincode& chaincode, const SuyuanTransaction& transaction,
                    const SuyuanHost& host, SuyuanSink response, SuyuanSink event);

}  // namespace suyuan

#define SUYUAN_CHAINCODE_MODULE(name, version, factory)                               \
  namespace suyuan_module {                                                           \
  static ::suyuan::Chaincode& Instance() {                                            \
    static ::suyuan::Chaincode* const instance = (factory)().release();               \
    return *instance;                                                                 \
  }                                                                                   \
  static void Invoke(const SuyuanTransaction* transaction, const SuyuanHost* host,    \
                     SuyuanSink response, SuyuanSink event) {                         \
    ::suyuan::InvokeInModule(Instance(), *transaction, *host, response, event);       \
  }                                                                                   \
  }                                                                                   \
  extern "C" __attribute__((visibility("default"))) const SuyuanChaincodeModule*      \
  suyuan_chaincode_module(void) {                                                     \
    static const SuyuanChaincodeModule module = {SUYUAN_CHAINCODE_ABI, name, version, \
                                                 suyuan_module::Invoke};              \
    return &module;                                                                   \
  }                                                                                   \
  static_assert(true, "needs a semicolon")
