// Broadcast: envelopes in, one answer each, in order.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <string>

#include "network/common/clock.h"
#include "network/common/thread_pool.h"
#include "network/orderer/metrics.h"
#include "network/orderer/ordering_channel.h"

namespace suyuan {

struct BroadcastDeps {
  // nullptr when the channel is unknown.
  std::function<std::shared_ptr<OrderingChannel>(const std::string& channel_id)> find;
  ThreadPool* pool = nullptr;  // checks signatures; outlives the server
  OrdererMetrics* metrics = nullptr;
  // Further streams are refused with RESOURCE_EXHAUSTED.
  int max_streams = 2'500;
  // Envelopes of one stream that may wait for their answers; beyond, none is read.
  size_t max_in_flight = 256;
  // Their bytes; the last one read may go beyond.
  size_t max_bytes_in_flight = 32u << 20;
};

// Serves streams without a thread each: envelopes are checked side by side on the
// pool, ordered and answered as they came in. After an answer other than SUCCESS the
// stream ends. Thread-safe; outlives its streams.
class BroadcastService {
 public:
  // Takes common.Envelope, gives orderer.BroadcastResponse.
  using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

  static std::unique_ptr<BroadcastService> Create(BroadcastDeps deps);
  virtual ~BroadcastService() = default;
  // A reactor for one call, owned by itself.
  virtual Reactor* Serve() = 0;
};

}  // namespace suyuan
