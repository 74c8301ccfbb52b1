// A block with its verdicts, turned into one write batch: used by commit, and by the
// replay of stored blocks.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "network/ledger/rwset.h"
#include "network/ledger/state_db.h"
#include "network/ledger/update_batch.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan::ledger {

struct AppliedTx {
  std::string tx_id;
  ::protos::TxValidationCode code = ::protos::NOT_VALIDATED;
  std::shared_ptr<const TxRwSet> rwset;  // null: writes nothing
};

struct BlockEffect {
  uint64_t number = 0;
  std::vector<AppliedTx> transactions;
  const UpdateBatch* updates = nullptr;
  std::map<uint64_t, std::string> private_rwsets;  // of valid transactions
  std::string commit_hash;
};

// Everything the block changes, savepoint included. Transaction ids that `db` knows,
// or that come twice in the block, keep their first place.
absl::Status FillBatch(const BlockEffect& effect, const LevelDb& db, bool history,
                       leveldb::WriteBatch* batch);

}  // namespace suyuan::ledger
