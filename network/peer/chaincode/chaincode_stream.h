// One stream to an external chaincode: registration, then transactions side by side.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "network/peer/chaincode/external_runtime.h"
#include "network/peer/chaincode/transaction_context.h"
#include "protos/peer/chaincode_shim.grpc.pb.h"

namespace suyuan {

// Thread-safe. Keeps itself alive while the stream is open.
class ChaincodeStream
    : public grpc::ClientBidiReactor<::protos::ChaincodeMessage, ::protos::ChaincodeMessage>,
      public std::enable_shared_from_this<ChaincodeStream> {
 public:
  // `channel` is used by this stream alone.
  ChaincodeStream(const ExternalRuntimeDeps& deps, std::shared_ptr<grpc::Channel> channel)
      : deps_(deps), channel_(std::move(channel)), stub_(::protos::Chaincode::NewStub(channel_)) {}

  // Begins to dial.
  void Start();
  // Runs a transaction; it waits for the registration. False (`done` untouched) when
  // the stream is over.
  bool Run(std::shared_ptr<TransactionContext> context, const ::protos::ChaincodeInput& input,
           ExecuteDone& done);
  void Cancel() { context_.TryCancel(); }
  // Returns when nothing of it runs any more. After Cancel().
  void AwaitEnd();

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  using Message = ::protos::ChaincodeMessage;
  struct Call {
    std::shared_ptr<TransactionContext> context;
    ExecuteDone done;
    grpc::Alarm alarm;
    bool busy = false;   // a request of it is being answered
    bool ended = false;  // `result` is to be given as soon as it is not busy
    absl::StatusOr<ChaincodeResult> result = absl::UnknownError("");
  };
  using CallPtr = std::shared_ptr<Call>;

  static std::string KeyOf(const std::string& channel, const std::string& tx_id) {
    return channel + "/" + tx_id;
  }
  // Ends the stream at `when` unless it is ready, or merely `connected` suffices and it is.
  void GiveUpAt(absl::Time when, bool connected_suffices, std::string reason, grpc::Alarm* alarm);
  void SetAlarm(const std::string& key, Call& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Send(Message message);
  // What is to be given to Write(), outside of the lock; null when a write is under way.
  const Message* Queue(Message message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Write(const Message* next);
  void Register(const Message& message);
  const Message* BecomeReady() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Dispatch(Message message);
  void Answer(const CallPtr& call, const Message& request);
  void Complete(const Message& message);
  // Ends the call with this result, unless it has ended already.
  void End(const std::string& key, absl::StatusOr<ChaincodeResult> result);
  void GiveResult(const CallPtr& call);
  absl::Status EndReason(const grpc::Status& status) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ExternalRuntimeDeps deps_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<::protos::Chaincode::Stub> stub_;
  grpc::ClientContext context_;
  grpc::Alarm connect_alarm_, dial_alarm_;
  Message incoming_;  // of the read under way
  std::shared_ptr<ChaincodeStream> self_;
  absl::Mutex mutex_;
  bool ready_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::string failure_ ABSL_GUARDED_BY(mutex_);
  std::deque<Message> outgoing_ ABSL_GUARDED_BY(mutex_);  // front is being written
  std::deque<Message> waiting_ ABSL_GUARDED_BY(mutex_);   // until registered
  std::map<std::string, CallPtr> calls_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
