// Agreement on a channel's order: a log of batches, numbered as the blocks they
// become. Kinds: one orderer alone (solo.h); an etcd cluster later. One contract
// test serves them all (testing/consenter_contract.h).
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
};

// Promises, whatever is killed and whenever:
//   - a batch whose `done` got OK is in the log for good, once, and was delivered;
//   - every orderer is delivered the same batches in the same order, without gaps;
//   - a batch whose `done` got an error may or may not be in the log: the caller
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

  // Delivers what the log holds from number `next` on, then takes proposals.
  virtual absl::Status Start(uint64_t next) = 0;

  // Puts `batch` at the end of the log.
  //   kUnavailable  not started, stopped, or no agreement to be had now
  //   others        of Deliver: this orderer's own trouble
  // Never both an error and a promise: see above.
  virtual void Propose(Batch batch, Done done) = 0;

  // OK while proposals can succeed.
  virtual absl::Status Health() const = 0;

  // "solo".
  virtual const char* type() const = 0;
};

}  // namespace suyuan
