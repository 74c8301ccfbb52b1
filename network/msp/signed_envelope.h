// What a node or tool sends in its own name: a payload with headers, signed.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/msp/identity.h"
#include "protos/common/common.pb.h"

namespace suyuan {

// `signer` as creator, with a fresh nonce.
::common::SignatureHeader MakeSignatureHeader(const SigningIdentity& signer);

// An envelope of `type` for the channel, without a transaction id, around `data`.
//   any error  of SigningIdentity::Sign()
absl::StatusOr<::common::Envelope> MakeSignedEnvelope(const SigningIdentity& signer,
                                                      ::common::HeaderType type,
                                                      absl::string_view channel_id,
                                                      absl::string_view data, absl::Time now);

}  // namespace suyuan
