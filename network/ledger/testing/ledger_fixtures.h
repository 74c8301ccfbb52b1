// Blocks and transactions for tests of the ledger, made in one call.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "network/ledger/ledger.h"

namespace suyuan::testing {

// A directory of its own, removed at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A committed block as an orderer delivers it: slots 2 and 4 empty, every transaction
// past the policy stage with VALID.
BlockForCommit AsDelivered(::common::Block block);

// An endorser transaction with this id and read-write set (rwset.TxReadWriteSet bytes),
// unsigned.
std::string MakeTransaction(const std::string& tx_id, const std::string& rwset);

// The block behind `ledger`'s last one, with these envelopes.
BlockForCommit NextBlock(const Ledger& ledger, std::vector<std::string> envelopes);

// Commits a block of one transaction that runs `body` on a simulator.
CommitResult CommitOne(Ledger& ledger, const std::string& tx_id,
                       const std::function<void(Simulator&)>& body);
// Read-write set of `body` on the present state.
std::string Simulate(const Ledger& ledger, const std::function<void(Simulator&)>& body);

}  // namespace suyuan::testing
