// A chaincode's way onto a channel: install, approve, commit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/cli/chaincode_client.h"
#include "protos/peer/lifecycle/lifecycle.pb.h"

namespace suyuan {

// An organisation's admin and its peers.
struct LifecycleMember {
  std::string msp_id;
  std::shared_ptr<const SigningIdentity> admin;
  PeerNodes peers;
};

// What organisations agree on.
struct DefinitionOptions {
  std::string channel;
  std::string name;
  std::string version;
  int64_t sequence = 1;
  // Fabric's policy language, or the path of a channel policy; empty: the channel's
  // Endorsement policy.
  std::string policy;
  std::string collections_file;  // JSON, as Fabric's tool takes it; empty: none
  bool init_required = false;
};
//   kInvalidArgument  the policy or the collections; names the place
absl::StatusOr<::lifecycle::CommitChaincodeDefinitionArgs> MakeDefinitionArgs(
    const DefinitionOptions& options);

// Installs on all peers of the member; a package that is there already counts as
// installed.
absl::Status InstallPackage(const LifecycleMember& member, const std::string& package);

// By MSP id, as one peer sees it.
absl::StatusOr<::lifecycle::CheckCommitReadinessResult> QueryReadiness(
    const LifecycleMember& member, const DefinitionOptions& definition);

// Transactions wait for their commit on all peers of all members.
class LifecycleTransactions {
 public:
  LifecycleTransactions(std::vector<LifecycleMember> members,
                        std::shared_ptr<OrdererNodes> orderers, std::string channel,
                        absl::Duration timeout);

  // Every member approves, side by side. An approval that is there already counts.
  absl::Status Approve(const DefinitionOptions& definition, const std::string& package_id);
  // The first member's admin signs; one peer of each member endorses.
  absl::Status Commit(const DefinitionOptions& definition);

 private:
  absl::Status StartWatching();
  absl::StatusOr<std::string> ApproveOne(const LifecycleMember& member, const ProposalSpec& spec);
  absl::Status AwaitEverywhere(const std::string& tx_id);
  absl::Status ExplainMissing(const absl::Status& failure, const DefinitionOptions& definition);
  absl::Time deadline() const { return deadline_; }

  const std::vector<LifecycleMember> members_;
  const std::shared_ptr<OrdererNodes> orderers_;
  const std::string channel_;
  const absl::Time deadline_;
  std::vector<std::unique_ptr<CommitWatch>> watches_;
};

// A query of _lifecycle; `channel` may be empty.
absl::StatusOr<std::string> QueryLifecycle(const LifecycleMember& member,
                                           const std::string& channel, const std::string& function,
                                           const google::protobuf::MessageLite& args);

}  // namespace suyuan
