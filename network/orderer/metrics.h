// What an operator sees of an orderer at /metrics.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "protos/common/common.pb.h"

namespace suyuan {

// One channel's figures. Thread-safe.
struct ChannelFigures {
  prometheus::Counter& blocks;
  prometheus::Counter& transactions;
  prometheus::Gauge& queue_length;
  prometheus::Gauge& height;
  prometheus::Gauge& leading;            // 1 while this orderer leads its cluster
  prometheus::Histogram& block_seconds;  // signing and making one block durable
};

// Thread-safe.
class OrdererMetrics {
 public:
  explicit OrdererMetrics(std::shared_ptr<prometheus::Registry> registry);

  // One envelope answered, `latency` after it was read.
  void CountBroadcast(::common::Status status, absl::Duration latency);
  // One block made durable.
  void BlockSynced(absl::Duration took) { sync_.Observe(absl::ToDoubleSeconds(took)); }
  // The same object for the same channel.
  const ChannelFigures& ForChannel(const std::string& channel_id);

 private:
  const std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>& broadcasts_;
  prometheus::Histogram& latency_;
  prometheus::Family<prometheus::Counter>& blocks_;
  prometheus::Family<prometheus::Counter>& transactions_;
  prometheus::Family<prometheus::Gauge>& queue_length_;
  prometheus::Family<prometheus::Gauge>& height_;
  prometheus::Family<prometheus::Gauge>& leading_;
  prometheus::Family<prometheus::Histogram>& block_seconds_;
  prometheus::Histogram& sync_;

  absl::Mutex mutex_;
  std::map<int, prometheus::Counter*> by_status_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<ChannelFigures>> channels_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace suyuan
