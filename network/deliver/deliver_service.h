// Block streams (orderer.AtomicBroadcast/Deliver, protos.Deliver): what a signed seek
// envelope asks for, sent block by block. Peer and orderer differ in the policy they
// ask and in the message a block travels in: a DeliverFormat says both.
//
//   class OrdererDeliver
//       : public ::orderer::AtomicBroadcast::WithRawCallbackMethod_Deliver<...> {
//     grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Deliver(
//         grpc::CallbackServerContext* context) override {
//       return deliver_->Serve(format_);
//     }
//   };
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "network/channel/channel_config.h"
#include "network/common/clock.h"
#include "network/common/thread_pool.h"
#include "network/ledger/block_store.h"
#include "network/ledger/listeners.h"
#include "network/policy/policy.h"

namespace suyuan {

// A channel that streams are served from. Thread-safe.
class DeliverChannel {
 public:
  virtual ~DeliverChannel() = default;
  // This node lets go of the channel, for good: its streams end with 404.
  void Close();
  bool closed() const { return closed_; }
  // Calls `listener` on Close(), as BlockSource::AddListener() does on a block.
  std::shared_ptr<void> AddCloseListener(std::function<void()> listener);
  virtual BlockSource& blocks() = 0;
  // The configuration in force.
  virtual ChannelConfigPtr config() const = 0;
  // Not OK: the node can't extend this channel now; a STRICT seek is answered 503.
  virtual absl::Status Health() const { return absl::OkStatus(); }

 private:
  std::atomic<bool> closed_ = false;
  ledger::HeightListeners close_listeners_;
};

// A block on its way to one reader.
struct DeliverItem {
  DeliverChannel& channel;
  uint64_t number;
  std::string block;            // serialised common.Block, as stored
  absl::string_view requester;  // msp.SerializedIdentity that signed the seek
};

// Immutable, thread-safe; runs on the pool's threads.
class DeliverFormat {
 public:
  virtual ~DeliverFormat() = default;
  // What a reader must satisfy.
  virtual PolicyPtr Policy(const ChannelConfig& config) const = 0;
  // The serialised DeliverResponse. An error ends the stream with status 500.
  virtual absl::StatusOr<grpc::ByteBuffer> Format(DeliverItem item) const = 0;
};

using PolicyOf = std::function<PolicyPtr(const ChannelConfig&)>;

// DeliverResponse{block}: the stored bytes, passed on without parsing.
std::shared_ptr<const DeliverFormat> MakeBlockFormat(PolicyOf policy);

// A message with the one length-delimited field `number`, without copying `content`.
grpc::ByteBuffer SingleField(int number, std::string content);

struct DeliverDeps {
  // nullptr when the channel is unknown (404).
  std::function<std::shared_ptr<DeliverChannel>(const std::string& channel_id)> find;
  ThreadPool* pool = nullptr;  // outlives the server that calls Serve()
  const Clock* clock = Clock::System();
  // A seek's timestamp may be this far off.
  absl::Duration time_window = absl::Minutes(15);
  // Further streams are refused with RESOURCE_EXHAUSTED.
  int max_streams = 2'500;
};

// Thread-safe. No thread per stream, and one block in memory for each.
class DeliverService {
 public:
  using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

  // Outlives its streams: destroy it after the RpcServer.
  static std::unique_ptr<DeliverService> Create(DeliverDeps deps);
  virtual ~DeliverService() = default;
  // A reactor for one call, owned by itself.
  virtual Reactor* Serve(std::shared_ptr<const DeliverFormat> format) = 0;
  virtual int streams() const = 0;
};

}  // namespace suyuan
