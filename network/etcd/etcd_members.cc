#include "network/etcd/etcd_members.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "network/common/status_macros.h"
#include "network/etcd/etcd_status.h"
#include "network/rpc/credentials.h"

namespace suyuan {
namespace {

constexpr int kMaxMessageBytes = 64 << 20;
// Between two rounds over all members, doubling.
constexpr absl::Duration kFirstBackoff = absl::Milliseconds(20);
constexpr absl::Duration kMaxBackoff = absl::Milliseconds(500);
// A broken connection gets this long, at each attempt, to be made anew.
constexpr absl::Duration kReconnectSlice = absl::Milliseconds(200);

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::clamp<int64_t>(absl::ToInt64Milliseconds(duration), 1, 3'600'000));
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const EtcdClientOptions& options) {
  const TlsIdentity identity{options.certificate_pem, options.key_pem};
  return MakeChannelCredentials(options.roots_pem,
                                options.certificate_pem.empty() ? nullptr : &identity);
}

// What each member said last, for the error in the end.
class Reasons {
 public:
  void Add(const std::string& endpoint, const absl::Status& status) {
    std::string& reason = reasons_[endpoint];
    if (absl::IsDeadlineExceeded(status)) {
      if (reason.empty()) reason = "no answer in time";
    } else {
      reason = std::string(status.message());
      told_ = true;
    }
  }
  absl::Status ToStatus() const {
    const std::string text = absl::StrJoin(reasons_, "; ", absl::PairFormatter(": "));
    if (told_) return absl::UnavailableError(text);
    return absl::DeadlineExceededError(text.empty() ? "the deadline has passed" : text);
  }

 private:
  std::map<std::string, std::string> reasons_;
  bool told_ = false;
};

absl::Status Finish(const absl::Status& status, const EtcdCallTraits& traits, bool maybe_done) {
  const absl::Status named = Annotate(status, absl::StrCat("etcd ", traits.name));
  return traits.changes && maybe_done ? MarkOutcomeUnknown(named) : named;
}

}  // namespace

EtcdDialer::EtcdDialer(EtcdClientOptions options)
    : options_(std::move(options)), credentials_(Credentials(options_)) {}

std::shared_ptr<grpc::Channel> EtcdDialer::Dial(const std::string& endpoint) const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(options_.keepalive_time));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(options_.keepalive_time));
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, Milliseconds(kMaxBackoff));
  // The time for one connection attempt, whatever its name says.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, Milliseconds(options_.dial_timeout));
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (!options_.server_name.empty()) arguments.SetSslTargetNameOverride(options_.server_name);
  return grpc::CreateCustomChannel("dns:///" + endpoint, credentials_, arguments);
}

void DriveReconnection(grpc::Channel& channel, absl::Time deadline) {
  const grpc_connectivity_state state = channel.GetState(true);
  if (state != GRPC_CHANNEL_TRANSIENT_FAILURE) return;
  const absl::Time end = std::min(deadline, absl::Now() + kReconnectSlice);
  channel.WaitForStateChange(state, absl::ToChronoTime(end));
}

void RequireLeader(grpc::ClientContext* context) { context->AddMetadata("hasleader", "true"); }

EtcdMembers::EtcdMembers(std::shared_ptr<const EtcdDialer> dialer) : dialer_(std::move(dialer)) {
  for (const std::string& endpoint : dialer_->endpoints()) {
    members_.push_back({endpoint, dialer_->Dial(endpoint)});
  }
}

absl::Status EtcdMembers::Call(const EtcdCallTraits& traits, absl::Time deadline, Attempt attempt) {
  Reasons reasons;
  bool maybe_done = false;
  absl::Duration backoff = kFirstBackoff;
  absl::Duration limit =
      traits.policy == RetryPolicy::kOnce ? absl::InfiniteDuration() : traits.attempt_timeout;
  size_t turn = preferred_;
  for (size_t tries = 1; absl::Now() < deadline; ++tries, ++turn) {
    const size_t index = turn % members_.size();
    const Member& member = members_[index];
    const absl::Time end = std::min(deadline, absl::Now() + limit);
    const EtcdVerdict verdict = JudgeAnswer(Try(member, traits.needs_leader, end, attempt));
    if (verdict.status.ok()) {
      preferred_ = index;
      return absl::OkStatus();
    }
    maybe_done |= verdict.maybe_done;
    if (absl::IsDeadlineExceeded(verdict.status)) limit *= 2;
    if (Cancelled()) break;
    if (!verdict.elsewhere) {
      return Finish(Annotate(verdict.status, member.endpoint), traits, maybe_done);
    }
    LeaveMember(index);
    reasons.Add(member.endpoint, verdict.status);
    if (verdict.maybe_done && traits.policy == RetryPolicy::kOnce) break;
    if (tries % members_.size() != 0) continue;
    if (!Pause(std::min(backoff, deadline - absl::Now()))) break;
    backoff = std::min(backoff * 2, kMaxBackoff);
  }
  const absl::Status status = Cancelled() ? absl::CancelledError("cancelled") : reasons.ToStatus();
  return Finish(status, traits, maybe_done);
}

absl::Status EtcdMembers::CallAt(const std::string& endpoint, const EtcdCallTraits& traits,
                                 absl::Time deadline, Attempt attempt) {
  const auto known = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& m) { return m.endpoint == endpoint; });
  const Member member =
      known != members_.end() ? *known : Member{endpoint, dialer_->Dial(endpoint)};
  const EtcdVerdict verdict = JudgeAnswer(Try(member, traits.needs_leader, deadline, attempt));
  if (Cancelled()) return Finish(absl::CancelledError("cancelled"), traits, verdict.maybe_done);
  return Finish(Annotate(verdict.status, endpoint), traits, verdict.maybe_done);
}

grpc::Status EtcdMembers::Try(const Member& member, bool needs_leader, absl::Time deadline,
                              Attempt attempt) {
  grpc::ClientContext context;
  if (deadline < absl::InfiniteFuture()) context.set_deadline(absl::ToChronoTime(deadline));
  if (needs_leader) RequireLeader(&context);
  if (!Begin(&context)) return grpc::Status(grpc::StatusCode::CANCELLED, "cancelled");
  DriveReconnection(*member.channel, deadline);
  grpc::Status status = attempt(member.channel, &context);
  End(&context);
  return status;
}

bool EtcdMembers::Begin(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  if (!cancelled_) running_.insert(context);
  return !cancelled_;
}

void EtcdMembers::End(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  running_.erase(context);
}

// Later calls start with the next one, unless another call has found its own.
void EtcdMembers::LeaveMember(size_t index) {
  preferred_.compare_exchange_strong(index, (index + 1) % members_.size());
}

bool EtcdMembers::Pause(absl::Duration time) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&cancelled_), time);
}

bool EtcdMembers::Cancelled() const {
  absl::MutexLock lock(&mutex_);
  return cancelled_;
}

void EtcdMembers::Cancel() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  for (grpc::ClientContext* context : running_) context->TryCancel();
}

}  // namespace suyuan
