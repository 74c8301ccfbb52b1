// Validation of a block in its two stages, and what the ledger gets of it.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "network/channel/channel_config.h"
#include "network/common/thread_pool.h"
#include "network/ledger/ledger.h"
#include "network/peer/committer/checked_transaction.h"
#include "network/peer/committer/own_endorsements.h"
#include "network/peer/committer/policy_book.h"
#include "protos/common/common.pb.h"

namespace suyuan {

struct CheckedBlock {
  std::shared_ptr<const ::common::Block> block;
  std::vector<CheckedTransaction> transactions;
};

// What an honest orderer keeps to (Fabric refuses such a block whole): entries are
// canonical envelopes with payload and signature. A config block is excepted.
//   kInvalidArgument  names the transaction
absl::Status CheckWellFormed(const ::common::Block& block);

// Stage one, all transactions in parallel on `pool` and the calling thread.
CheckedBlock CheckBlock(std::shared_ptr<const ::common::Block> block, const ChannelConfig& config,
                        const OwnEndorsements* own, ThreadPool& pool);

struct BlockVerdict {
  std::vector<TxForCommit> transactions;
  // Set when the block carries a good configuration: in force after it.
  ChannelConfigPtr next_config;
};

// Stage two, after the commit of the block before: `ledger` and `policies` stand
// there. Duplicates among transactions that are VALID so far are the ledger's to find.
//   any error  this node can't judge the block (own trouble, or a configuration it
//              does not understand): stop
absl::StatusOr<BlockVerdict> JudgeBlock(const CheckedBlock& block, const Ledger& ledger,
                                        PolicyBook& policies);

// True when the block may define chaincodes: PolicyBook::ForgetDefinitions() after it.
bool WritesLifecycle(const std::vector<TxForCommit>& transactions);

}  // namespace suyuan
