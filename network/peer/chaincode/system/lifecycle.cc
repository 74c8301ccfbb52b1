#include "network/peer/chaincode/system/lifecycle.h"

#include <functional>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/system/access.h"
#include "network/peer/chaincode/system/lifecycle_install.h"
#include "network/peer/chaincode/system/lifecycle_on_channel.h"
#include "network/peer/chaincode/system/responses.h"

namespace suyuan {
namespace {

using Payload = absl::StatusOr<std::string>;

enum class Who { kLocalAdmins, kChannelWriters };

struct Function {
  Who who;
  std::function<Payload(const SystemCall& call, const std::string& argument)> run;
};

class Lifecycle : public SystemChaincode {
 public:
  explicit Lifecycle(LifecycleDeps deps)
      : deps_(std::move(deps)), install_(deps_), channel_(deps_) {
    AddInstallFunctions();
    AddChannelFunctions();
  }

  bool simulates() const override { return true; }

  ::protos::Response Invoke(const SystemCall& call) override {
    if (call.args.empty()) {
      return Failure(500, "lifecycle scc must be invoked with arguments");
    }
    if (call.args.size() != 2) {
      return Failure(500, absl::StrCat("lifecycle scc operations require exactly two arguments "
                                       "but received ",
                                       call.args.size()));
    }
    const auto function = functions_.find(call.args[0]);
    if (function == functions_.end()) {
      return Failure(500, absl::StrCat("failed to invoke backing implementation of '", call.args[0],
                                       "': unknown function"));
    }
    const absl::Status allowed = CheckAccess(function->second.who, call);
    if (!allowed.ok()) {
      return Failure(500, absl::StrCat("Failed to authorize invocation due to failed ACL check: ",
                                       allowed.message()));
    }
    const Payload payload = function->second.run(call, call.args[1]);
    if (payload.ok()) return Success(*payload);
    if (absl::IsNotFound(payload.status())) return Failure(404, payload.status().message());
    return Failure(500, absl::StrCat("failed to invoke backing implementation of '", call.args[0],
                                     "': ", payload.status().message()));
  }

 private:
  absl::Status CheckAccess(Who who, const SystemCall& call) const {
    if (who == Who::kLocalAdmins) {
      return CheckLocalAccess(*deps_.local_msp, ::common::MSPRole::ADMIN, *call.creator);
    }
    if (call.channel == nullptr) return absl::OkStatus();  // the function itself refuses
    return CheckChannelAccess(*call.channel, absl::StrCat("_lifecycle/", call.args[0]),
                              *call.creator);
  }

  void AddInstallFunctions() {
    const auto add = [this](const char* name,
                            Payload (LifecycleInstall::*run)(const std::string&)) {
      functions_[name] = {Who::kLocalAdmins,
                          [this, run](const SystemCall&, const std::string& argument) {
                            return (install_.*run)(argument);
                          }};
    };
    add("InstallChaincode", &LifecycleInstall::Install);
    add("QueryInstalledChaincode", &LifecycleInstall::QueryInstalled);
    add("QueryInstalledChaincodes", &LifecycleInstall::QueryAllInstalled);
    add("GetInstalledChaincodePackage", &LifecycleInstall::GetPackage);
  }

  void AddChannelFunctions() {
    const auto add = [this](const char* name, Who who,
                            Payload (LifecycleOnChannel::*run)(const SystemCall&,
                                                               const std::string&) const) {
      functions_[name] = {who, [this, run](const SystemCall& call, const std::string& argument) {
                            return (channel_.*run)(call, argument);
                          }};
    };
    using C = LifecycleOnChannel;
    add("ApproveChaincodeDefinitionForMyOrg", Who::kLocalAdmins, &C::ApproveForMyOrg);
    add("QueryApprovedChaincodeDefinition", Who::kLocalAdmins, &C::QueryApproved);
    add("QueryApprovedChaincodeDefinitions", Who::kLocalAdmins, &C::QueryAllApproved);
    add("CheckCommitReadiness", Who::kChannelWriters, &C::CheckCommitReadiness);
    add("CommitChaincodeDefinition", Who::kChannelWriters, &C::CommitDefinition);
    add("QueryChaincodeDefinition", Who::kChannelWriters, &C::QueryDefinition);
    add("QueryChaincodeDefinitions", Who::kChannelWriters, &C::QueryAllDefinitions);
  }

  const LifecycleDeps deps_;
  LifecycleInstall install_;
  const LifecycleOnChannel channel_;
  std::map<std::string, Function> functions_;
};

}  // namespace

std::unique_ptr<SystemChaincode> MakeLifecycle(LifecycleDeps deps) {
  return std::make_unique<Lifecycle>(std::move(deps));
}

}  // namespace suyuan
