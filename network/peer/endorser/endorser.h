// Endorsement: checks a signed proposal, runs the chaincode on a snapshot of the
// state, and signs the result. Knows no transport.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "network/common/clock.h"
#include "network/common/thread_pool.h"
#include "network/msp/msp.h"
#include "network/peer/chaincode/chaincode_host.h"
#include "network/peer/chaincode/peer_channel.h"
#include "network/peer/chaincode/system_chaincode.h"
#include "protos/peer/proposal.pb.h"
#include "protos/peer/proposal_response.pb.h"

namespace suyuan {

struct EndorserLimits {
  // Proposals under way at a time; more are refused with kResourceExhausted before
  // any work is spent on them.
  size_t max_in_flight = 2500;
};

// Everything outlives the Endorser.
struct EndorserDeps {
  PeerChannels* channels = nullptr;
  std::shared_ptr<const SigningIdentity> identity;  // signs endorsements
  std::shared_ptr<const Msp> local_msp;             // judges proposals without a channel
  ChaincodeHost* chaincodes = nullptr;
  const SystemChaincodes* system_chaincodes = nullptr;
  ThreadPool* pool = nullptr;  // all work happens there; in-process contracts run on it
  const Clock* clock = Clock::System();
  EndorserLimits limits;
};

struct ProposeOutcome {
  // The gRPC error, if any: kUnknown for a refused proposal (as Fabric answers),
  // kResourceExhausted over the limit.
  absl::Status status;
  // With an error too it may be present: response.status is then 500 and
  // response.message the error's text. Unset (no response field) when nothing can
  // be said.
  ::protos::ProposalResponse response;
};

// Whose proposals these are.
enum class ProposalOrigin {
  kNetwork,     // protos.Endorser: an expired client certificate is refused
  kOwnGateway,  // suyuan.peer.PeerLink: no expiry check, as Fabric's gateway and its own peer
};

// Thread-safe.
class Endorser {
 public:
  explicit Endorser(EndorserDeps deps);
  // Waits for what is under way.
  ~Endorser();
  Endorser(const Endorser&) = delete;
  Endorser& operator=(const Endorser&) = delete;

  // Calls `done` once, from a thread of the pool (or from this one, when the
  // proposal is refused for load). `signed_proposal` need not outlive the call.
  void Process(const ::protos::SignedProposal& signed_proposal,
               std::function<void(ProposeOutcome)> done,
               ProposalOrigin origin = ProposalOrigin::kNetwork);

  size_t in_flight() const;

 private:
  class Job;

  bool Begin();
  void End();

  const EndorserDeps deps_;
  mutable absl::Mutex mutex_;
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace suyuan
