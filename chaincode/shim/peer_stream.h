// One peer's stream to an external chaincode: registration, then many
// transactions side by side, each with at most one request under way.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "chaincode/shim/chaincode.h"
#include "chaincode/shim/transport.h"
#include "network/common/log.h"
#include "network/common/thread_pool.h"
#include "protos/peer/chaincode_shim.pb.h"

namespace suyuan {

// The protocol, apart from gRPC. Thread-safe. Held by shared_ptr: transactions
// outlive a stream that breaks.
class PeerStream : public std::enable_shared_from_this<PeerStream> {
 public:
  using Message = ::protos::ChaincodeMessage;

  // Parts outlive the stream.
  struct Deps {
    Chaincode* chaincode;
    ThreadPool* pool;
    size_t max_queued;
    std::string chaincode_id;
    // Called when there is something to send and nothing is being sent.
    absl::AnyInvocable<void()> wake_writer;
  };
  explicit PeerStream(Deps deps);

  // Queues REGISTER: the chaincode speaks first.
  void Start();
  // A message from the peer.
  void Receive(Message message);
  // What the writer, once woken, does next: sends `message`, or sleeps until woken
  // again, or (after Close()) ends and touches the stream no more.
  struct WriterStep {
    std::optional<Message> message;
    bool end = false;
  };
  WriterStep NextToSend();
  // The stream is gone: every waiting request ends with kUnavailable. True when the
  // writer sleeps and won't be woken again; false when it is still to be told to end.
  bool Close();

 private:
  class Transaction;
  using Key = std::pair<std::string, std::string>;  // channel, transaction id

  void Send(Message message);
  void Begin(Message message);
  void Run(const std::shared_ptr<Transaction>& transaction, Message message);
  void Answer(Message message);
  void OnReady(const Message& message);

  const Log log_{"chaincode"};
  Deps deps_;
  absl::Mutex mutex_;
  bool ready_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool sending_ ABSL_GUARDED_BY(mutex_) = false;
  BatchLimits limits_ ABSL_GUARDED_BY(mutex_);
  std::deque<Message> outgoing_ ABSL_GUARDED_BY(mutex_);
  std::map<Key, std::shared_ptr<Transaction>> running_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
