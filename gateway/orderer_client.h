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
  // What an orderer said; an error status when no answer came (stream broken, time
  // up): the message is what to tell the client.
  using Done = std::function<void(absl::StatusOr<::orderer::BroadcastResponse>)>;

  // An envelope not answered within `broadcast_timeout` breaks its stream.
  OrdererClient(OrdererAddress address, const TlsIdentity& tls, absl::Duration broadcast_timeout);
  ~OrdererClient();

  const OrdererAddress& address() const { return address_; }

  // `done` runs once, on one of gRPC's threads. An orderer ends a stream when it
  // refuses an envelope: those behind it are sent again on a new stream (ordering
  // an envelope twice is harmless: the second is marked a duplicate). So is one that
  // was caught by an old stream that turned out broken, once.
  void Broadcast(std::shared_ptr<const ::common::Envelope> envelope, Done done);

  // Ends the stream; what is under way fails.
  void Shutdown();

 private:
  class Stream;
  struct Item {
    std::shared_ptr<const ::common::Envelope> envelope;
    Done done;
    absl::Time since;
    int attempts = 0;
    bool broken_before = false;  // already lost one stream to a transport failure
  };
  void Enqueue(std::deque<Item> items);
  // `refused`: the stream ended because the orderer refused one envelope.
  void StreamEnded(std::deque<Item> unanswered, bool refused, bool answered_any,
                   const absl::Status& status);
  void ScheduleTick();
  void Tick();

  const OrdererAddress address_;
  const absl::Duration broadcast_timeout_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<::orderer::AtomicBroadcast::Stub> stub_;
  absl::Mutex mutex_;
  std::shared_ptr<Stream> stream_ ABSL_GUARDED_BY(mutex_);
  bool ticking_ ABSL_GUARDED_BY(mutex_) = false;
  bool shut_down_ ABSL_GUARDED_BY(mutex_) = false;
};
using OrdererClientPtr = std::shared_ptr<OrdererClient>;

}  // namespace suyuan
