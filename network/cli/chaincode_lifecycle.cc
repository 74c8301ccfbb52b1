#include "network/cli/chaincode_lifecycle.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "network/cli/collections_file.h"
#include "network/common/status_macros.h"
#include "network/common/thread_pool.h"
#include "network/policy/policy.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/policy.pb.h"

namespace suyuan {
namespace {

namespace pb = ::lifecycle;

ProposalSpec Spec(const std::string& channel, const std::string& function,
                  const google::protobuf::MessageLite& args) {
  ProposalSpec spec;
  spec.channel_id = channel;
  spec.chaincode = "_lifecycle";
  spec.args = {function, DeterministicBytes(args)};
  return spec;
}

absl::StatusOr<std::string> PolicyBytes(const std::string& text) {
  if (text.empty()) return std::string();
  ::protos::ApplicationPolicy policy;
  if (text[0] == '/') {
    policy.set_channel_config_policy_reference(text);
  } else {
    SUYUAN_ASSIGN_OR_RETURN(*policy.mutable_signature_policy(), ParsePolicy(text), "policy");
  }
  return DeterministicBytes(policy);
}

// Approval and readiness have the same fields as the commit.
template <typename Args>
Args CopyFields(const pb::CommitChaincodeDefinitionArgs& from) {
  Args args;
  args.set_sequence(from.sequence());
  args.set_name(from.name());
  args.set_version(from.version());
  args.set_validation_parameter(from.validation_parameter());
  if (from.has_collections()) *args.mutable_collections() = from.collections();
  args.set_init_required(from.init_required());
  return args;
}

// Runs them side by side; the first error.
absl::Status ForAll(size_t count, const std::function<absl::Status(size_t)>& body) {
  std::vector<absl::Status> results(count);
  ThreadPool pool(count);
  pool.ParallelFor(count, [&](size_t i) { results[i] = body(i); });
  for (const absl::Status& result : results) SUYUAN_RETURN_IF_ERROR(result);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<pb::CommitChaincodeDefinitionArgs> MakeDefinitionArgs(
    const DefinitionOptions& options) {
  pb::CommitChaincodeDefinitionArgs args;
  args.set_sequence(options.sequence);
  args.set_name(options.name);
  args.set_version(options.version);
  SUYUAN_ASSIGN_OR_RETURN(*args.mutable_validation_parameter(), PolicyBytes(options.policy));
  if (!options.collections_file.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(*args.mutable_collections(),
                            ReadCollectionsFile(options.collections_file));
  }
  args.set_init_required(options.init_required);
  return args;
}

absl::StatusOr<std::string> QueryLifecycle(const LifecycleMember& member,
                                           const std::string& channel, const std::string& function,
                                           const google::protobuf::MessageLite& args) {
  return member.peers[0]->Query(Spec(channel, function, args), *member.admin);
}

absl::Status InstallPackage(const LifecycleMember& member, const std::string& package) {
  pb::InstallChaincodeArgs args;
  args.set_chaincode_install_package(package);
  const ProposalSpec spec = Spec("", "InstallChaincode", args);
  return ForAll(member.peers.size(), [&](size_t i) {
    const absl::Status status = member.peers[i]->Query(spec, *member.admin).status();
    return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
  });
}

absl::StatusOr<pb::CheckCommitReadinessResult> QueryReadiness(const LifecycleMember& member,
                                                              const DefinitionOptions& definition) {
  SUYUAN_ASSIGN_OR_RETURN(const auto commit, MakeDefinitionArgs(definition));
  SUYUAN_ASSIGN_OR_RETURN(const std::string bytes,
                          QueryLifecycle(member, definition.channel, "CheckCommitReadiness",
                                         CopyFields<pb::CheckCommitReadinessArgs>(commit)));
  return ParseProto<pb::CheckCommitReadinessResult>(bytes, "CheckCommitReadinessResult");
}

LifecycleTransactions::LifecycleTransactions(std::vector<LifecycleMember> members,
                                             std::shared_ptr<OrdererNodes> orderers,
                                             std::string channel, absl::Duration timeout)
    : members_(std::move(members)),
      orderers_(std::move(orderers)),
      channel_(std::move(channel)),
      deadline_(absl::Now() + timeout) {}

absl::Status LifecycleTransactions::StartWatching() {
  if (!watches_.empty()) return absl::OkStatus();
  for (const LifecycleMember& member : members_) {
    for (const auto& peer : member.peers) watches_.push_back(peer->Watch(channel_, *member.admin));
  }
  for (const auto& watch : watches_) SUYUAN_RETURN_IF_ERROR(watch->Started(deadline()));
  return absl::OkStatus();
}

absl::Status LifecycleTransactions::AwaitEverywhere(const std::string& tx_id) {
  for (const auto& watch : watches_) SUYUAN_RETURN_IF_ERROR(watch->Await(tx_id, deadline()));
  return absl::OkStatus();
}

// The transaction id; empty when there was nothing to do. All peers of the member
// endorse, so that each holds the approval's private data.
absl::StatusOr<std::string> LifecycleTransactions::ApproveOne(const LifecycleMember& member,
                                                              const ProposalSpec& spec) {
  const auto transaction = Endorse(spec, *member.admin, member.peers);
  if (absl::IsAlreadyExists(transaction.status())) return std::string();
  SUYUAN_RETURN_IF_ERROR(transaction, absl::StrCat("approval by ", member.msp_id));
  SUYUAN_RETURN_IF_ERROR(orderers_->Broadcast(transaction->envelope, deadline()));
  return transaction->tx_id;
}

absl::Status LifecycleTransactions::Approve(const DefinitionOptions& definition,
                                            const std::string& package_id) {
  SUYUAN_ASSIGN_OR_RETURN(const auto commit, MakeDefinitionArgs(definition));
  auto args = CopyFields<pb::ApproveChaincodeDefinitionForMyOrgArgs>(commit);
  if (package_id.empty()) {
    args.mutable_source()->mutable_unavailable();
  } else {
    args.mutable_source()->mutable_local_package()->set_package_id(package_id);
  }
  SUYUAN_RETURN_IF_ERROR(StartWatching());
  const ProposalSpec spec = Spec(channel_, "ApproveChaincodeDefinitionForMyOrg", args);
  return ForAll(members_.size(), [&](size_t i) -> absl::Status {
    SUYUAN_ASSIGN_OR_RETURN(const std::string tx_id, ApproveOne(members_[i], spec));
    if (tx_id.empty()) return absl::OkStatus();
    return Annotate(AwaitEverywhere(tx_id), absl::StrCat("approval by ", members_[i].msp_id));
  });
}

absl::Status LifecycleTransactions::Commit(const DefinitionOptions& definition) {
  SUYUAN_ASSIGN_OR_RETURN(const auto args, MakeDefinitionArgs(definition));
  SUYUAN_RETURN_IF_ERROR(StartWatching());
  PeerNodes endorsers;
  for (const LifecycleMember& member : members_) endorsers.push_back(member.peers[0]);
  const auto transaction =
      Endorse(Spec(channel_, "CommitChaincodeDefinition", args), *members_[0].admin, endorsers);
  if (!transaction.ok()) return ExplainMissing(transaction.status(), definition);
  SUYUAN_RETURN_IF_ERROR(orderers_->Broadcast(transaction->envelope, deadline()));
  const absl::Status committed = AwaitEverywhere(transaction->tx_id);
  return committed.ok() ? committed : ExplainMissing(committed, definition);
}

// A commit fails mostly because somebody has not approved: says who, and how.
absl::Status LifecycleTransactions::ExplainMissing(const absl::Status& failure,
                                                   const DefinitionOptions& definition) {
  const auto readiness = QueryReadiness(members_[0], definition);
  if (!readiness.ok()) return failure;
  std::vector<std::string> missing;
  for (const auto& [org, approved] : readiness->approvals()) {
    if (!approved) missing.push_back(org);
  }
  if (missing.empty()) return failure;
  std::sort(missing.begin(), missing.end());
  return absl::Status(
      failure.code(),
      absl::StrCat(failure.message(), "\nnot approved by: ", absl::StrJoin(missing, ", "),
                   "; each runs 'suyuan chaincode approve --name ", definition.name, " --version ",
                   definition.version, " --sequence ", definition.sequence, " ...' first"));
}

}  // namespace suyuan
