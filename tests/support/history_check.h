// Judges what clients were told against what stands on the nodes' disks. Knows nothing of how
// the network works, so that it can't share its mistakes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/support/history.h"

namespace suyuan {

// One node's copy of the chain.
struct ChainCopy {
  struct Transaction {
    std::string id;  // empty: a change of the channel
    bool valid = false;
  };
  std::string node;
  bool judged = false;  // a peer's: it has verdicts
  std::vector<std::string> block_hashes;
  // By block; of a judged copy alone.
  std::vector<std::vector<Transaction>> blocks;
};

// Reads a stopped node's block store (the folder with the block files, FORMAT.md).
//   kDataLoss and others of the store; kInvalidArgument when a block's hashes do not fit
absl::StatusOr<ChainCopy> ReadChain(const std::string& node, const std::filesystem::path& blocks,
                                    bool judged);

// What is wrong, a line each; empty when all is well:
//   - copies differ in height, in a block's hash or in a verdict
//   - a transaction is valid twice
//   - a success is not in the chain as valid, or a refused one is
//   - one was acknowledged before another was called, and yet stands behind it
std::vector<std::string> CheckHistory(const std::vector<Operation>& operations,
                                      const std::vector<ChainCopy>& copies);

}  // namespace suyuan
