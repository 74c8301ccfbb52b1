// Several orderers agree through an etcd cluster. The log is a sequence of keys in
// etcd, each created once (etcd_log.h); one orderer leads by lease and appends, which
// avoids contention; that nothing is lost or doubled depends on etcd's transactions
// alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "network/etcd/etcd_client.h"
#include "network/orderer/consensus/consenter.h"
#include "network/orderer/consensus/etcd_log.h"

namespace suyuan {

inline constexpr char kEtcdConsensus[] = "etcd";

// What an operator may want to know.
struct EtcdConsenterFigures {
  uint64_t first_kept = 0;     // first batch still in etcd
  uint64_t next = 0;           // next batch to be delivered here
  std::set<std::string> live;  // orderers with a lease, as the leader last saw them
  int64_t term = 0;            // of the leader, when that is this one; else 0
};

struct EtcdConsenterOptions {
  std::string name;  // of this orderer, as others reach it: "host:port"
  EtcdLogOptions log;
  // An orderer that falls silent loses the lead after this; etcd grants no less than
  // one and a half of its election timeouts.
  absl::Duration lease_ttl = absl::Seconds(2);
  // A proposal gives up after this without an answer of etcd's.
  absl::Duration append_timeout = absl::Seconds(5);
  // How often an orderer reports what it has stored, and the leader trims.
  absl::Duration report_interval = absl::Seconds(1);
  // What stays in etcd though every orderer has it, for one that was away: whichever
  // is less. Whoever was away longer fetches blocks from the others.
  uint64_t keep_batches = 1'000;
  uint64_t keep_bytes = 64 << 20;
};

struct EtcdConsenterDeps {
  std::shared_ptr<EtcdClient> client;
  Consenter::Deliver deliver;
  // The log no longer holds what this orderer lacks: gets and stores the blocks below
  // `until` from the other orderers, and returns the next number then; or an error,
  // after a while of its choosing, and is called again. Returns soon after Stop().
  std::function<absl::StatusOr<uint64_t>(uint64_t until)> catch_up;
  // Names of the channel's orderers, as its configuration now has them.
  std::function<std::vector<std::string>()> orderers;
  // Who leads has changed. Not called after Stop(); must not block.
  std::function<void(const Leadership&)> on_leadership;
};

class EtcdConsenter : public Consenter {
 public:
  static std::unique_ptr<EtcdConsenter> Create(EtcdConsenterDeps deps,
                                               EtcdConsenterOptions options);
  virtual EtcdConsenterFigures figures() const = 0;
};

}  // namespace suyuan
