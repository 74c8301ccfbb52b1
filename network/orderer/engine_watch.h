// Watches the space of the etcd member beside an orderer, in log and metrics, so that an
// operator acts before etcd refuses writes.
#pragma once

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/common/log.h"
#include "network/etcd/etcd_client.h"

namespace suyuan {

struct EngineWatchDeps {
  std::shared_ptr<prometheus::Registry> registry;
  std::shared_ptr<EtcdClient> client;
  std::string endpoint;    // of the member, "host:port"
  int64_t warn_bytes = 0;  // of its database file; etcd's own limit should be higher
  absl::Duration interval = absl::Seconds(10);
};

// Metrics: suyuan_orderer_etcd_size_bytes (the file, what etcd's limit is about),
// suyuan_orderer_etcd_size_in_use_bytes (without what was deleted), and
// suyuan_orderer_etcd_space_alarm (1: etcd takes no writes). A member that does not answer
// leaves them as they were. Crossing the warning is logged, an alarm is an error; both again once a
// day, and the end of it. Thread-safe. Checks on a thread of its own.
class EngineWatch {
 public:
  enum class State { kUnknown, kEnough, kLarge, kFull };

  explicit EngineWatch(EngineWatchDeps deps);
  ~EngineWatch();

  // One look, by 5 s at most; kUnknown: the member did not answer.
  State Check();

 private:
  void Run();
  void Tell(State state, int64_t size) ABSL_EXCLUSIVE_LOCKS_REQUIRED(check_mutex_);

  const EngineWatchDeps deps_;
  const Log log_{"etcd"};
  prometheus::Gauge& size_;
  prometheus::Gauge& in_use_;
  prometheus::Gauge& alarm_;
  absl::Mutex check_mutex_;
  State told_ ABSL_GUARDED_BY(check_mutex_) = State::kEnough;
  absl::Time told_at_ ABSL_GUARDED_BY(check_mutex_) = absl::InfinitePast();
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace suyuan
