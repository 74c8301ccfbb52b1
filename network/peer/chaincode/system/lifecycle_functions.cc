#include "network/peer/chaincode/system/lifecycle_functions.h"

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

absl::Status CheckSequence(int64_t requested, int64_t current) {
  if (requested == 0 && current == 0) {
    return absl::FailedPreconditionError(
        "requested sequence is 0, but first definable sequence number is 1");
  }
  if (requested < current) {
    return absl::FailedPreconditionError(absl::StrCat(
        "currently defined sequence ", current, " is larger than requested sequence ", requested));
  }
  if (requested > current + 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("requested sequence ", requested,
                     " is larger than the next available sequence number ", current + 1));
  }
  return absl::OkStatus();
}

// Which part of two definitions differs; empty when none.
std::string Difference(const ChaincodeDefinition& a, const ChaincodeDefinition& b) {
  const auto differs = [](absl::string_view what, absl::string_view x, absl::string_view y) {
    return absl::StrCat(what, " '", x, "' != '", y, "'");
  };
  if (a.version != b.version) return differs("Version", a.version, b.version);
  if (a.endorsement_plugin != b.endorsement_plugin) {
    return differs("EndorsementPlugin", a.endorsement_plugin, b.endorsement_plugin);
  }
  if (a.init_required != b.init_required) {
    return differs("InitRequired", a.init_required ? "true" : "false",
                   b.init_required ? "true" : "false");
  }
  if (a.validation_plugin != b.validation_plugin) {
    return differs("ValidationPlugin", a.validation_plugin, b.validation_plugin);
  }
  if (a.validation_parameter != b.validation_parameter) return "ValidationParameter differs";
  if (a.collections != b.collections) return "Collections differ";
  return "";
}

// Approving the sequence that is in force: only with the content in force.
absl::Status CheckSameAsCommitted(const ChaincodeDefinition& definition,
                                  const LifecycleState& public_state) {
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata,
                          ReadRecordMetadata(public_state.get, kNamespaces, definition.name));
  if (!metadata) {
    return absl::DataLossError(absl::StrCat(
        "missing metadata for currently committed sequence number (", definition.sequence, ")"));
  }
  SUYUAN_ASSIGN_OR_RETURN(const auto committed,
                          ReadFields(public_state.get, definition.name, *metadata));
  const std::string difference = Difference(committed, definition);
  if (difference.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("attempted to define the current sequence (",
                                                    definition.sequence, ") for namespace ",
                                                    definition.name, ", but: ", difference));
}

// Approving again what is not committed yet: something must change, or the
// transaction would write nothing.
absl::Status CheckChanges(const ChaincodeDefinition& definition, const std::string& approval,
                          const std::string& package_id, const LifecycleState& own_state) {
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata,
                          ReadRecordMetadata(own_state.get, kNamespaces, approval));
  if (!metadata) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const auto approved, ReadFields(own_state.get, approval, *metadata));
  if (!Difference(approved, definition).empty()) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const auto source,
                          ReadRecordMetadata(own_state.get, kChaincodeSources, approval));
  if (!source) return absl::OkStatus();
  SUYUAN_ASSIGN_OR_RETURN(const auto known, ReadPackageId(own_state.get, approval));
  if (known != package_id) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("attempted to redefine uncommitted sequence (",
                                                    definition.sequence, ") for namespace ",
                                                    definition.name, " with unchanged content"));
}

std::string MismatchText(const std::string& field) {
  if (field == "EndorsementInfo") {
    return "EndorsementInfo (Check the Version, InitRequired, EndorsementPlugin)";
  }
  if (field == "ValidationInfo") {
    return "ValidationInfo (Check the ValidationPlugin, ValidationParameter)";
  }
  return absl::StrCat(field, " (Check the ", field, ")");
}

// Compares hashes; nullopt when the organisation approved nothing under this name.
absl::StatusOr<std::optional<std::vector<std::string>>> Mismatches(const LifecycleRecord& record,
                                                                   const std::string& approval,
                                                                   const LifecycleGet& get_hash) {
  SUYUAN_ASSIGN_OR_RETURN(const auto metadata, get_hash(MetadataKey(kNamespaces, approval)));
  if (metadata != Sha256(record.MetadataBytes())) return std::nullopt;
  std::vector<std::string> different;
  for (const auto& [field, value] : record.fields) {
    SUYUAN_ASSIGN_OR_RETURN(const auto hash, get_hash(FieldKey(kNamespaces, approval, field)));
    if (hash != Sha256(value)) different.push_back(MismatchText(field));
  }
  return different;
}

// A peer that lost its private data (its ledger was fetched anew) knows that there was an
// approval and not which: what is approved now takes its place. Stock peers refuse here,
// and their organisation waits for the next sequence.
LifecycleState WithoutLostData(LifecycleState state) {
  state.get = [get = std::move(state.get)](
                  const std::string& key) -> absl::StatusOr<std::optional<std::string>> {
    auto value = get(key);
    if (absl::IsNotFound(value.status())) return std::nullopt;
    return value;
  };
  return state;
}

}  // namespace

absl::Status Approve(ChaincodeDefinition& definition, const std::string& package_id,
                     const LifecycleState& public_state, const LifecycleState& stored_own_state) {
  const LifecycleState own_state = WithoutLostData(stored_own_state);
  SUYUAN_ASSIGN_OR_RETURN(const int64_t current, ReadSequence(public_state.get, definition.name),
                          "could not get current sequence");
  SUYUAN_RETURN_IF_ERROR(CheckSequence(definition.sequence, current));
  SetDefinitionDefaults(definition);
  const std::string approval = ApprovalName(definition.name, definition.sequence);
  SUYUAN_RETURN_IF_ERROR(definition.sequence == current
                             ? CheckSameAsCommitted(definition, public_state)
                             : CheckChanges(definition, approval, package_id, own_state));
  SUYUAN_RETURN_IF_ERROR(
      WriteRecord(own_state, kNamespaces, approval, ParametersRecord(definition)));
  return WriteRecord(own_state, kChaincodeSources, approval, LocalPackageRecord(package_id));
}

absl::StatusOr<Readiness> QueryApprovals(const ChaincodeDefinition& definition,
                                         const std::vector<OrganizationHashes>& organizations) {
  const LifecycleRecord record = ParametersRecord(definition);
  const std::string approval = ApprovalName(definition.name, definition.sequence);
  Readiness readiness;
  for (const OrganizationHashes& org : organizations) {
    SUYUAN_ASSIGN_OR_RETURN(const auto different, Mismatches(record, approval, org.get_hash));
    readiness.approvals[org.msp_id] = different && different->empty();
    if (different && !different->empty()) readiness.mismatches[org.msp_id] = *different;
  }
  return readiness;
}

absl::StatusOr<Readiness> CheckReadiness(ChaincodeDefinition& definition,
                                         const LifecycleState& public_state,
                                         const std::vector<OrganizationHashes>& organizations) {
  SUYUAN_ASSIGN_OR_RETURN(const int64_t current, ReadSequence(public_state.get, definition.name),
                          "could not get current sequence");
  if (definition.sequence != current + 1) {
    return absl::FailedPreconditionError(absl::StrCat("requested sequence is ", definition.sequence,
                                                      ", but new definition must be sequence ",
                                                      current + 1));
  }
  SetDefinitionDefaults(definition);
  return QueryApprovals(definition, organizations);
}

absl::Status Commit(ChaincodeDefinition& definition, const std::string& own,
                    const LifecycleState& public_state,
                    const std::vector<OrganizationHashes>& organizations) {
  SUYUAN_ASSIGN_OR_RETURN(Readiness readiness,
                          CheckReadiness(definition, public_state, organizations));
  SUYUAN_RETURN_IF_ERROR(
      WriteRecord(public_state, kNamespaces, definition.name, DefinitionRecord(definition)));
  if (readiness.approvals[own]) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("chaincode definition not agreed to by this org (", own, ")"));
}

}  // namespace suyuan
