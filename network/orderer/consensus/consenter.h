// Agreement on a channel's order: a log of batches, numbered as the blocks they
// become. Kinds: one orderer alone (solo.h); an etcd cluster (etcd_consenter.h). One
// contract test serves them all (testing/consenter_contract.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"

namespace suyuan {

// What becomes one block.
struct Batch {
  std::vector<std::string> envelopes;  // serialised, in order
  bool is_config = false;              // one CONFIG envelope, alone
  // Header hash of the block before, as the proposer has it; empty: not known. An
  // orderer whose own block before has another hash must not take the batch.
  std::string previous_hash;
};

// Who orders.
struct Leadership {
  bool leading = false;  // this consenter: proposals are taken
  std::string leader;    // its name, "" when there is none at the moment
};

// Promises, whatever is killed and whenever:
//   - a batch whose `done` got OK is in the log for good, once, and was delivered;
//   - every orderer is delivered the same batches in the same order, without gaps;
//   - a batch whose `done` got kAborted is not in the log and never will be;
//   - a batch whose `done` got another error may or may not be in the log: the caller
//     reports it as not accepted, and a client may hand it in again.
// Thread-safe.
class Consenter {
 public:
  // Takes batch `number`, makes it durable here and visible to readers before it
  // returns. Called in order, one call at a time. An error stops the consenter.
  using Deliver = std::function<absl::Status(uint64_t number, Batch batch)>;
  // Called once; from Propose() itself or from a thread of the consenter.
  using Done = absl::AnyInvocable<void(const absl::Status&)>;

  virtual ~Consenter() = default;

  // Delivers what the log holds from number `next` on, then takes proposals. May
  // return before it has: leadership() tells.
  virtual absl::Status Start(uint64_t next) = 0;
  // Hands leadership over and ends the threads; no Deliver is called after it. What
  // is proposed then gets kUnavailable.
  virtual void Stop() = 0;

  // Puts `batch` into the log as `number`: whoever proposes has judged the batch by
  // what is before it.
  //   kAborted      `number` is not the log's next one: judge again, propose anew
  //   kUnavailable  not started, stopped, not leading, or no agreement to be had now
  //   others        of Deliver: this orderer's own trouble
  virtual void Propose(uint64_t number, Batch batch, Done done) = 0;

  // Changes at any moment.
  virtual Leadership leadership() const = 0;

  // Not OK when this consenter has stopped by its own trouble, which only a restart
  // mends; names it.
  virtual absl::Status Health() const = 0;
  // Not OK while proposals of anybody cannot succeed (no leader, no majority); says why.
  virtual absl::Status Availability() const = 0;

  // "solo", "etcd".
  virtual const char* type() const = 0;
};

}  // namespace suyuan
