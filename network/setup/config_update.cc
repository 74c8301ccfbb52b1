#include "network/setup/config_update.h"

#include "network/common/status_macros.h"
#include "network/msp/signed_envelope.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

absl::StatusOr<::common::ConfigUpdateEnvelope> ParseUpdateFile(absl::string_view bytes) {
  return ParseProto<::common::ConfigUpdateEnvelope>(bytes, "ConfigUpdateEnvelope");
}

}  // namespace

absl::StatusOr<std::string> MakeConfigUpdate(const ChannelConfig& current,
                                             const std::vector<ConfigChange>& changes) {
  ::common::Config updated = current.proto();
  for (const ConfigChange& change : changes) {
    SUYUAN_RETURN_IF_ERROR(change(current, updated.mutable_channel_group()));
  }
  SUYUAN_RETURN_IF_ERROR(ChannelConfig::Create(current.channel_id(), updated));
  SUYUAN_ASSIGN_OR_RETURN(const auto update,
                          ComputeConfigUpdate(current.channel_id(), current.proto(), updated));
  ::common::ConfigUpdateEnvelope envelope;
  envelope.set_config_update(DeterministicBytes(update));
  return DeterministicBytes(envelope);
}

absl::StatusOr<std::string> AddConfigSignature(absl::string_view update_file,
                                               const SigningIdentity& signer) {
  SUYUAN_ASSIGN_OR_RETURN(auto envelope, ParseUpdateFile(update_file));
  auto* signature = envelope.add_signatures();
  signature->set_signature_header(DeterministicBytes(MakeSignatureHeader(signer)));
  SUYUAN_ASSIGN_OR_RETURN(*signature->mutable_signature(),
                          signer.Sign({signature->signature_header(), envelope.config_update()}));
  return DeterministicBytes(envelope);
}

absl::StatusOr<std::string> MakeUpdateEnvelope(absl::string_view update_file,
                                               const SigningIdentity& submitter, absl::Time now) {
  SUYUAN_ASSIGN_OR_RETURN(const auto update_envelope, ParseUpdateFile(update_file));
  SUYUAN_ASSIGN_OR_RETURN(const auto update, ParseProto<::common::ConfigUpdate>(
                                                 update_envelope.config_update(), "ConfigUpdate"));
  SUYUAN_ASSIGN_OR_RETURN(const auto envelope,
                          MakeSignedEnvelope(submitter, ::common::CONFIG_UPDATE,
                                             update.channel_id(), update_file, now));
  return DeterministicBytes(envelope);
}

}  // namespace suyuan
