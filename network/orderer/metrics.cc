#include "network/orderer/metrics.h"

#include <utility>

namespace suyuan {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                          0.1,   0.25,   0.5,   1,    2.5,   5};

}  // namespace

OrdererMetrics::OrdererMetrics(std::shared_ptr<prometheus::Registry> registry)
    : registry_(std::move(registry)),
      broadcasts_(prometheus::BuildCounter()
                      .Name("suyuan_orderer_broadcast_total")
                      .Help("Envelopes answered, by status")
                      .Register(*registry_)),
      latency_(prometheus::BuildHistogram()
                   .Name("suyuan_orderer_broadcast_seconds")
                   .Help("From reading an envelope to its answer")
                   .Register(*registry_)
                   .Add({}, kSeconds)),
      blocks_(prometheus::BuildCounter()
                  .Name("suyuan_orderer_blocks_total")
                  .Help("Blocks made durable since the start")
                  .Register(*registry_)),
      transactions_(prometheus::BuildCounter()
                        .Name("suyuan_orderer_transactions_total")
                        .Help("Messages ordered since the start")
                        .Register(*registry_)),
      queue_length_(prometheus::BuildGauge()
                        .Name("suyuan_orderer_queue_length")
                        .Help("Messages waiting for a block")
                        .Register(*registry_)),
      height_(prometheus::BuildGauge()
                  .Name("suyuan_orderer_height")
                  .Help("Blocks of the channel")
                  .Register(*registry_)),
      leading_(prometheus::BuildGauge()
                   .Name("suyuan_orderer_leading")
                   .Help("1 while this orderer leads the channel's cluster")
                   .Register(*registry_)),
      block_seconds_(prometheus::BuildHistogram()
                         .Name("suyuan_orderer_block_seconds")
                         .Help("Signing a block and making it durable")
                         .Register(*registry_)),
      sync_(prometheus::BuildHistogram()
                .Name("suyuan_orderer_block_sync_seconds")
                .Help("fdatasync of one block")
                .Register(*registry_)
                .Add({}, kSeconds)) {}

void OrdererMetrics::CountBroadcast(::common::Status status, absl::Duration latency) {
  prometheus::Counter* counter;
  {
    absl::MutexLock lock(&mutex_);
    prometheus::Counter*& known = by_status_[status];
    if (known == nullptr) known = &broadcasts_.Add({{"status", ::common::Status_Name(status)}});
    counter = known;
  }
  counter->Increment();
  latency_.Observe(absl::ToDoubleSeconds(latency));
}

const ChannelFigures& OrdererMetrics::ForChannel(const std::string& channel_id) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<ChannelFigures>& figures = channels_[channel_id];
  if (figures == nullptr) {
    const prometheus::Labels labels{{"channel", channel_id}};
    figures.reset(new ChannelFigures{blocks_.Add(labels), transactions_.Add(labels),
                                     queue_length_.Add(labels), height_.Add(labels),
                                     leading_.Add(labels), block_seconds_.Add(labels, kSeconds)});
  }
  return *figures;
}

}  // namespace suyuan
