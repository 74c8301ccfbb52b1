// What stands before the endorser when a proposal comes over the wire: how many are
// at work, and whether the client's certificate has ended.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/common/clock.h"
#include "network/common/thread_pool.h"
#include "network/peer/metrics.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

// An error need not hide the response: a refused proposal has both.
struct ProposalOutcome {
  absl::Status status;
  std::optional<::protos::ProposalResponse> response;
};
using ProposalDone = std::function<void(ProposalOutcome)>;
// The endorser's work; `done` is called once, from any thread.
using ProposalHandler = std::function<void(const ::protos::SignedProposal&, ProposalDone done)>;

// Thread-safe.
class ProposalGate {
 public:
  enum class Expiry { kEnforced, kIgnored };

  // `metrics`, `pool` and `clock` outlive the gate, and it all calls it took.
  ProposalGate(ProposalHandler handler, int64_t limit, ThreadPool* pool, PeerMetrics* metrics,
               const Clock* clock = Clock::System());

  // Returns at once; `done` comes from a thread of the pool (or the handler's).
  // `proposal` must live until then.
  //   kResourceExhausted  (by `done`) over `limit` at work; nothing was done
  //   kUnknown            the client's certificate has ended
  void Process(const ::protos::SignedProposal& proposal, Expiry expiry, ProposalDone done);

 private:
  absl::Status CheckExpiry(const ::protos::SignedProposal& proposal);
  // When the certificate of `creator` ends; never, for what is no certificate (the
  // endorser says what is wrong with it).
  absl::Time EndOf(const std::string& creator);

  const ProposalHandler handler_;
  const int64_t limit_;
  ThreadPool* const pool_;
  PeerMetrics* const metrics_;
  const Clock* const clock_;
  std::atomic<int64_t> at_work_{0};
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, absl::Time> ends_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
