// _lifecycle's functions on a channel's definitions.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "network/peer/chaincode/system/lifecycle.h"
#include "network/peer/chaincode/system/lifecycle_functions.h"

namespace suyuan {

// Each takes the function's serialised arguments and gives its serialised result.
//   kNotFound  "namespace X is not defined"
class LifecycleOnChannel {
 public:
  using Payload = absl::StatusOr<std::string>;
  explicit LifecycleOnChannel(const LifecycleDeps& deps) : deps_(deps) {}
  Payload ApproveForMyOrg(const SystemCall& call, const std::string& argument) const;
  Payload QueryApproved(const SystemCall& call, const std::string& argument) const;
  Payload QueryAllApproved(const SystemCall& call, const std::string& argument) const;
  Payload CheckCommitReadiness(const SystemCall& call, const std::string& argument) const;
  Payload CommitDefinition(const SystemCall& call, const std::string& argument) const;
  Payload QueryDefinition(const SystemCall& call, const std::string& argument) const;
  Payload QueryAllDefinitions(const SystemCall& call, const std::string& argument) const;

 private:
  // Refuses without a channel, and on one that this organisation is not part of.
  absl::Status CheckChannel(const SystemCall& call) const;
  // The input itself, and against the committed definition (whose reads are
  // recorded, as Fabric does).
  absl::Status CheckInput(const SystemCall& call, const ChaincodeDefinition& definition) const;
  LifecycleState OwnState(Simulator& simulator) const;

  const LifecycleDeps deps_;
};

}  // namespace suyuan
