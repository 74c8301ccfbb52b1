// Makes and signs blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "network/msp/identity.h"
#include "protos/common/common.pb.h"
#include "protos/common/configtx.pb.h"

namespace suyuan {

// Header, data and the orderer's metadata slots: SIGNATURES (last_config, signed by
// `signer`) and LAST_CONFIG; the peers' slots stay empty. `last_config`: number of the
// block with the configuration in force, a config block's own.
absl::StatusOr<::common::Block> MakeSignedBlock(uint64_t number, const std::string& previous_hash,
                                                std::vector<std::string> envelopes,
                                                uint64_t last_config,
                                                const SigningIdentity& signer);

// A CONFIG envelope for `config`, reached by `last_update` (the CONFIG_UPDATE envelope
// as received), signed by `signer`.
absl::StatusOr<::common::Envelope> MakeConfigEnvelope(const std::string& channel_id,
                                                      const ::common::Config& config,
                                                      const ::common::Envelope& last_update,
                                                      absl::Time now,
                                                      const SigningIdentity& signer);

}  // namespace suyuan
