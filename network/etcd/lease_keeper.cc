#include "network/etcd/lease_keeper.h"

#include <time.h>

#include <atomic>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "protos/etcd/rpc.grpc.pb.h"

namespace suyuan {
namespace {

using ::etcdserverpb::LeaseGrantRequest;
using ::etcdserverpb::LeaseGrantResponse;
using ::etcdserverpb::LeaseKeepAliveRequest;
using ::etcdserverpb::LeaseKeepAliveResponse;
using ::etcdserverpb::LeaseRevokeRequest;
using ChannelPtr = std::shared_ptr<grpc::Channel>;

// After an answer that is neither yes nor "no such lease".
constexpr absl::Duration kRetryPause = absl::Milliseconds(100);

// Since the machine started, sleep included: nobody sets this clock.
absl::Duration Uptime() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return absl::DurationFromTimespec(now);
}

// Until when a lease is surely alive. Once it has been seen to be over, it stays over.
// Thread-safe.
class Validity {
 public:
  explicit Validity(absl::Duration until) : until_(absl::ToInt64Nanoseconds(until)) {}

  absl::Duration TimeLeft() {
    const absl::Duration now = Uptime();
    int64_t until = until_;
    while (until != 0 && until <= absl::ToInt64Nanoseconds(now)) {
      if (until_.compare_exchange_weak(until, 0)) until = 0;
    }
    return until == 0 ? absl::ZeroDuration() : absl::Nanoseconds(until) - now;
  }
  // False when it was over already.
  bool Extend(absl::Duration until) {
    int64_t before = until_;
    while (before != 0) {
      if (until_.compare_exchange_weak(before, absl::ToInt64Nanoseconds(until))) return true;
    }
    return false;
  }
  void End() { until_ = 0; }

 private:
  std::atomic<int64_t> until_;  // Uptime() in nanoseconds; 0: over
};

// A keep-alive stream for one message.
grpc::Status KeepAliveOnce(const ChannelPtr& channel, grpc::ClientContext* context,
                           const LeaseKeepAliveRequest& request, LeaseKeepAliveResponse* response) {
  ::etcdserverpb::Lease::Stub stub(channel);
  const auto stream = stub.LeaseKeepAlive(context);
  const bool answered = stream->Write(request) && stream->Read(response);
  if (answered) context->TryCancel();
  const grpc::Status end = stream->Finish();
  if (answered) return grpc::Status::OK;
  return end.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "no answer to a keep-alive") : end;
}

struct Granted {
  int64_t id = 0;
  absl::Duration ttl;
  absl::Duration sent;  // Uptime() of the request
};

absl::StatusOr<Granted> Grant(EtcdMembers& members, absl::Duration ttl, absl::Time deadline) {
  LeaseGrantRequest request;
  request.set_ttl(absl::ToInt64Seconds(absl::Ceil(ttl, absl::Seconds(1))));
  LeaseGrantResponse response;
  Granted granted;
  SUYUAN_RETURN_IF_ERROR(members.Call({.name = "LeaseGrant", .changes = true}, deadline,
                                      [&](const ChannelPtr& channel, grpc::ClientContext* context) {
                                        granted.sent = Uptime();
                                        return ::etcdserverpb::Lease::Stub(channel).LeaseGrant(
                                            context, request, &response);
                                      }));
  granted.id = response.id();
  granted.ttl = absl::Seconds(response.ttl());
  return granted;
}

class LeaseKeeper final : public EtcdLease {
 public:
  LeaseKeeper(EtcdClient& client, std::unique_ptr<EtcdMembers> members, const Granted& granted,
              std::function<void(const absl::Status&)> on_lost)
      : client_(client),
        members_(std::move(members)),
        on_lost_(std::move(on_lost)),
        id_(granted.id),
        ttl_(granted.ttl),
        last_sent_(granted.sent),
        validity_(granted.sent + granted.ttl) {
    thread_ = std::thread([this] { Run(); });
  }

  ~LeaseKeeper() override { StopKeeping(); }

  int64_t id() const override { return id_; }
  absl::Duration ttl() const override { return ttl_; }
  bool Alive() const override { return validity_.TimeLeft() > absl::ZeroDuration(); }

  absl::Status Revoke(absl::Time deadline) override {
    validity_.End();
    StopKeeping();
    LeaseRevokeRequest request;
    request.set_id(id_);
    return client_.LeaseRevoke(request, deadline).status();
  }

 private:
  void Run() {
    absl::Status status;
    absl::Duration next = last_sent_ + ttl_ / 3;
    while (Pause(next - Uptime())) {
      status = KeepAlive();
      if (absl::IsNotFound(status) || !Alive()) break;
      next = status.ok() ? last_sent_ + ttl_ / 3 : Uptime() + kRetryPause;
    }
    if (Stopping()) return;
    validity_.End();
    log_.Warn("lease lost", {{"lease", id_}, {"reason", status}});
    if (on_lost_) on_lost_(status);
  }

  // Asks until it is acknowledged or the lease may have expired.
  absl::Status KeepAlive() {
    LeaseKeepAliveRequest request;
    request.set_id(id_);
    LeaseKeepAliveResponse response;
    absl::Duration sent;
    SUYUAN_RETURN_IF_ERROR(members_->Call(
        {.name = "LeaseKeepAlive", .attempt_timeout = ttl_ / 3}, absl::Now() + validity_.TimeLeft(),
        [&](const ChannelPtr& channel, grpc::ClientContext* context) {
          sent = Uptime();
          return KeepAliveOnce(channel, context, request, &response);
        }));
    if (response.ttl() <= 0) {
      return absl::NotFoundError(absl::StrCat("etcd does not know lease ", id_, " any more"));
    }
    if (!validity_.Extend(sent + absl::Seconds(response.ttl()))) {
      return absl::UnavailableError("the acknowledgement came too late");
    }
    last_sent_ = sent;
    return absl::OkStatus();
  }

  void StopKeeping() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    members_->Cancel();
    if (thread_.joinable()) thread_.join();
  }

  // False when stopping.
  bool Pause(absl::Duration time) {
    absl::MutexLock lock(&mutex_);
    return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), time);
  }

  bool Stopping() const {
    absl::MutexLock lock(&mutex_);
    return stopping_;
  }

  EtcdClient& client_;
  const std::unique_ptr<EtcdMembers> members_;
  const std::function<void(const absl::Status&)> on_lost_;
  const int64_t id_;
  const absl::Duration ttl_;
  const Log log_{"etcd"};

  absl::Duration last_sent_;  // of the thread
  mutable Validity validity_;

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<EtcdLease>> StartLease(EtcdClient& client,
                                                      std::shared_ptr<const EtcdDialer> dialer,
                                                      EtcdLeaseOptions options,
                                                      absl::Time deadline) {
  if (options.ttl < absl::Seconds(1)) {
    return absl::InvalidArgumentError("a lease lasts one second or more");
  }
  auto members = std::make_unique<EtcdMembers>(std::move(dialer));
  SUYUAN_ASSIGN_OR_RETURN(const Granted granted, Grant(*members, options.ttl, deadline));
  return std::make_unique<LeaseKeeper>(client, std::move(members), granted,
                                       std::move(options.on_lost));
}

}  // namespace suyuan
