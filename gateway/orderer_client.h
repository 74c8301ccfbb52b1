// One orderer: transactions go out over a stream that stays open, answers come back
// in order, so that many callers share one stream without waiting for each other.
#pragma once

#include <grpcpp/channel.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/rpc/credentials.h"
#include "protos/orderer/ab.grpc.pb.h"

namespace suyuan {

struct OrdererAddress {
  std::string endpoint;
  std::string msp_id;
  std::string tls_roots_pem;
};

// Thread-safe. Own it by shared_ptr.
class OrdererClient : public std::enable_shared_from_this<OrdererClient> {
 public:
  // What an orderer said; an error status when no answer came: the message is what to
  // tell the client. The orderer may have taken the envelope all the same.
  using Done = std::function<void(absl::StatusOr<::orderer::BroadcastResponse>)>;

  // An orderer that answers nothing for `answer_limit` while envelopes wait is given
  // up on, with its connection: the next envelope makes a new one.
  OrdererClient(OrdererAddress address, const TlsIdentity& tls, absl::Duration answer_limit);
  ~OrdererClient();

  const OrdererAddress& address() const { return address_; }

  // `done` runs once, on one of gRPC's threads, soon after `give_up` at the latest. An
  // orderer ends a stream when it refuses an envelope: those behind one that it found
  // wrong (4xx) are sent again on a new stream (ordering an envelope twice is harmless:
  // the second is marked a duplicate); those behind its own trouble (5xx) fail with it.
  void Broadcast(std::shared_ptr<const ::common::Envelope> envelope, absl::Time give_up, Done done);

  // Ends the stream; what is under way fails.
  void Shutdown();

 private:
  class Stream;
  struct Item {
    std::shared_ptr<const ::common::Envelope> envelope;
    absl::Time give_up;
    Done done;  // empty once it ran
  };
  void Connect() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Enqueue(std::deque<Item> items);
  // `refused`: the stream ended because the orderer found one envelope wrong.
  void StreamEnded(std::deque<Item> unanswered, bool refused, const absl::Status& status);
  void ScheduleTick();
  void Tick();

  const OrdererAddress address_;
  const TlsIdentity tls_;
  const absl::Duration answer_limit_;
  absl::Mutex mutex_;
  std::unique_ptr<::orderer::AtomicBroadcast::Stub> stub_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Stream> stream_ ABSL_GUARDED_BY(mutex_);
  bool ticking_ ABSL_GUARDED_BY(mutex_) = false;
  bool shut_down_ ABSL_GUARDED_BY(mutex_) = false;
};
using OrdererClientPtr = std::shared_ptr<OrdererClient>;

}  // namespace suyuan
