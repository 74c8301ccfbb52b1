#include <algorithm>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/common/text.h"
#include "network/ledger/ledger.h"
#include "scripts/demo/chapters.h"

namespace suyuan::demo {
namespace {

struct PeerLedger {
  uint64_t height = 0;
  std::string last_hash, commit_hash, state_hash;
  bool operator==(const PeerLedger&) const = default;
};

absl::StatusOr<PeerLedger> ReadLedger(const std::filesystem::path& dir) {
  SUYUAN_ASSIGN_OR_RETURN(const auto ledger, Ledger::Open(dir));
  PeerLedger out{ledger->Height(), HexEncode(ledger->LastHash()), HexEncode(ledger->CommitHash()),
                 ""};
  SUYUAN_ASSIGN_OR_RETURN(const std::string state_hash, ledger->StateHash());
  out.state_hash = HexEncode(state_hash);
  return out;
}

absl::StatusOr<PeerLedger> Inspect(const Stage& stage, const std::string& peer) {
  const std::filesystem::path dir = stage.network.LedgerDir(peer);
  SUYUAN_ASSIGN_OR_RETURN(PeerLedger ledger, ReadLedger(dir), absl::StrCat("ledger of ", peer));
  stage.story.Tell(absl::StrCat(peer, ": height ", ledger.height));
  stage.story.Tell(absl::StrCat("    last block  ", ledger.last_hash));
  stage.story.Tell(absl::StrCat("    commit hash ", ledger.commit_hash));
  stage.story.Tell(absl::StrCat("    state hash  ", ledger.state_hash));
  uint64_t faults = 0;
  const auto read = VerifyLedger(dir, [&](const BlockFinding& finding) {
    stage.story.Tell(absl::StrCat("    block ", finding.block_number, ": ",
                                  finding.errors.empty() ? "" : finding.errors.front()));
    ++faults;
  });
  SUYUAN_RETURN_IF_ERROR(read.status());
  if (faults > 0) {
    stage.story.Expect(false, absl::StrCat(peer, ": ", faults, " of ", *read, " blocks damaged"));
  }
  return ledger;
}

}  // namespace

absl::Status CompareLedgers(const Stage& stage, bool keep) {
  stage.story.Chapter("The peers stop, and their ledgers are compared on disk");
  SUYUAN_RETURN_IF_ERROR(stage.alliance.AwaitEqualHeights());
  const std::vector<std::string> peers = stage.network.Peers();
  for (const std::string& peer : peers) SUYUAN_RETURN_IF_ERROR(stage.network.Stop(peer));
  std::vector<PeerLedger> ledgers;
  for (const std::string& peer : peers) {
    SUYUAN_ASSIGN_OR_RETURN(ledgers.emplace_back(), Inspect(stage, peer));
  }
  stage.story.Expect(
      std::all_of(ledgers.begin(), ledgers.end(),
                  [&](const PeerLedger& ledger) { return ledger == ledgers.front(); }),
      absl::StrCat(peers.size(), " peers, one ledger: heights and hashes are the same"));
  if (!keep) return absl::OkStatus();
  for (const std::string& peer : peers) SUYUAN_RETURN_IF_ERROR(stage.network.Start(peer));
  return stage.alliance.AwaitEqualHeights();  // until the gateway has found them again
}

}  // namespace suyuan::demo
