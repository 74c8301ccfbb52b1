// A block as DeliverFiltered shows it: verdicts and event names, no content.
#pragma once

#include "absl/strings/string_view.h"
#include "protos/common/common.pb.h"
#include "protos/peer/events.pb.h"

namespace suyuan {

// One entry per transaction, in order. What cannot be read of a transaction is left
// out of its entry; event payloads always are.
::protos::FilteredBlock MakeFilteredBlock(absl::string_view channel_id,
                                          const ::common::Block& block);

}  // namespace suyuan
