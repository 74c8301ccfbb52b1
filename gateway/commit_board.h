// Verdicts on recent transactions of one channel, and those who wait for one.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "protos/peer/transaction.pb.h"
#include "protos/suyuan/peer_link.pb.h"

namespace suyuan {

struct CommitVerdict {
  ::protos::TxValidationCode code = ::protos::VALID;
  uint64_t block_number = 0;
};

// Thread-safe. Waiters are called without a lock held, once each.
class CommitBoard {
 public:
  using Waiter = std::function<void(const CommitVerdict&)>;

  explicit CommitBoard(size_t remembered = 100'000) : remembered_(remembered) {}

  // A block's verdicts, from any peer's report. Only the next block counts; a
  // report of an earlier one is a double. After a gap nothing that was Expected()
  // is taken for granted.
  // Returns ids that are a second occurrence of a transaction the board never saw:
  // their waiters want the first occurrence, which only a ledger can tell.
  std::vector<std::string> Report(
      uint64_t block_number,
      const google::protobuf::RepeatedPtrField<::suyuan::peer::CommittedTransaction>& transactions);

  // Blocks are followed from now on; `height` is the next one. No effect when they
  // are followed already.
  void Follow(uint64_t height);

  // The next block whose verdicts are wanted; 0 before Follow().
  uint64_t next_block() const;

  // `tx_id` is not in any block yet, as its endorsement proves: unless blocks are
  // missed, a waiter need not ask a ledger.
  void Expect(absl::string_view tx_id);

  struct Ticket {
    uint64_t id = 0;
    bool ask_ledger = false;  // the verdict may already be in a ledger
  };
  // Calls `waiter` at the verdict, at once when it is known (then id is 0).
  Ticket Await(absl::string_view tx_id, absl::Time now, Waiter waiter);
  void Cancel(absl::string_view tx_id, uint64_t id);

  // What a ledger said about one transaction.
  void Tell(const std::string& tx_id, const CommitVerdict& verdict);

  // Ids with a waiter since before `since`: worth asking a ledger about.
  std::vector<std::string> Overdue(absl::Time since) const;

 private:
  struct Waiting {
    uint64_t id;
    absl::Time since;
    Waiter waiter;
  };
  void Remember(const std::string& tx_id, const CommitVerdict& verdict,
                std::vector<std::pair<Waiter, CommitVerdict>>* due)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t remembered_;
  mutable absl::Mutex mutex_;
  uint64_t next_block_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::unordered_map<std::string, CommitVerdict> verdicts_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> verdict_order_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<std::string, bool> expected_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> expected_order_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::vector<Waiting>> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
