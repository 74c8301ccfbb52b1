#include "network/orderer/consensus/etcd_consenter.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/common/check.h"
#include "network/common/log.h"
#include "network/common/status_macros.h"
#include "network/crypto/hash.h"

namespace suyuan {
namespace {

constexpr size_t kNonceBytes = 16;
constexpr absl::Duration kCallTimeout = absl::Seconds(5);
constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestPause = absl::Seconds(1);

// The session is over, and the next one may begin.
absl::Status Over(absl::string_view why) { return absl::UnavailableError(why); }

// One thread runs sessions: a lease, the log read to its end and then watched, and the
// lead taken whenever nobody has it. Batches come from the session's reading, from the
// watch, and from a proposal that was just put into the log: whoever brings the next
// one delivers it.
class Impl final : public EtcdConsenter {
 public:
  Impl(EtcdConsenterDeps deps, EtcdConsenterOptions options)
      : deps_(std::move(deps)),
        options_(std::move(options)),
        channel_(options_.log.channel),
        log_(deps_.client.get(), options_.log) {}

  ~Impl() override { Stop(); }

  absl::Status Start(uint64_t next) override {
    SUYUAN_CHECK(!thread_.joinable());
    {
      absl::MutexLock order(&order_);
      next_ = next;
    }
    SetUnavailable(absl::UnavailableError("connecting to etcd"));
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (thread_.joinable()) thread_.join();
    SetUnavailable(absl::UnavailableError("stopped"));
  }

  void Propose(uint64_t number, Batch batch, Done done) override {
    done(TryPropose(number, std::move(batch)));
  }

  Leadership leadership() const override {
    absl::MutexLock lock(&mutex_);
    return {term_.has_value(), leader_};
  }

  absl::Status Health() const override {
    absl::MutexLock lock(&mutex_);
    return failure_;
  }

  absl::Status Availability() const override {
    absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    return availability_;
  }

  const char* type() const override { return kEtcdConsensus; }

  EtcdConsenterFigures figures() const override {
    EtcdConsenterFigures figures;
    {
      absl::MutexLock order(&order_);
      figures.next = next_;
    }
    absl::MutexLock lock(&mutex_);
    figures.first_kept = first_kept_;
    figures.live = live_;
    figures.term = term_ ? term_->revision : 0;
    return figures;
  }

 private:
  // What the watches of one session tell its thread. Theirs, so that a late call finds
  // it even when the session is over.
  struct Session {
    absl::Mutex mutex;
    bool leader_changed ABSL_GUARDED_BY(mutex) = false;
    absl::Status end ABSL_GUARDED_BY(mutex);
  };

  // Proposals -----------------------------------------------------------------

  absl::Status TryPropose(uint64_t number, Batch batch) {
    const std::optional<LeaderTerm> term = Term();
    if (!term) {
      SUYUAN_RETURN_IF_ERROR(Availability());
      return absl::AbortedError("another orderer leads");
    }
    if (const uint64_t next = Next(); number != next) {
      return absl::AbortedError(absl::StrCat("batch ", number, ": the next one is ", next));
    }
    LoggedBatch logged;
    logged.number = number;
    logged.nonce = RandomBytes(kNonceBytes);
    const absl::Time deadline = absl::Now() + options_.append_timeout;
    absl::Status appended = log_.Append(number, batch, logged.nonce, *term, deadline);
    if (absl::IsFailedPrecondition(appended)) {
      StepDown(*term, "another orderer leads now");
      return absl::AbortedError(appended.message());
    }
    if (absl::IsAborted(appended)) {
      // An earlier proposal that got no answer: it is in the log after all.
      SUYUAN_RETURN_IF_ERROR(ReadToEnd(deadline).status());
      return appended;
    }
    if (!appended.ok()) return AsUnavailable(appended);
    for (const std::string& envelope : batch.envelopes) logged.bytes += envelope.size();
    logged.batch = std::move(batch);
    return Take(std::move(logged));
  }

  static absl::Status AsUnavailable(const absl::Status& status) {
    return absl::UnavailableError(absl::StrCat("etcd: ", status.message()));
  }

  // Delivery ------------------------------------------------------------------

  // Delivers `logged` if it is the next one; what was delivered already is passed over.
  absl::Status Take(LoggedBatch logged) {
    absl::MutexLock order(&order_);
    if (logged.number < next_) return absl::OkStatus();
    if (logged.number > next_) {
      return Over(absl::StrCat("batch ", logged.number, " came before ", next_));
    }
    SUYUAN_RETURN_IF_ERROR(Health());
    const uint64_t number = logged.number;
    const absl::Status delivered = deps_.deliver(number, std::move(logged.batch));
    if (!delivered.ok()) {
      Fail(absl::UnavailableError(absl::StrCat("stopped: ", delivered.message())));
      return delivered;
    }
    ++next_;
    Remember(number, logged.bytes);
    return absl::OkStatus();
  }

  // Keeps account of what should stay in etcd.
  void Remember(uint64_t number, uint64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(order_) {
    recent_.push_back({number, bytes});
    recent_bytes_ += bytes;
    while (recent_.size() > options_.keep_batches ||
           (recent_bytes_ > options_.keep_bytes && recent_.size() > 1)) {
      recent_bytes_ -= recent_.front().bytes;
      recent_.pop_front();
    }
  }

  // Reads and delivers all that the log holds now; returns etcd's revision then.
  absl::StatusOr<int64_t> ReadToEnd(absl::Time deadline) {
    while (!Stopping()) {
      SUYUAN_ASSIGN_OR_RETURN(EtcdLog::Page page, log_.Read(Next(), deadline));
      if (page.first > Next()) {
        SUYUAN_RETURN_IF_ERROR(CatchUp(page.first));
        deadline = absl::Now() + kCallTimeout;
        continue;
      }
      for (LoggedBatch& batch : page.batches) SUYUAN_RETURN_IF_ERROR(Take(std::move(batch)));
      {
        absl::MutexLock lock(&mutex_);
        first_kept_ = page.first;
      }
      if (!page.more) return page.revision;
      deadline = absl::Now() + kCallTimeout;
    }
    return Over("stopping");
  }

  absl::Status CatchUp(uint64_t until) {
    logger_.Warn("behind what etcd keeps; fetching blocks from the other orderers",
                 {{"channel", channel_}, {"have", Next()}, {"until", until}});
    SUYUAN_ASSIGN_OR_RETURN(const uint64_t next, deps_.catch_up(until), "catch up");
    absl::MutexLock order(&order_);
    next_ = std::max(next_, next);
    if (next_ < until) return Over(absl::StrCat("blocks below ", until, " are still missing"));
    return absl::OkStatus();
  }

  // The session's thread ------------------------------------------------------

  void Run() {
    absl::Duration pause = kFirstPause;
    while (!Stopping()) {
      const uint64_t before = Next();
      const absl::Status ended = RunSession();
      if (Stopping() || !Health().ok()) break;
      SetUnavailable(ended);
      logger_.Warn("out of touch with etcd", {{"channel", channel_}, {"reason", ended}});
      if (Next() > before) pause = kFirstPause;
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
      pause = std::min(pause * 2, kLongestPause);
    }
  }

  absl::Status RunSession() {
    SUYUAN_ASSIGN_OR_RETURN(const auto lease, deps_.client->KeepLease({.ttl = options_.lease_ttl},
                                                                      absl::Now() + kCallTimeout));
    const absl::Status ended = Follow(*lease);
    if (const auto term = Term()) StepDown(*term, ended.message());
    // Deletes the keys under it at once: others need not wait for its end.
    (void)lease->Revoke(absl::Now() + absl::Seconds(1));
    return ended;
  }

  absl::Status Follow(EtcdLease& lease) {
    SUYUAN_RETURN_IF_ERROR(log_.Open(Next(), absl::Now() + kCallTimeout).status());
    SUYUAN_ASSIGN_OR_RETURN(const int64_t revision, ReadToEnd(absl::Now() + kCallTimeout));
    const auto session = std::make_shared<Session>();
    const auto log_watch = WatchLog(session, revision + 1);
    const auto leader_watch = WatchLeader(session, revision + 1);
    SUYUAN_RETURN_IF_ERROR(Campaign(lease));
    absl::Time next_report = absl::Now();
    while (true) {
      SUYUAN_RETURN_IF_ERROR(Await(*session, lease, next_report));
      if (TakeLeaderChange(*session) || TakeTermLost()) {
        SUYUAN_RETURN_IF_ERROR(Campaign(lease));
      }
      if (absl::Now() >= next_report) {
        SUYUAN_RETURN_IF_ERROR(Report(lease));
        next_report = absl::Now() + options_.report_interval;
      }
    }
  }

  // Returns when there is something to do; an error when the session is over.
  absl::Status Await(Session& session, EtcdLease& lease, absl::Time until) {
    // Stop() and the lease are looked at now and then: neither can wake a foreign lock.
    constexpr absl::Duration kLook = absl::Milliseconds(20);
    while (absl::Now() < until) {
      {
        absl::MutexLock lock(&session.mutex);
        session.mutex.AwaitWithTimeout(
            absl::Condition(
                +[](Session* s) { return s->leader_changed || !s->end.ok(); }, &session),
            std::min(kLook, until - absl::Now()));
        SUYUAN_RETURN_IF_ERROR(session.end);
        if (session.leader_changed) return absl::OkStatus();
      }
      if (Stopping()) return Over("stopping");
      SUYUAN_RETURN_IF_ERROR(Health());
      if (!lease.Alive()) return Over("the lease has ended: etcd did not answer in time");
      if (TermLost()) return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  static bool TakeLeaderChange(Session& session) {
    absl::MutexLock lock(&session.mutex);
    return std::exchange(session.leader_changed, false);
  }

  std::unique_ptr<EtcdWatch> WatchLog(const std::shared_ptr<Session>& session, int64_t revision) {
    ::etcdserverpb::WatchCreateRequest request;
    request.set_key(log_.LogPrefix());
    request.set_range_end(PrefixEnd(log_.LogPrefix()));
    request.set_start_revision(revision);
    request.add_filters(::etcdserverpb::WatchCreateRequest::NODELETE);
    return deps_.client->Watch(
        request, {.on_response =
                      [this, session](const ::etcdserverpb::WatchResponse& response) {
                        const absl::Status taken = TakeEvents(response);
                        if (!taken.ok()) EndSession(*session, taken);
                      },
                  .on_end = [session](const absl::Status& s) { EndSession(*session, s); }});
  }

  absl::Status TakeEvents(const ::etcdserverpb::WatchResponse& response) {
    for (const auto& event : response.events()) {
      SUYUAN_ASSIGN_OR_RETURN(LoggedBatch logged, log_.Decode(event.kv().key(), event.kv().value(),
                                                              absl::Now() + kCallTimeout));
      SUYUAN_RETURN_IF_ERROR(Take(std::move(logged)));
    }
    return absl::OkStatus();
  }

  std::unique_ptr<EtcdWatch> WatchLeader(const std::shared_ptr<Session>& session,
                                         int64_t revision) {
    ::etcdserverpb::WatchCreateRequest request;
    request.set_key(log_.LeaderKey());
    request.set_start_revision(revision);
    return deps_.client->Watch(
        request, {.on_response =
                      [session](const ::etcdserverpb::WatchResponse& response) {
                        if (response.events().empty()) return;
                        absl::MutexLock lock(&session->mutex);
                        session->leader_changed = true;
                      },
                  .on_end = [session](const absl::Status& s) { EndSession(*session, s); }});
  }

  static void EndSession(Session& session, const absl::Status& status) {
    absl::MutexLock lock(&session.mutex);
    if (session.end.ok()) session.end = status.ok() ? Over("etcd ended the watch") : status;
  }

  // Leading -------------------------------------------------------------------

  absl::Status Campaign(EtcdLease& lease) {
    if (Term()) {
      // Our own key's news, or its loss.
      SUYUAN_ASSIGN_OR_RETURN(const EtcdLog::Campaign now,
                              log_.TryLead(options_.name, lease.id(), absl::Now() + kCallTimeout));
      if (now.won && now.won->revision == Term()->revision) return absl::OkStatus();
      StepDown(*Term(), "the lead went to another");
    }
    SUYUAN_ASSIGN_OR_RETURN(const EtcdLog::Campaign campaign,
                            log_.TryLead(options_.name, lease.id(), absl::Now() + kCallTimeout));
    if (!campaign.won) {
      Become(std::nullopt, campaign.leader);
      return absl::OkStatus();
    }
    // From now on nobody else appends: what is in the log now is all there is.
    SUYUAN_RETURN_IF_ERROR(ReadToEnd(absl::Now() + kCallTimeout).status());
    Become(campaign.won, options_.name);
    return absl::OkStatus();
  }

  void Become(std::optional<LeaderTerm> term, const std::string& leader) {
    bool changed;
    {
      absl::MutexLock lock(&mutex_);
      changed = leader_ != leader || term_.has_value() != term.has_value();
      term_ = std::move(term);
      term_lost_ = false;
      leader_ = leader;
      availability_ = leader.empty()
                          ? absl::UnavailableError("no orderer leads at the moment; try again")
                          : absl::OkStatus();
    }
    if (!changed) return;
    if (leadership().leading) {
      logger_.Info("leading", {{"channel", channel_}, {"next", Next()}});
    } else {
      logger_.Info("following", {{"channel", channel_}, {"leader", leader}});
    }
    deps_.on_leadership(leadership());
  }

  void StepDown(const LeaderTerm& term, absl::string_view why) {
    {
      absl::MutexLock lock(&mutex_);
      if (!term_ || term_->revision != term.revision) return;
      term_.reset();
      term_lost_ = true;
      leader_.clear();
      availability_ = absl::UnavailableError("no orderer leads at the moment; try again");
    }
    logger_.Info("no longer leading", {{"channel", channel_}, {"reason", why}});
    deps_.on_leadership(leadership());
  }

  // Reporting and trimming ----------------------------------------------------

  absl::Status Report(EtcdLease& lease) {
    const uint64_t stored = Next();
    const absl::Time deadline = absl::Now() + kCallTimeout;
    if (stored != reported_ || lease.id() != reported_under_) {
      if (const absl::Status status = log_.Report(options_.name, stored, lease.id(), deadline);
          !status.ok()) {
        return OutOfSpace(status) ? absl::OkStatus() : status;
      }
      reported_ = stored;
      reported_under_ = lease.id();
    }
    const auto term = Term();
    if (!term) return absl::OkStatus();
    SUYUAN_ASSIGN_OR_RETURN(const LogProgress progress, log_.Progress(deadline));
    {
      absl::MutexLock lock(&mutex_);
      live_ = progress.live;
    }
    return Trim(progress, *term, deadline);
  }

  // etcd refuses writes until an operator clears its alarm; the session goes on.
  static bool OutOfSpace(const absl::Status& status) { return absl::IsResourceExhausted(status); }

  absl::Status Trim(const LogProgress& progress, const LeaderTerm& term, absl::Time deadline) {
    const uint64_t first = TrimPoint(progress);
    // In strides: a deletion costs as much as an append.
    const uint64_t stride = std::max<uint64_t>(1, options_.keep_batches / 8);
    if (first < progress.first + stride) return absl::OkStatus();
    const auto trimmed = log_.Trim(first, term, deadline);
    if (!trimmed.ok()) {
      if (OutOfSpace(trimmed.status()) || absl::IsFailedPrecondition(trimmed.status())) {
        return absl::OkStatus();
      }
      return trimmed.status();
    }
    logger_.Debug("trimmed etcd's log", {{"channel", channel_}, {"first", first}});
    {
      absl::MutexLock lock(&mutex_);
      first_kept_ = first;
    }
    // Not to the present: a watch that is a little behind must not lose its place.
    const int64_t compact_to = std::exchange(trim_revision_, *trimmed);
    if (compact_to == 0) return absl::OkStatus();
    if (const absl::Status status = log_.Compact(compact_to, deadline); !status.ok()) {
      logger_.Warn("etcd was not compacted", {{"channel", channel_}, {"reason", status}});
    }
    return absl::OkStatus();
  }

  // The first batch to keep: not before each live orderer, and a majority of all, has
  // what goes.
  uint64_t TrimPoint(const LogProgress& progress) {
    const std::vector<std::string> orderers = deps_.orderers();
    std::vector<uint64_t> stored;
    for (const std::string& name : orderers) {
      const auto it = progress.stored.find(name);
      stored.push_back(it == progress.stored.end() ? 0 : it->second);
    }
    if (stored.empty()) return 0;
    uint64_t point = std::numeric_limits<uint64_t>::max();
    for (size_t i = 0; i < orderers.size(); ++i) {
      if (progress.live.count(orderers[i]) > 0) point = std::min(point, stored[i]);
    }
    std::sort(stored.begin(), stored.end(), std::greater<>());
    point = std::min(point, stored[stored.size() / 2]);
    absl::MutexLock order(&order_);
    return recent_.empty() ? 0 : std::min(point, recent_.front().number);
  }

  // State ---------------------------------------------------------------------

  uint64_t Next() const {
    absl::MutexLock order(&order_);
    return next_;
  }
  bool Stopping() const {
    absl::MutexLock lock(&mutex_);
    return stopping_;
  }
  std::optional<LeaderTerm> Term() const {
    absl::MutexLock lock(&mutex_);
    return term_;
  }
  // A proposal found the lead gone.
  bool TermLost() const {
    absl::MutexLock lock(&mutex_);
    return term_lost_;
  }
  bool TakeTermLost() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(term_lost_, false);
  }
  void SetUnavailable(const absl::Status& why) {
    absl::MutexLock lock(&mutex_);
    leader_.clear();
    availability_ = absl::UnavailableError(why.message());
  }
  void Fail(absl::Status why) {
    absl::MutexLock lock(&mutex_);
    failure_ = std::move(why);
  }

  const EtcdConsenterDeps deps_;
  const EtcdConsenterOptions options_;
  const std::string channel_;
  const Log logger_{"consensus"};
  EtcdLog log_;
  std::thread thread_;

  // Of the session's thread.
  uint64_t reported_ = 0;
  int64_t reported_under_ = 0;
  int64_t trim_revision_ = 0;

  struct Recent {
    uint64_t number, bytes;
  };
  mutable absl::Mutex order_;  // held during a delivery; before mutex_
  uint64_t next_ ABSL_GUARDED_BY(order_) = 0;
  std::deque<Recent> recent_ ABSL_GUARDED_BY(order_);
  uint64_t recent_bytes_ ABSL_GUARDED_BY(order_) = 0;

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<LeaderTerm> term_ ABSL_GUARDED_BY(mutex_);
  bool term_lost_ ABSL_GUARDED_BY(mutex_) = false;
  std::string leader_ ABSL_GUARDED_BY(mutex_);
  absl::Status availability_ ABSL_GUARDED_BY(mutex_) = absl::UnavailableError("not started");
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  uint64_t first_kept_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::string> live_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<EtcdConsenter> EtcdConsenter::Create(EtcdConsenterDeps deps,
                                                     EtcdConsenterOptions options) {
  return std::make_unique<Impl>(std::move(deps), std::move(options));
}

}  // namespace suyuan
