// One orderer alone. Its log is the block store that Deliver appends to: a batch is
// agreed on when it is durable there, so nothing has to be replayed.
#pragma once

#include <memory>

#include "network/orderer/consensus/consenter.h"

namespace suyuan {

inline constexpr char kSoloConsensus[] = "solo";

// Propose() delivers and calls `done` before it returns.
std::unique_ptr<Consenter> MakeSoloConsenter(Consenter::Deliver deliver);

}  // namespace suyuan
