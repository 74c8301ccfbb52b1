// A peer's figures, in Prometheus form.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "protos/peer/transaction.pb.h"

namespace suyuan {

// Thread-safe.
class PeerMetrics {
 public:
  explicit PeerMetrics(prometheus::Registry& registry);

  void BlockCommitted(const std::string& channel, uint64_t height, absl::Duration latency,
                      const std::vector<::protos::TxValidationCode>& codes);
  void SetHeight(const std::string& channel, uint64_t height);
  void SetOrdererReachable(const std::string& channel, bool reachable);
  // The peer left the channel: what tells its present state goes, counters stay.
  void Forget(const std::string& channel);
  void BlockSynced(absl::Duration took);
  void ProposalAnswered(const absl::Status& status);

 private:
  prometheus::Family<prometheus::Counter>& blocks_;
  prometheus::Family<prometheus::Counter>& transactions_;
  prometheus::Family<prometheus::Gauge>& height_;
  prometheus::Family<prometheus::Gauge>& orderer_;
  prometheus::Family<prometheus::Histogram>& latency_;
  prometheus::Family<prometheus::Counter>& proposals_;
  prometheus::Histogram& sync_;
};

}  // namespace suyuan
