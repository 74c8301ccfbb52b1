// Chaincode modules: shared objects that run inside of the peer
// (network/common/chaincode_module.h).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "network/peer/chaincode/runtime.h"

namespace suyuan {

// Loads each module once; a module stays for the life of the process. Thread-safe.
class ModuleLibrary {
 public:
  explicit ModuleLibrary(std::filesystem::path dir) : dir_(std::move(dir)) {}

  // `file` is a plain file name in the folder.
  //   kNotFound            no such file
  //   kFailedPrecondition  it cannot be loaded, is no module, or has another ABI
  absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> Load(const std::string& file);

 private:
  const std::filesystem::path dir_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<ChaincodeRuntime>> loaded_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
