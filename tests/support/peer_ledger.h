// What a peer of a test network has on its disk, read after it stopped.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/test_network.h"

namespace suyuan {

struct PeerLedger {
  uint64_t height = 0;
  std::string last_hash, commit_hash, state_hash;
  std::vector<std::string> blocks;  // of each: data hash and verdicts
  bool operator==(const PeerLedger&) const = default;
};
absl::StatusOr<PeerLedger> ReadPeerLedger(const TestNetwork& network, const std::string& peer);

// Stops all peers, lets those that lack the last block catch up, and reads them.
//   kDataLoss  a stored block is damaged; names peer, block and field
//              there are not as many as the height says; names the peer and both
absl::StatusOr<std::vector<PeerLedger>> StopAndReadLedgers(const TestNetwork& network);

}  // namespace suyuan
