#include "network/peer/chaincode/system/lifecycle_install.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/lifecycle_state.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

using Payload = absl::StatusOr<std::string>;
namespace pb = ::lifecycle;

struct Use {
  std::string channel, name, version;
};
// Which definitions run a package, by package id.
using Uses = std::multimap<std::string, Use>;

absl::StatusOr<Uses> FindUses(const LifecycleDeps& deps) {
  Uses uses;
  for (const std::string& id : deps.channels->Names()) {
    const auto channel = deps.channels->Find(id);
    if (channel == nullptr) continue;
    const auto view = channel->ledger().NewView();
    SUYUAN_ASSIGN_OR_RETURN(const auto definitions, ReadDefinitions(*view));
    for (const ChaincodeDefinition& d : definitions) {
      SUYUAN_ASSIGN_OR_RETURN(const auto package,
                              ReadApprovedPackage(*view, deps.local_msp->id(), d));
      if (package && !package->empty()) uses.insert({*package, {id, d.name, d.version}});
    }
  }
  return uses;
}

template <typename Result>
void AddReferences(const Uses& uses, const std::string& package_id, Result* result) {
  const auto [begin, end] = uses.equal_range(package_id);
  for (auto it = begin; it != end; ++it) {
    auto* chaincode = (*result->mutable_references())[it->second.channel].add_chaincodes();
    chaincode->set_name(it->second.name);
    chaincode->set_version(it->second.version);
  }
}

absl::Status NotInstalled(const std::string& package_id) {
  return absl::NotFoundError(
      absl::StrCat("chaincode install package '", package_id, "' not found"));
}

}  // namespace

Payload LifecycleInstall::Install(const std::string& argument) {
  SUYUAN_ASSIGN_OR_RETURN(const auto args,
                          ParseProto<pb::InstallChaincodeArgs>(argument, "InstallChaincodeArgs"));
  SUYUAN_ASSIGN_OR_RETURN(const auto package,
                          deps_.packages->Install(args.chaincode_install_package()));
  Log("chaincode").Info("package installed", {{"package", package.id}});
  pb::InstallChaincodeResult result;
  result.set_package_id(package.id);
  result.set_label(package.label);
  return result.SerializeAsString();
}

Payload LifecycleInstall::QueryInstalled(const std::string& argument) {
  SUYUAN_ASSIGN_OR_RETURN(const auto args, ParseProto<pb::QueryInstalledChaincodeArgs>(
                                               argument, "QueryInstalledChaincodeArgs"));
  const auto package = deps_.packages->Find(args.package_id());
  if (package == nullptr) return NotInstalled(args.package_id());
  SUYUAN_ASSIGN_OR_RETURN(const Uses uses, FindUses(deps_));
  pb::QueryInstalledChaincodeResult result;
  result.set_package_id(package->id);
  result.set_label(package->label);
  AddReferences(uses, package->id, &result);
  return DeterministicBytes(result);
}

Payload LifecycleInstall::QueryAllInstalled(const std::string& argument) {
  SUYUAN_ASSIGN_OR_RETURN(const Uses uses, FindUses(deps_));
  pb::QueryInstalledChaincodesResult result;
  for (const auto& package : deps_.packages->List()) {
    auto* installed = result.add_installed_chaincodes();
    installed->set_package_id(package->id);
    installed->set_label(package->label);
    AddReferences(uses, package->id, installed);
  }
  return DeterministicBytes(result);
}

Payload LifecycleInstall::GetPackage(const std::string& argument) {
  SUYUAN_ASSIGN_OR_RETURN(const auto args, ParseProto<pb::GetInstalledChaincodePackageArgs>(
                                               argument, "GetInstalledChaincodePackageArgs"));
  // Unlike the other look-up, Fabric's answer here is 500.
  auto package = deps_.packages->Read(args.package_id());
  if (absl::IsNotFound(package.status())) {
    return absl::FailedPreconditionError(
        absl::StrCat("could not load cc install package: ", package.status().message()));
  }
  SUYUAN_RETURN_IF_ERROR(package.status());
  pb::GetInstalledChaincodePackageResult result;
  result.set_chaincode_install_package(*std::move(package));
  return result.SerializeAsString();
}

}  // namespace suyuan
