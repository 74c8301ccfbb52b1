// The chaincode events in a block.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "protos/common/common.pb.h"
#include "protos/gateway/gateway.pb.h"

namespace suyuan {

// Picks the events of one chaincode out of block after block. Not thread-safe.
class EventFilter {
 public:
  // With `after_tx_id`, every event up to and including that transaction's is
  // skipped.
  EventFilter(std::string chaincode, std::string after_tx_id)
      : chaincode_(std::move(chaincode)), after_tx_id_(std::move(after_tx_id)) {}

  // Events of the block's VALID transactions, in order. What cannot be read (config
  // transactions) has none.
  ::gateway::ChaincodeEventsResponse Events(const ::common::Block& block);

 private:
  const std::string chaincode_;
  std::string after_tx_id_;  // empty once passed
};

}  // namespace suyuan
