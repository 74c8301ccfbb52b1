#include "tests/support/history_check.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "network/common/status_macros.h"
#include "network/ledger/block_store.h"
#include "network/protoutil/protoutil.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {
namespace {

using Findings = std::vector<std::string>;

std::vector<ChainCopy::Transaction> Transactions(const ::common::Block& block) {
  const auto& slots = block.metadata().metadata();
  const std::string verdicts =
      slots.size() > ::common::TRANSACTIONS_FILTER ? slots[::common::TRANSACTIONS_FILTER] : "";
  std::vector<ChainCopy::Transaction> transactions;
  for (int i = 0; i < block.data().data_size(); ++i) {
    auto envelope = ParseEnvelope(block.data().data(i));
    const auto at = static_cast<size_t>(i);
    transactions.push_back({envelope.ok() ? envelope->channel_header.tx_id() : "",
                            at < verdicts.size() && verdicts[at] == ::protos::VALID});
  }
  return transactions;
}

void CompareCopies(const ChainCopy& reference, const ChainCopy& other, Findings* findings) {
  const std::string pair = absl::StrCat(reference.node, " and ", other.node);
  if (reference.block_hashes.size() != other.block_hashes.size()) {
    findings->push_back(absl::StrCat(pair, " have ", reference.block_hashes.size(), " and ",
                                     other.block_hashes.size(), " blocks"));
  }
  const size_t common = std::min(reference.block_hashes.size(), other.block_hashes.size());
  for (size_t n = 0; n < common; ++n) {
    if (reference.block_hashes[n] == other.block_hashes[n]) continue;
    findings->push_back(absl::StrCat(pair, " differ in block ", n));
    return;  // all later ones differ too
  }
}

void CompareVerdicts(const ChainCopy& reference, const ChainCopy& other, Findings* findings) {
  const size_t common = std::min(reference.blocks.size(), other.blocks.size());
  for (size_t n = 0; n < common; ++n) {
    const auto same = [](const auto& a, const auto& b) { return a.valid == b.valid; };
    if (std::equal(reference.blocks[n].begin(), reference.blocks[n].end(), other.blocks[n].begin(),
                   other.blocks[n].end(), same)) {
      continue;
    }
    findings->push_back(
        absl::StrCat(reference.node, " and ", other.node, " judge block ", n, " differently"));
  }
}

// Position of each valid transaction among all valid ones.
std::map<std::string, size_t> Positions(const ChainCopy& chain, Findings* findings) {
  std::map<std::string, size_t> positions;
  size_t next = 0;
  for (size_t n = 0; n < chain.blocks.size(); ++n) {
    for (const auto& transaction : chain.blocks[n]) {
      // (Changes of the channel have no id.)
      if (!transaction.valid || transaction.id.empty()) continue;
      if (!positions.emplace(transaction.id, next++).second) {
        findings->push_back(
            absl::StrCat("transaction ", transaction.id, " is valid twice, again in block ", n));
      }
    }
  }
  return positions;
}

void CheckOutcomes(const std::vector<Operation>& operations,
                   const std::map<std::string, size_t>& positions, Findings* findings) {
  for (const Operation& operation : operations) {
    const bool there = positions.count(operation.tx_id) > 0;
    if (operation.outcome == Outcome::kSuccess && !there) {
      findings->push_back(absl::StrCat("transaction ", operation.tx_id, " of client ",
                                       operation.client, " was acknowledged at ",
                                       absl::FormatDuration(operation.returned), " and is lost"));
    }
    if (operation.outcome == Outcome::kRefused && there) {
      findings->push_back(absl::StrCat("transaction ", operation.tx_id, " of client ",
                                       operation.client,
                                       " was refused and yet is in the chain: ", operation.error));
    }
  }
}

// Along the chain, nothing may follow what was called after its own acknowledgement.
void CheckOrder(const std::vector<Operation>& operations,
                const std::map<std::string, size_t>& positions, Findings* findings) {
  std::vector<std::pair<size_t, const Operation*>> placed;
  for (const Operation& operation : operations) {
    auto it = positions.find(operation.tx_id);
    if (it != positions.end()) placed.push_back({it->second, &operation});
  }
  std::sort(placed.begin(), placed.end());
  const Operation* latest = nullptr;  // called last of those before
  for (const auto& [position, operation] : placed) {
    if (latest != nullptr && operation->outcome == Outcome::kSuccess &&
        operation->returned < latest->called) {
      findings->push_back(absl::StrCat(
          "transaction ", operation->tx_id, " was acknowledged at ",
          absl::FormatDuration(operation->returned), ", before ", latest->tx_id, " was called at ",
          absl::FormatDuration(latest->called), ", but stands behind it"));
    }
    if (latest == nullptr || operation->called > latest->called) latest = operation;
  }
}

}  // namespace

absl::StatusOr<ChainCopy> ReadChain(const std::string& node, const std::filesystem::path& blocks,
                                    bool judged) {
  SUYUAN_ASSIGN_OR_RETURN(const auto store, BlockStore::Open(blocks), node);
  ChainCopy copy{.node = node, .judged = judged};
  std::string previous;
  for (uint64_t n = 0; n < store->Height(); ++n) {
    SUYUAN_ASSIGN_OR_RETURN(const ::common::Block block, store->Get(n), node);
    if (block.header().number() != n || block.header().previous_hash() != previous ||
        block.header().data_hash() != BlockDataHash(block.data())) {
      return absl::InvalidArgumentError(absl::StrCat(node, ": block ", n, " does not fit in"));
    }
    previous = BlockHeaderHash(block.header());
    copy.block_hashes.push_back(previous);
    if (judged) copy.blocks.push_back(Transactions(block));
  }
  return copy;
}

std::vector<std::string> CheckHistory(const std::vector<Operation>& operations,
                                      const std::vector<ChainCopy>& copies) {
  Findings findings;
  const auto reference =
      std::find_if(copies.begin(), copies.end(), [](const ChainCopy& copy) { return copy.judged; });
  if (reference == copies.end()) return {"no copy has verdicts"};
  for (const ChainCopy& copy : copies) {
    if (&copy == &*reference) continue;
    CompareCopies(*reference, copy, &findings);
    if (copy.judged) CompareVerdicts(*reference, copy, &findings);
  }
  const auto positions = Positions(*reference, &findings);
  CheckOutcomes(operations, positions, &findings);
  CheckOrder(operations, positions, &findings);
  return findings;
}

}  // namespace suyuan
