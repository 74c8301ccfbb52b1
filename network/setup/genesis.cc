#include "network/setup/genesis.h"

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/config_tree.h"

namespace suyuan {
namespace {

constexpr size_t kNonceBytes = 24;

std::string MakeEnvelope(const ChannelSpec& spec, const ::common::Config& config, absl::Time now) {
  ::common::SignatureHeader signature_header;
  signature_header.set_nonce(RandomBytes(kNonceBytes));
  auto channel_header =
      MakeChannelHeader(::common::CONFIG, spec.channel_id,
                        ComputeTxId(signature_header.nonce(), signature_header.creator()), now);
  channel_header.set_version(1);
  ::common::ConfigEnvelope config_envelope;
  *config_envelope.mutable_config() = config;
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(DeterministicBytes(channel_header));
  payload.mutable_header()->set_signature_header(DeterministicBytes(signature_header));
  payload.set_data(DeterministicBytes(config_envelope));
  ::common::Envelope envelope;
  envelope.set_payload(DeterministicBytes(payload));
  return DeterministicBytes(envelope);
}

// Slot 0 and the deprecated slot 1 both say: the newest configuration is block 0.
void SetLastConfig(::common::Block* block) {
  ::common::OrdererBlockMetadata orderer_metadata;
  orderer_metadata.mutable_last_config();
  ::common::Metadata signatures, last_config;
  signatures.set_value(DeterministicBytes(orderer_metadata));
  last_config.set_value(DeterministicBytes(::common::LastConfig()));
  auto* slots = block->mutable_metadata()->mutable_metadata();
  *slots->Mutable(::common::SIGNATURES) = DeterministicBytes(signatures);
  *slots->Mutable(1) = DeterministicBytes(last_config);
}

}  // namespace

absl::StatusOr<::common::Block> MakeGenesisBlock(const ChannelSpec& spec, absl::Time now) {
  const ::common::Config config = MakeConfig(spec);
  SUYUAN_RETURN_IF_ERROR(ChannelConfig::Create(spec.channel_id, config));
  ::common::Block block = MakeBlock(0, "", {MakeEnvelope(spec, config, now)});
  SetLastConfig(&block);
  return block;
}

}  // namespace suyuan
