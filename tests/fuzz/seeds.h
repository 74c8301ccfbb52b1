// Well-formed inputs to start from: made here, and real Fabric blocks where
// SUYUAN_SHARED_DATA has them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "network/channel/channel_config.h"
#include "network/msp/msp.h"

namespace suyuan {

// Blocks, envelopes, proposals, identities, config trees, read-write sets: the fuzz
// targets share them, since each layer occurs inside another.
std::vector<std::string> FuzzSeeds();

// The MSPs of two organisations whose identities are among the seeds.
std::unique_ptr<std::shared_ptr<const MspManager>> FuzzMsps();

// A channel's configuration, from shared data; nullptr without it.
ChannelConfigPtr FuzzChannel();

}  // namespace suyuan
