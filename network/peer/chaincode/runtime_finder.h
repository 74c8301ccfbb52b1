// Which runtime executes a definition on this peer: the package that this
// organisation approved for it, or a local mapping.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "network/common/thread_pool.h"
#include "network/peer/chaincode/definition.h"
#include "network/peer/chaincode/module.h"
#include "network/peer/chaincode/package_store.h"
#include "network/peer/chaincode/runtime.h"

namespace suyuan {

// Thread-safe.
class RuntimeFinder {
 public:
  struct Deps {
    std::string msp_id;
    std::filesystem::path modules_dir;
    std::map<std::string, std::string> local_modules;  // chaincode name -> module file
    PackageStore* packages = nullptr;
    ThreadPool* pool = nullptr;
  };
  explicit RuntimeFinder(Deps deps);

  //   kNotFound            no package installed for it here
  //   kFailedPrecondition  its package cannot be run here
  absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> Find(const StateView& view,
                                                         const ChaincodeDefinition& definition);

 private:
  absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> OfPackage(const std::string& package_id,
                                                              const std::string& name);
  absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> External(const ChaincodePackage& package);

  const Deps deps_;
  // Requests of external chaincode; its tasks never wait for another chaincode.
  // Outlives the runtimes.
  ThreadPool requests_{2};
  ModuleLibrary modules_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<ChaincodeRuntime>> external_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
