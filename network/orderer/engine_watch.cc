#include "network/orderer/engine_watch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "network/etcd/etcd_admin.h"

namespace suyuan {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(5);
constexpr absl::Duration kTellAgain = absl::Hours(24);

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

EngineWatch::State Judge(const ::etcdserverpb::StatusResponse& status, int64_t warn_bytes) {
  const bool full =
      std::any_of(status.errors().begin(), status.errors().end(),
                  [](const std::string& error) { return absl::StrContains(error, "NOSPACE"); });
  if (full) return EngineWatch::State::kFull;
  return status.dbsize() >= warn_bytes ? EngineWatch::State::kLarge : EngineWatch::State::kEnough;
}

}  // namespace

EngineWatch::EngineWatch(EngineWatchDeps deps)
    : deps_(std::move(deps)),
      size_(AddGauge(*deps_.registry, "suyuan_orderer_etcd_size_bytes",
                     "Database file of the etcd member beside this orderer")),
      in_use_(AddGauge(*deps_.registry, "suyuan_orderer_etcd_size_in_use_bytes",
                       "The same without what was deleted")),
      alarm_(AddGauge(*deps_.registry, "suyuan_orderer_etcd_space_alarm",
                      "1 while etcd is out of space and takes no writes")),
      thread_([this] { Run(); }) {}

EngineWatch::~EngineWatch() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void EngineWatch::Run() {
  while (true) {
    Check();
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), deps_.interval)) return;
  }
}

EngineWatch::State EngineWatch::Check() {
  const auto status = deps_.client->admin().StatusOf(deps_.endpoint, absl::Now() + kTimeout);
  if (!status.ok()) return State::kUnknown;
  const State state = Judge(*status, deps_.warn_bytes);
  size_.Set(static_cast<double>(status->dbsize()));
  in_use_.Set(static_cast<double>(status->dbsizeinuse()));
  alarm_.Set(state == State::kFull ? 1 : 0);
  absl::MutexLock lock(&check_mutex_);
  const absl::Time now = absl::Now();
  const bool again = state != State::kEnough && now - told_at_ >= kTellAgain;
  if (state != told_ || again) {
    told_ = state;
    told_at_ = now;
    Tell(state, status->dbsize());
  }
  return state;
}

void EngineWatch::Tell(State state, int64_t size) {
  if (state == State::kFull) {
    log_.Error("etcd is out of space and takes no writes",
               {{"member", deps_.endpoint},
                {"bytes", size},
                {"do",
                 "find out with 'suyuan orderer status' which orderer has not stored what etcd "
                 "keeps for it, then 'suyuan orderer clear-alarm'"}});
  } else if (state == State::kLarge) {
    log_.Warn("etcd's database has become large",
              {{"member", deps_.endpoint},
               {"bytes", size},
               {"warning_from", deps_.warn_bytes},
               {"do",
                "'suyuan orderer status' tells which orderer lags; etcd refuses writes at its own "
                "limit, quota-backend-bytes (2 GiB unless set)"}});
  } else {
    log_.Info("etcd's database is small again", {{"member", deps_.endpoint}, {"bytes", size}});
  }
}

}  // namespace suyuan
