// CommitStatus: waits for a transaction's verdict without holding a thread.
#pragma once

#include <atomic>
#include <memory>

#include "gateway/call.h"
#include "protos/gateway/gateway.pb.h"

namespace suyuan {

class CommitStatusCall : public std::enable_shared_from_this<CommitStatusCall> {
 public:
  // `response` lives until `done`.
  static std::shared_ptr<CommitStatusCall> Start(
      const CallDeps& deps, const ::gateway::SignedCommitStatusRequest& request,
      ::gateway::CommitStatusResponse* response, const CallScope& scope, CallDone done);

  // The client has gone or its time is up: stops waiting.
  void Cancel();
  // Ends it with `why`.
  void Abandon(const absl::Status& why);

 private:
  CommitStatusCall(const ::gateway::SignedCommitStatusRequest& request,
                   ::gateway::CommitStatusResponse* response, const CallScope& scope, CallDone done)
      : signed_(request), response_(response), scope_(scope), done_(std::move(done)) {}
  void Check(const ChannelViewPtr& view);
  void Finish(const absl::Status& status, const CommitVerdict& verdict);

  // A copy: the client may go while a worker checks the signature.
  const ::gateway::SignedCommitStatusRequest signed_;
  ::gateway::CommitStatusResponse* const response_;
  const CallScope scope_;
  const CallDone done_;
  ::gateway::CommitStatusRequest request_;
  absl::Mutex mutex_;
  ChannelViewPtr view_ ABSL_GUARDED_BY(mutex_);
  uint64_t ticket_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> finished_{false};
};

}  // namespace suyuan
