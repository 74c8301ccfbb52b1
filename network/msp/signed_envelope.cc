#include "network/msp/signed_envelope.h"

#include "network/common/status_macros.h"
#include "network/crypto/hash.h"
#include "network/protoutil/protoutil.h"

namespace suyuan {
namespace {

constexpr size_t kNonceBytes = 24;

}  // namespace

::common::SignatureHeader MakeSignatureHeader(const SigningIdentity& signer) {
  ::common::SignatureHeader header;
  header.set_creator(signer.serialized());
  header.set_nonce(RandomBytes(kNonceBytes));
  return header;
}

absl::StatusOr<::common::Envelope> MakeSignedEnvelope(const SigningIdentity& signer,
                                                      ::common::HeaderType type,
                                                      absl::string_view channel_id,
                                                      absl::string_view data, absl::Time now) {
  ::common::Payload payload;
  payload.mutable_header()->set_channel_header(
      MakeChannelHeader(type, channel_id, "", now).SerializeAsString());
  payload.mutable_header()->set_signature_header(MakeSignatureHeader(signer).SerializeAsString());
  payload.set_data(data.data(), data.size());
  ::common::Envelope envelope;
  envelope.set_payload(payload.SerializeAsString());
  SUYUAN_ASSIGN_OR_RETURN(*envelope.mutable_signature(), signer.Sign({envelope.payload()}));
  return envelope;
}

}  // namespace suyuan
