// What a reader of block streams sends.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "network/msp/identity.h"
#include "protos/common/common.pb.h"
#include "protos/orderer/ab.pb.h"

namespace suyuan {

// A seek envelope (type DELIVER_SEEK_INFO) for blocks from `start` to `stop`.
absl::StatusOr<::common::Envelope> MakeSeekEnvelope(const SigningIdentity& signer,
                                                    absl::string_view channel_id, uint64_t start,
                                                    uint64_t stop, absl::Time now);
absl::StatusOr<::common::Envelope> MakeSeekEnvelope(const SigningIdentity& signer,
                                                    absl::string_view channel_id,
                                                    const ::orderer::SeekInfo& seek,
                                                    absl::Time now);

}  // namespace suyuan
