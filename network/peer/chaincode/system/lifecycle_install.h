// _lifecycle's functions on the packages installed on this peer.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "network/peer/chaincode/system/lifecycle.h"
#include "protos/peer/lifecycle/lifecycle.pb.h"

namespace suyuan {

// Each takes the function's serialised arguments and gives its serialised result.
class LifecycleInstall {
 public:
  explicit LifecycleInstall(const LifecycleDeps& deps) : deps_(deps) {}
  absl::StatusOr<std::string> Install(const std::string& argument);
  absl::StatusOr<std::string> QueryInstalled(const std::string& argument);
  absl::StatusOr<std::string> QueryAllInstalled(const std::string& argument);
  absl::StatusOr<std::string> GetPackage(const std::string& argument);

 private:
  const LifecycleDeps deps_;
};

}  // namespace suyuan
