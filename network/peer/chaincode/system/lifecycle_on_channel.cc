#include "network/peer/chaincode/system/lifecycle_on_channel.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/peer/chaincode/system/lifecycle_input.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/lifecycle/lifecycle.pb.h"

namespace suyuan {
namespace {

namespace pb = ::lifecycle;

LifecycleState PublicState(Simulator& simulator) {
  return {[&simulator](const std::string& key) -> absl::StatusOr<std::optional<std::string>> {
            SUYUAN_ASSIGN_OR_RETURN(auto value, simulator.GetState(kLifecycleNamespace, key));
            if (!value) return std::nullopt;
            return std::move(value->value);
          },
          [&simulator](const std::string& key, const std::string& value) {
            return simulator.SetState(kLifecycleNamespace, key, value);
          },
          [&simulator](const std::string& key) {
            return simulator.DeleteState(kLifecycleNamespace, key);
          }};
}

// Sorted by MSP id.
std::vector<OrganizationHashes> Organizations(const PeerChannel& channel, Simulator& simulator) {
  std::map<std::string, OrganizationHashes> by_id;
  const ChannelConfigPtr config = channel.config();
  for (const auto& [name, org] : config->application()->organizations) {
    const std::string collection = ImplicitCollectionName(org.msp_id);
    by_id[org.msp_id] = {org.msp_id, [&simulator, collection](const std::string& key) {
                           return simulator.GetPrivateHash(kLifecycleNamespace, collection, key);
                         }};
  }
  std::vector<OrganizationHashes> all;
  for (auto& [id, org] : by_id) all.push_back(std::move(org));
  return all;
}

// The fields that approval, readiness and commit have in common.
template <typename Args>
ChaincodeDefinition FromArgs(const Args& args) {
  ChaincodeDefinition d;
  d.name = args.name();
  d.sequence = args.sequence();
  d.version = args.version();
  d.endorsement_plugin = args.endorsement_plugin();
  d.validation_plugin = args.validation_plugin();
  d.validation_parameter = args.validation_parameter();
  d.collections = DeterministicBytes(args.collections());
  d.init_required = args.init_required();
  return d;
}

template <typename Result>
void FillResult(const ChaincodeDefinition& d, Result* result) {
  result->set_sequence(d.sequence);
  result->set_version(d.version);
  result->set_endorsement_plugin(d.endorsement_plugin);
  result->set_validation_plugin(d.validation_plugin);
  result->set_validation_parameter(d.validation_parameter);
  result->mutable_collections()->ParseFromString(d.collections);
  result->set_init_required(d.init_required);
}

void FillSource(const std::optional<std::string>& package_id, pb::ChaincodeSource* source) {
  if (package_id && !package_id->empty()) {
    source->mutable_local_package()->set_package_id(*package_id);
  } else {
    source->mutable_unavailable();
  }
}

struct ApprovedDefinition {
  ChaincodeDefinition definition;
  std::optional<std::string> package_id;
};

absl::StatusOr<std::optional<ApprovedDefinition>> ReadApproved(const LifecycleState& own,
                                                               const std::string& name,
                                                               int64_t sequence) {
  const std::string approval = ApprovalName(name, sequence);
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata, ReadRecordMetadata(own.get, kNamespaces, approval));
  if (!metadata) return std::nullopt;
  ApprovedDefinition approved;
  SUYUAN_ASSIGN_OR_RETURN(approved.definition, ReadFields(own.get, approval, *metadata));
  approved.definition.name = name;
  approved.definition.sequence = sequence;
  SUYUAN_ASSIGN_OR_RETURN(approved.package_id, ReadPackageId(own.get, approval));
  return approved;
}

}  // namespace

absl::Status LifecycleOnChannel::CheckChannel(const SystemCall& call) const {
  if (call.channel == nullptr || call.simulator == nullptr) {
    return absl::InvalidArgumentError("no application config for channel ''");
  }
  const ApplicationConfig* application = call.channel->config()->application();
  if (application == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("no application config for channel '", call.channel->id(), "'"));
  }
  for (const auto& [name, org] : application->organizations) {
    if (org.msp_id == deps_.local_msp->id()) return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("this peer's organisation ", deps_.local_msp->id(),
                   " is not a member of channel ", call.channel->id()));
}

absl::Status LifecycleOnChannel::CheckInput(const SystemCall& call,
                                            const ChaincodeDefinition& definition) const {
  SUYUAN_RETURN_IF_ERROR(CheckDefinitionInput(definition, call.channel->config()->msps()));
  const LifecycleState state = PublicState(*call.simulator);
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata,
                          ReadRecordMetadata(state.get, kNamespaces, definition.name));
  if (!metadata) {
    // Where Fabric looks for a definition of its first generation.
    return call.simulator->GetState("lscc", definition.name).status();
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto committed, ReadFields(state.get, definition.name, *metadata));
  return CheckCollectionsKept(committed, definition);
}

LifecycleState LifecycleOnChannel::OwnState(Simulator& simulator) const {
  const std::string collection = ImplicitCollectionName(deps_.local_msp->id());
  return {[&simulator,
           collection](const std::string& key) -> absl::StatusOr<std::optional<std::string>> {
            SUYUAN_ASSIGN_OR_RETURN(auto value,
                                    simulator.GetPrivate(kLifecycleNamespace, collection, key));
            if (!value) return std::nullopt;
            return std::move(value->value);
          },
          [&simulator, collection](const std::string& key, const std::string& value) {
            return simulator.SetPrivate(kLifecycleNamespace, collection, key, value);
          },
          [&simulator, collection](const std::string& key) {
            return simulator.DeletePrivate(kLifecycleNamespace, collection, key, /*purge=*/false);
          }};
}

LifecycleOnChannel::Payload LifecycleOnChannel::ApproveForMyOrg(const SystemCall& call,
                                                                const std::string& argument) const {
  SUYUAN_RETURN_IF_ERROR(CheckChannel(call));
  SUYUAN_ASSIGN_OR_RETURN(const auto args, ParseProto<pb::ApproveChaincodeDefinitionForMyOrgArgs>(
                                               argument, "ApproveChaincodeDefinitionForMyOrgArgs"));
  ChaincodeDefinition definition = FromArgs(args);
  SUYUAN_RETURN_IF_ERROR(CheckInput(call, definition));
  SUYUAN_RETURN_IF_ERROR(Approve(definition, args.source().local_package().package_id(),
                                 PublicState(*call.simulator), OwnState(*call.simulator)));
  return pb::ApproveChaincodeDefinitionForMyOrgResult().SerializeAsString();
}

LifecycleOnChannel::Payload LifecycleOnChannel::CheckCommitReadiness(
    const SystemCall& call, const std::string& argument) const {
  SUYUAN_RETURN_IF_ERROR(CheckChannel(call));
  SUYUAN_ASSIGN_OR_RETURN(const auto args, ParseProto<pb::CheckCommitReadinessArgs>(
                                               argument, "CheckCommitReadinessArgs"));
  ChaincodeDefinition definition = FromArgs(args);
  SUYUAN_RETURN_IF_ERROR(CheckInput(call, definition));
  SUYUAN_ASSIGN_OR_RETURN(const Readiness readiness,
                          CheckReadiness(definition, PublicState(*call.simulator),
                                         Organizations(*call.channel, *call.simulator)));
  pb::CheckCommitReadinessResult result;
  for (const auto& [org, approved] : readiness.approvals) {
    (*result.mutable_approvals())[org] = approved;
  }
  for (const auto& [org, items] : readiness.mismatches) {
    auto& out = (*result.mutable_mismatches())[org];
    for (const std::string& item : items) out.add_items(item);
  }
  return DeterministicBytes(result);
}

LifecycleOnChannel::Payload LifecycleOnChannel::CommitDefinition(
    const SystemCall& call, const std::string& argument) const {
  SUYUAN_RETURN_IF_ERROR(CheckChannel(call));
  SUYUAN_ASSIGN_OR_RETURN(const auto args, ParseProto<pb::CommitChaincodeDefinitionArgs>(
                                               argument, "CommitChaincodeDefinitionArgs"));
  ChaincodeDefinition definition = FromArgs(args);
  SUYUAN_RETURN_IF_ERROR(CheckInput(call, definition));
  SUYUAN_RETURN_IF_ERROR(Commit(definition, deps_.local_msp->id(), PublicState(*call.simulator),
                                Organizations(*call.channel, *call.simulator)));
  return pb::CommitChaincodeDefinitionResult().SerializeAsString();
}

LifecycleOnChannel::Payload LifecycleOnChannel::QueryDefinition(const SystemCall& call,
                                                                const std::string& argument) const {
  SUYUAN_RETURN_IF_ERROR(CheckChannel(call));
  SUYUAN_ASSIGN_OR_RETURN(const auto args, ParseProto<pb::QueryChaincodeDefinitionArgs>(
                                               argument, "QueryChaincodeDefinitionArgs"));
  SUYUAN_ASSIGN_OR_RETURN(const auto definition,
                          ReadDefinition(call.simulator->view(), args.name()));
  if (!definition) {
    return absl::NotFoundError(absl::StrCat("namespace ", args.name(), " is not defined"));
  }
  SUYUAN_ASSIGN_OR_RETURN(
      const Readiness readiness,
      QueryApprovals(*definition, Organizations(*call.channel, *call.simulator)));
  pb::QueryChaincodeDefinitionResult result;
  FillResult(*definition, &result);
  for (const auto& [org, approved] : readiness.approvals) {
    (*result.mutable_approvals())[org] = approved;
  }
  return DeterministicBytes(result);
}

LifecycleOnChannel::Payload LifecycleOnChannel::QueryAllDefinitions(
    const SystemCall& call, const std::string& argument) const {
  SUYUAN_RETURN_IF_ERROR(CheckChannel(call));
  SUYUAN_ASSIGN_OR_RETURN(const auto definitions, ReadDefinitions(call.simulator->view()));
  pb::QueryChaincodeDefinitionsResult result;
  for (const ChaincodeDefinition& definition : definitions) {
    auto* out = result.add_chaincode_definitions();
    out->set_name(definition.name);
    FillResult(definition, out);
  }
  return DeterministicBytes(result);
}

LifecycleOnChannel::Payload LifecycleOnChannel::QueryApproved(const SystemCall& call,
                                                              const std::string& argument) const {
  SUYUAN_RETURN_IF_ERROR(CheckChannel(call));
  SUYUAN_ASSIGN_OR_RETURN(const auto args, ParseProto<pb::QueryApprovedChaincodeDefinitionArgs>(
                                               argument, "QueryApprovedChaincodeDefinitionArgs"));
  const LifecycleState own = OwnState(*call.simulator);
  int64_t sequence = args.sequence();
  std::optional<ApprovedDefinition> approved;
  if (sequence == 0) {
    // The latest: what comes next, else what is in force.
    SUYUAN_ASSIGN_OR_RETURN(sequence, ReadSequence(PublicState(*call.simulator).get, args.name()));
    SUYUAN_ASSIGN_OR_RETURN(approved, ReadApproved(own, args.name(), sequence + 1));
  }
  if (!approved) {
    SUYUAN_ASSIGN_OR_RETURN(approved, ReadApproved(own, args.name(), sequence));
  }
  if (!approved) {
    return absl::FailedPreconditionError(
        absl::StrCat("could not fetch approved chaincode definition (name: '", args.name(),
                     "', sequence: '", sequence, "') on channel '", call.channel->id(), "'"));
  }
  pb::QueryApprovedChaincodeDefinitionResult result;
  FillResult(approved->definition, &result);
  FillSource(approved->package_id, result.mutable_source());
  return DeterministicBytes(result);
}

LifecycleOnChannel::Payload LifecycleOnChannel::QueryAllApproved(
    const SystemCall& call, const std::string& argument) const {
  SUYUAN_RETURN_IF_ERROR(CheckChannel(call));
  const LifecycleState own = OwnState(*call.simulator);
  SUYUAN_ASSIGN_OR_RETURN(const auto definitions, ReadDefinitions(call.simulator->view()));
  pb::QueryApprovedChaincodeDefinitionsResult result;
  for (const ChaincodeDefinition& committed : definitions) {
    for (int64_t sequence = 1; sequence <= committed.sequence + 1; ++sequence) {
      SUYUAN_ASSIGN_OR_RETURN(const auto approved, ReadApproved(own, committed.name, sequence));
      if (!approved) continue;
      auto* out = result.add_approved_chaincode_definitions();
      out->set_name(committed.name);
      FillResult(approved->definition, out);
      FillSource(approved->package_id, out->mutable_source());
    }
  }
  return DeterministicBytes(result);
}

}  // namespace suyuan
