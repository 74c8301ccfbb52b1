#include "network/peer/chaincode/runtime_finder.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/external_runtime.h"
#include "network/peer/chaincode/lifecycle_state.h"

namespace suyuan {
namespace {

absl::Status NotInstalled(const std::string& name) {
  return absl::NotFoundError(
      absl::StrCat("chaincode definition for '", name, "' exists, but chaincode is not installed"));
}

}  // namespace

RuntimeFinder::RuntimeFinder(Deps deps) : deps_(std::move(deps)), modules_(deps_.modules_dir) {}

absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> RuntimeFinder::Find(
    const StateView& view, const ChaincodeDefinition& definition) {
  SUYUAN_ASSIGN_OR_RETURN(const auto package_id,
                          ReadApprovedPackage(view, deps_.msp_id, definition));
  // Empty: approved without a package ("unavailable").
  if (package_id && !package_id->empty()) return OfPackage(*package_id, definition.name);
  const auto local = deps_.local_modules.find(definition.name);
  if (local == deps_.local_modules.end()) return NotInstalled(definition.name);
  return modules_.Load(local->second);
}

absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> RuntimeFinder::OfPackage(
    const std::string& package_id, const std::string& name) {
  const auto package = deps_.packages->Find(package_id);
  if (package == nullptr) return NotInstalled(name);
  if (package->type == "module") return modules_.Load(package->module);
  if (!package->connection_json.empty()) return External(*package);
  return absl::FailedPreconditionError(
      absl::StrCat("chaincode package ", package_id, " has type '", package->type,
                   "', which this peer cannot run (it runs 'module', 'ccaas' and 'external')"));
}

absl::StatusOr<std::shared_ptr<ChaincodeRuntime>> RuntimeFinder::External(
    const ChaincodePackage& package) {
  absl::MutexLock lock(&mutex_);
  auto& runtime = external_[package.id];
  if (runtime == nullptr) {
    SUYUAN_ASSIGN_OR_RETURN(const ExternalConnection connection,
                            ParseExternalConnection(package.connection_json), package.id);
    runtime = MakeExternalRuntime({package.id, connection, &requests_, deps_.pool});
  }
  return runtime;
}

}  // namespace suyuan
