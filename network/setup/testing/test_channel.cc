#include "network/setup/testing/test_channel.h"

#include "absl/time/clock.h"
#include "network/common/check.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"
#include "network/setup/genesis.h"

namespace suyuan {

TestChannel::TestChannel(const std::string& channel_id) {
  spec_.channel_id = channel_id;
  spec_.application = {{"producer", "ProducerMSP", producer_.config(), {{"127.0.0.1", 7051}}, {}},
                       {"distributor", "DistributorMSP", distributor_.config(), {}, {}}};
  spec_.orderer = {{"supervisor", "SupervisorMSP", supervisor_.config(), {}, {"127.0.0.1:7050"}}};
}

::common::Block TestChannel::genesis() const {
  auto block = MakeGenesisBlock(spec_, absl::Now());
  SUYUAN_CHECK(block.ok());
  return *std::move(block);
}

ChannelConfigPtr TestChannel::config() const {
  auto config = ChannelConfig::FromBlock(genesis());
  SUYUAN_CHECK(config.ok());
  return *std::move(config);
}

::common::Envelope MakeTestEnvelope(const SigningIdentity& signer, const std::string& channel_id,
                                    const std::string& data, ::common::HeaderType type) {
  ::common::SignatureHeader signature_header;
  signature_header.set_creator(signer.serialized());
  signature_header.set_nonce(RandomBytes(24));
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(type, channel_id,
                        ComputeTxId(signature_header.nonce(), signature_header.creator()),
                        absl::Now())
          .SerializeAsString());
  payload.mutable_header()->set_signature_header(signature_header.SerializeAsString());
  payload.set_data(data);
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  auto signature = signer.Sign({envelope.payload()});
  SUYUAN_CHECK(signature.ok());
  envelope.set_signature(*std::move(signature));
  return envelope;
}

}  // namespace suyuan
