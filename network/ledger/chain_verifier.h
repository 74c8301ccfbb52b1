// Checks a chain block by block, from its first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "network/ledger/memory_state.h"
#include "protos/common/common.pb.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan::ledger {

struct ChainRules {
  // Verdicts, commit hashes and read versions: a peer's chain, not an orderer's.
  bool verdicts = true;
  // A block behind the first one must be signed. Signatures that are there are always
  // checked, against the certificates that come with them.
  bool need_signatures = false;
};

// Not thread-safe.
class ChainVerifier {
 public:
  explicit ChainVerifier(const ChainRules& rules) : rules_(rules) {}

  // What is wrong with the next block; each entry names the field. `damaged`: its
  // bytes are known to be wrong already.
  std::vector<std::string> Check(const ::common::Block& block, bool damaged);
  // The next block cannot be read at all.
  void Skip();
  uint64_t next_number() const { return next_number_; }

 private:
  using Errors = std::vector<std::string>;
  using Codes = std::vector<::protos::TxValidationCode>;

  void CheckHeader(const ::common::Block& block, Errors* errors);
  void CheckSignatures(const ::common::Block& block, Errors* errors) const;
  void CheckLastConfig(const ::common::Block& block, Errors* errors) const;
  void CheckUnused(const ::common::Block& block, Errors* errors) const;
  void CheckVerdicts(const ::common::Block& block, Errors* errors);
  void CheckTransactions(const ::common::Block& block, const Codes& codes,
                         class MvccValidator* mvcc, Errors* errors) const;
  void CheckCommitHash(const ::common::Block& block, absl::string_view filter,
                       const UpdateBatch& updates, Errors* errors);

  const ChainRules rules_;
  MemoryState state_;
  uint64_t next_number_ = 0;
  std::string previous_hash_;     // of the header before
  bool previous_faulty_ = false;  // that header is known to be wrong
  // Of the block before: as stored, and as computed when that differs, so that a fault
  // of that block is told of there alone. Nothing: this chain has none (yet).
  std::vector<std::string> commit_hashes_;
  bool commit_hash_known_ = true;
  // A block before was faulty: what its transactions wrote is not certain.
  bool state_uncertain_ = false;
};

}  // namespace suyuan::ledger
