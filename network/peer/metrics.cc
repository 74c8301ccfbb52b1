#include "network/peer/metrics.h"

#include <map>

namespace suyuan {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                                          0.1,   0.2,   0.5,   1,    2,    5};

}  // namespace

PeerMetrics::PeerMetrics(prometheus::Registry& registry)
    : blocks_(prometheus::BuildCounter()
                  .Name("suyuan_peer_blocks_total")
                  .Help("Blocks committed since the start")
                  .Register(registry)),
      transactions_(prometheus::BuildCounter()
                        .Name("suyuan_peer_transactions_total")
                        .Help("Transactions in committed blocks, by verdict")
                        .Register(registry)),
      height_(prometheus::BuildGauge()
                  .Name("suyuan_peer_ledger_height")
                  .Help("Blocks in the ledger")
                  .Register(registry)),
      orderer_(
          prometheus::BuildGauge()
              .Name("suyuan_peer_orderer_reachable")
              .Help("1 while an orderer of the channel is connected, as of the last health check")
              .Register(registry)),
      latency_(prometheus::BuildHistogram()
                   .Name("suyuan_peer_commit_seconds")
                   .Help("From a block's arrival to its commit")
                   .Register(registry)),
      proposals_(prometheus::BuildCounter()
                     .Name("suyuan_peer_proposals_total")
                     .Help("Proposals answered, by the status of the call")
                     .Register(registry)),
      sync_(prometheus::BuildHistogram()
                .Name("suyuan_peer_block_sync_seconds")
                .Help("fdatasync of one block")
                .Register(registry)
                .Add({}, kSeconds)) {}

void PeerMetrics::BlockSynced(absl::Duration took) { sync_.Observe(absl::ToDoubleSeconds(took)); }

void PeerMetrics::ProposalAnswered(const absl::Status& status) {
  proposals_.Add({{"status", absl::StatusCodeToString(status.code())}}).Increment();
}

void PeerMetrics::BlockCommitted(const std::string& channel, uint64_t height,
                                 absl::Duration latency,
                                 const std::vector<::protos::TxValidationCode>& codes) {
  blocks_.Add({{"channel", channel}}).Increment();
  latency_.Add({{"channel", channel}}, kSeconds).Observe(absl::ToDoubleSeconds(latency));
  SetHeight(channel, height);
  std::map<::protos::TxValidationCode, int> counts;
  for (const auto code : codes) ++counts[code];
  for (const auto& [code, count] : counts) {
    transactions_.Add({{"channel", channel}, {"code", ::protos::TxValidationCode_Name(code)}})
        .Increment(count);
  }
}

void PeerMetrics::SetHeight(const std::string& channel, uint64_t height) {
  height_.Add({{"channel", channel}}).Set(static_cast<double>(height));
}

void PeerMetrics::Forget(const std::string& channel) {
  height_.Remove(&height_.Add({{"channel", channel}}));
  orderer_.Remove(&orderer_.Add({{"channel", channel}}));
}

void PeerMetrics::SetOrdererReachable(const std::string& channel, bool reachable) {
  orderer_.Add({{"channel", channel}}).Set(reachable ? 1 : 0);
}

}  // namespace suyuan
