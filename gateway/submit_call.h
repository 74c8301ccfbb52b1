// Submit: hands a signed transaction to an orderer, and to the next one, again and
// again, while the caller's time lasts. Whether an orderer that did not answer took it
// is unknown; sending it again changes nothing, for the transaction id decides: the
// first occurrence counts, others are marked as duplicates.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "gateway/call.h"
#include "gateway/errors.h"
#include "gateway/orderer_client.h"
#include "protos/gateway/gateway.pb.h"

namespace suyuan {

class SubmitCall : public std::enable_shared_from_this<SubmitCall> {
 public:
  // `request` is only read during the call. Hold the result until then.
  //   OK                an orderer took it, or it was found in the own peers' ledgers
  //   kAborted          an orderer found it wrong
  //   kUnavailable      nobody took it in time, told shortly before the caller's
  //                     deadline; the details name each orderer's last reason
  static std::shared_ptr<SubmitCall> Start(const CallDeps& deps,
                                           const ::gateway::SubmitRequest& request,
                                           const CallScope& scope, CallDone done);

  // The client has gone or its time is up: no more attempts.
  void Cancel();
  // Ends it with `why`.
  void Abandon(const absl::Status& why);

 private:
  SubmitCall(const CallScope& scope, absl::Duration limit, CallDone done);
  void Begin(ChannelViewPtr view);
  void NextRound();
  void AskNext();
  void Answered(const OrdererClientPtr& orderer,
                const absl::StatusOr<::orderer::BroadcastResponse>& answer);
  void Pause();
  void WatchLedger();
  void StopWatching();
  void NoteFailure(const OrdererAddress& address, std::string reason);
  void Finish(const absl::Status& status);

  const CallScope scope_;
  const absl::Time give_up_;
  const CallDone done_;
  std::atomic<bool> finished_{false};
  std::shared_ptr<const ::common::Envelope> envelope_;
  ChannelViewPtr view_;

  // Of whichever thread makes the next step: there is one at a time.
  std::vector<OrdererClientPtr> orderers_;  // of this round, in the order to be asked
  size_t asked_ = 0;
  absl::Duration pause_;
  std::vector<NodeFailure> failures_;  // one an orderer: the last

  absl::Mutex mutex_;
  std::string watched_tx_id_ ABSL_GUARDED_BY(mutex_);
  uint64_t ticket_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace suyuan
