#include "tests/support/peer_ledger.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/ledger/ledger.h"

namespace suyuan {
namespace {

absl::Status Verify(const TestNetwork& network, const std::string& peer, uint64_t height) {
  absl::Status found;
  const auto read = VerifyLedger(network.LedgerDir(peer), [&](const BlockFinding& finding) {
    found.Update(absl::DataLossError(
        absl::StrCat(peer, ": block ", finding.block_number, ": ", finding.errors.front())));
  });
  SUYUAN_RETURN_IF_ERROR(read.status(), peer);
  if (*read != height) {
    found.Update(absl::DataLossError(
        absl::StrCat(peer, ": ", *read, " blocks are stored, its height is ", height)));
  }
  return found;
}

}  // namespace

absl::StatusOr<PeerLedger> ReadPeerLedger(const TestNetwork& network, const std::string& peer) {
  SUYUAN_ASSIGN_OR_RETURN(const auto ledger, Ledger::Open(network.LedgerDir(peer)), peer);
  PeerLedger out{ledger->Height(), ledger->LastHash(), ledger->CommitHash(), "", {}};
  SUYUAN_ASSIGN_OR_RETURN(out.state_hash, ledger->StateHash(), peer);
  for (uint64_t n = 0; n < out.height; ++n) {
    SUYUAN_ASSIGN_OR_RETURN(const auto block, ledger->Get(n), peer);
    out.blocks.push_back(block.header().data_hash() + block.metadata().metadata(2));
  }
  return out;
}

absl::StatusOr<std::vector<PeerLedger>> StopAndReadLedgers(const TestNetwork& network) {
  const std::vector<std::string> peers = network.Peers();
  std::vector<PeerLedger> ledgers;
  for (const std::string& peer : peers) SUYUAN_RETURN_IF_ERROR(network.Stop(peer));
  for (const std::string& peer : peers) {
    SUYUAN_ASSIGN_OR_RETURN(ledgers.emplace_back(), ReadPeerLedger(network, peer));
  }
  // A peer that was stopped a moment earlier may lack the last block: started again, it
  // catches up.
  uint64_t highest = 0;
  for (const PeerLedger& ledger : ledgers) highest = std::max(highest, ledger.height);
  for (size_t i = 0; i < peers.size(); ++i) {
    for (int tries = 0; ledgers[i].height < highest && tries < 20; ++tries) {
      SUYUAN_RETURN_IF_ERROR(network.Start(peers[i]));
      SUYUAN_RETURN_IF_ERROR(network.Stop(peers[i]));
      SUYUAN_ASSIGN_OR_RETURN(ledgers[i], ReadPeerLedger(network, peers[i]));
    }
    SUYUAN_RETURN_IF_ERROR(Verify(network, peers[i], ledgers[i].height));
  }
  return ledgers;
}

}  // namespace suyuan
