// A client of an etcd cluster (3.4, API v3 over gRPC with mutual TLS).
//
// Calls turn to the next member when one is unreachable, hangs, or says that it cannot
// serve (no leader, a learner, stopping); they stay with the one that answered last. All
// is thread-safe and blocks no longer than its deadline.
//
// Errors, the same for every call; etcd's own text and the member's address are kept:
//   kUnavailable         no member could do it in time: unreachable, no leader, etcd's own
//                        time-out. The text names each endpoint with its reason
//   kDeadlineExceeded    the deadline passed before any member had told a reason; with
//                        RetryPolicy::kOnce, while a member was silent
//   kCancelled           Cancel() was called
//   kResourceExhausted   the space alarm is set ("mvcc: database space exceeded")
//   kInvalidArgument     malformed, or larger than etcd takes ("request is too large", more
//                        than 1.5 MiB; "too many operations in txn request", 128), or an
//                        answer of more than 64 MiB
//   kOutOfRange          a revision that is compacted, or not yet reached
//   kPermissionDenied    this certificate's user may not do that
//   kUnauthenticated     etcd knows no user by this certificate's common name
//   kNotFound            no such lease or member
//   kFailedPrecondition  etcd refuses in its present state: re-configuration that would
//                        cost the quorum, a learner that lags, names that exist already
//   kDataLoss            etcd's corruption alarm is set
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "protos/etcd/rpc.pb.h"

namespace suyuan {

class EtcdAdmin;

struct EtcdClientOptions {
  std::vector<std::string> endpoints;  // "host:port"; the preferred one first
  std::string roots_pem;               // the members' certificates lead to one of these
  // Ours, presented to the members: etcd takes its common name for the user's name.
  // Both empty: none.
  std::string certificate_pem;  // leaf first, then intermediates
  std::string key_pem;
  // The name to look for in a member's certificate. Empty: each endpoint's own host.
  std::string server_name;
  absl::Duration dial_timeout = absl::Seconds(2);  // TCP and TLS, for each attempt
  // A connection in use that stays silent for this long is asked for a sign of life, and
  // given up when none comes within the same time again. (etcd without TLS resents
  // more than --grpc-keepalive-min-time allows; with TLS it does not mind.)
  absl::Duration keepalive_time = absl::Seconds(1);
};

// What to do when a change may have been made though no answer came: the connection
// broke, or etcd timed out, after the request was sent.
enum class RetryPolicy {
  // Ask again, there or elsewhere. Right when doing it twice is as good as once: above all
  // a Txn that compares what it changes (a key created only if absent). The caller then
  // cannot tell from `succeeded == false` alone that another made the change: let the
  // failure branch read the key.
  kSafeToRepeat,
  // Don't: kUnavailable, with OutcomeUnknown(). (What is certainly not done is still tried
  // elsewhere.)
  kOnce,
};

// True for the error of a call whose change may have been made, or may yet be.
bool OutcomeUnknown(const absl::Status& status);

// Keeps a watch while alive. The destructor cancels and waits for a handler that runs:
// never destroy it from a handler.
class EtcdWatch {
 public:
  virtual ~EtcdWatch() = default;
  // OK while a member serves the watch; else what keeps it from being served.
  virtual absl::Status Status() const = 0;
};

// Called from the watch's one thread, never two at a time.
struct EtcdWatchHandler {
  // Events in order, without gap or repetition; those of one revision always together in
  // one response. (header.revision may be ahead of them.) A response without events, if
  // the request asks for progress: all events up to header.revision have been delivered.
  // May block: nothing more is read meanwhile.
  std::function<void(::etcdserverpb::WatchResponse)> on_response;
  // The watch has ended by itself, once:
  //   kOutOfRange        the revision to go on from has been compacted
  //   kPermissionDenied  the range is not this user's
  //   kInvalidArgument   etcd refuses the request
  // Connection trouble never ends a watch, nor does the destructor call this.
  std::function<void(const absl::Status&)> on_end;
};

// Keeps a lease alive from a thread of its own while it lives; the destructor stops that
// and leaves the lease to expire.
class EtcdLease {
 public:
  virtual ~EtcdLease() = default;
  virtual int64_t id() const = 0;
  virtual absl::Duration ttl() const = 0;  // as granted
  // False once etcd may have let it expire: ttl() after the sending of the last keep-alive
  // that was acknowledged, by this machine's clock. Never true again. (A hint: what must
  // not happen after the loss of a lease is fenced by comparing, in the Txn itself.)
  virtual bool Alive() const = 0;
  // Stops keeping it and gives it back, with its keys, for a quick hand-over.
  //   kNotFound  it was gone already
  // Alive() is false from the call on, and `on_lost` is not called any more.
  virtual absl::Status Revoke(absl::Time deadline) = 0;
};

struct EtcdLeaseOptions {
  absl::Duration ttl = absl::Seconds(3);  // whole seconds, 1 or more; etcd may grant more
  // Once, from the lease's thread, no later than Alive() turns false by about 10 ms:
  // expired by our clock, or etcd does not know it any more. Must not destroy the lease.
  std::function<void(const absl::Status&)> on_lost;
};

class EtcdClient {
 public:
  // Does not connect.
  //   kInvalidArgument  names the option
  static absl::StatusOr<std::unique_ptr<EtcdClient>> Create(const EtcdClientOptions& options);

  // Watches, leases and calls must have ended.
  virtual ~EtcdClient() = default;

  virtual absl::StatusOr<::etcdserverpb::RangeResponse> Range(
      const ::etcdserverpb::RangeRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::PutResponse> Put(const ::etcdserverpb::PutRequest& request,
                                                          RetryPolicy policy,
                                                          absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::DeleteRangeResponse> DeleteRange(
      const ::etcdserverpb::DeleteRangeRequest& request, RetryPolicy policy,
      absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::TxnResponse> Txn(const ::etcdserverpb::TxnRequest& request,
                                                          RetryPolicy policy,
                                                          absl::Time deadline) = 0;
  // Repeated when in doubt. kOutOfRange: compacted up to there already, perhaps by this call.
  virtual absl::StatusOr<::etcdserverpb::CompactionResponse> Compact(
      const ::etcdserverpb::CompactionRequest& request, absl::Time deadline) = 0;

  // Repeated when in doubt: a grant that nobody heard of expires by itself.
  virtual absl::StatusOr<::etcdserverpb::LeaseGrantResponse> LeaseGrant(
      const ::etcdserverpb::LeaseGrantRequest& request, absl::Time deadline) = 0;
  // Repeated when in doubt. kNotFound: gone already, perhaps by this call.
  virtual absl::StatusOr<::etcdserverpb::LeaseRevokeResponse> LeaseRevoke(
      const ::etcdserverpb::LeaseRevokeRequest& request, absl::Time deadline) = 0;
  virtual absl::StatusOr<::etcdserverpb::LeaseTimeToLiveResponse> LeaseTimeToLive(
      const ::etcdserverpb::LeaseTimeToLiveRequest& request, absl::Time deadline) = 0;
  // Grants and keeps.
  virtual absl::StatusOr<std::unique_ptr<EtcdLease>> KeepLease(EtcdLeaseOptions options,
                                                               absl::Time deadline) = 0;

  // Watches from `request.start_revision()` (0: from when a member first hears of it).
  // A member that breaks off, falls silent or loses the majority is left for another, where
  // the watch goes on from the next revision. `fragment` and `watch_id` are set here.
  virtual std::unique_ptr<EtcdWatch> Watch(const ::etcdserverpb::WatchCreateRequest& request,
                                           EtcdWatchHandler handler) = 0;

  // Members, alarms, users. Lives as long as this.
  virtual EtcdAdmin& admin() = 0;

  // Ends the calls under way and refuses later ones, for a quick stop. Watches and leases
  // are ended by their destructors.
  virtual void Cancel() = 0;
};

// The range_end of "all keys that begin with `prefix`".
std::string PrefixEnd(absl::string_view prefix);

}  // namespace suyuan
