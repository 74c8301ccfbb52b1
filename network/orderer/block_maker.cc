#include "network/orderer/block_maker.h"

#include <utility>

#include "network/common/status_macros.h"
#include "network/msp/signed_envelope.h"
#include "network/protoutil/protoutil.h"
#include "protos/common/configtx.pb.h"

namespace suyuan {
namespace {

constexpr int kLastConfigSlot = 1;  // deprecated, but stock nodes write it still

}  // namespace

absl::StatusOr<::common::Block> MakeSignedBlock(uint64_t number, const std::string& previous_hash,
                                                std::vector<std::string> envelopes,
                                                uint64_t last_config,
                                                const SigningIdentity& signer) {
  ::common::Block block = MakeBlock(number, previous_hash, std::move(envelopes));
  ::common::OrdererBlockMetadata orderer;
  orderer.mutable_last_config()->set_index(last_config);
  ::common::Metadata signatures;
  signatures.set_value(orderer.SerializeAsString());
  ::common::MetadataSignature& signature = *signatures.add_signatures();
  signature.set_signature_header(MakeSignatureHeader(signer).SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*signature.mutable_signature(),
                          signer.Sign({signatures.value(), signature.signature_header(),
                                       BlockHeaderDer(block.header())}),
                          "sign block");
  ::common::Metadata config;
  config.set_value(orderer.last_config().SerializeAsString());
  *block.mutable_metadata()->mutable_metadata(::common::SIGNATURES) =
      signatures.SerializeAsString();
  *block.mutable_metadata()->mutable_metadata(kLastConfigSlot) = config.SerializeAsString();
  return block;
}

absl::StatusOr<::common::Envelope> MakeConfigEnvelope(const std::string& channel_id,
                                                      const ::common::Config& config,
                                                      const ::common::Envelope& last_update,
                                                      absl::Time now,
                                                      const SigningIdentity& signer) {
  ::common::ConfigEnvelope content;
  *content.mutable_config() = config;
  *content.mutable_last_update() = last_update;
  return MakeSignedEnvelope(signer, ::common::CONFIG, channel_id, DeterministicBytes(content), now);
}

}  // namespace suyuan
