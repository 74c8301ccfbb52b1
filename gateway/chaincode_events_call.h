// ChaincodeEvents: blocks read from an own peer with the gateway's identity, one
// answer for each block with matching events.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "gateway/block_events.h"
#include "gateway/call.h"
#include "protos/gateway/gateway.pb.h"

namespace suyuan {

// The server's half of the stream. The next block is read once the last answer is
// written: a slow client slows its stream alone. Survives a lost peer by reading on
// from another, or from the same when it is back. Deletes itself.
class ChaincodeEventsCall final
    : public grpc::ServerWriteReactor<::gateway::ChaincodeEventsResponse> {
 public:
  // `on_end` runs once, when nothing of the call is left.
  ChaincodeEventsCall(const CallDeps& deps, grpc::CallbackServerContext* context,
                      const ::gateway::SignedChaincodeEventsRequest& request,
                      std::function<void(grpc::StatusCode)> on_end);
  ~ChaincodeEventsCall() override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  class BlockStream;
  class Core;
  std::shared_ptr<Core> core_;
  std::function<void(grpc::StatusCode)> on_end_;
};

}  // namespace suyuan
