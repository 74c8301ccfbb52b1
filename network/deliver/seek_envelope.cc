#include "network/deliver/seek_envelope.h"

#include "network/msp/signed_envelope.h"

namespace suyuan {

absl::StatusOr<::common::Envelope> MakeSeekEnvelope(const SigningIdentity& signer,
                                                    absl::string_view channel_id, uint64_t start,
                                                    uint64_t stop, absl::Time now) {
  ::orderer::SeekInfo seek;
  seek.mutable_start()->mutable_specified()->set_number(start);
  seek.mutable_stop()->mutable_specified()->set_number(stop);
  seek.set_behavior(::orderer::SeekInfo::BLOCK_UNTIL_READY);
  return MakeSeekEnvelope(signer, channel_id, seek, now);
}

absl::StatusOr<::common::Envelope> MakeSeekEnvelope(const SigningIdentity& signer,
                                                    absl::string_view channel_id,
                                                    const ::orderer::SeekInfo& seek,
                                                    absl::Time now) {
  return MakeSignedEnvelope(signer, ::common::DELIVER_SEEK_INFO, channel_id,
                            seek.SerializeAsString(), now);
}

}  // namespace suyuan
