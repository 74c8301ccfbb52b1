// Waits until a peer has committed transactions, and says with what verdict.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/msp/identity.h"
#include "protos/peer/events.grpc.pb.h"

namespace suyuan {

// A stream of a peer's filtered blocks. Thread-safe.
class CommitWatch : private grpc::ClientBidiReactor<::common::Envelope, ::protos::DeliverResponse> {
 public:
  // From the newest block on. Await() sees transactions sent after Started().
  CommitWatch(std::string peer, ::protos::Deliver::Stub& stub, const std::string& channel_id,
              const SigningIdentity& reader);
  ~CommitWatch() override;

  //   the reason why there is no stream
  absl::Status Started(absl::Time deadline);
  // OK when the transaction is committed and valid.
  //   kFailedPrecondition  it is committed and not valid; names the verdict
  //   kDeadlineExceeded    it is not committed
  //   others               the stream ended
  absl::Status Await(const std::string& tx_id, absl::Time deadline);

 private:
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  const std::string peer_;
  grpc::ClientContext context_;
  ::common::Envelope seek_;
  ::protos::DeliverResponse incoming_;  // of the read under way
  absl::Mutex mutex_;
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, ::protos::TxValidationCode> seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
