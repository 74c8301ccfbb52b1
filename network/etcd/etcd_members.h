// Connections to the members of a cluster, and how a call finds one that serves.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/security/credentials.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "network/etcd/etcd_client.h"

namespace suyuan {

// Makes channels that all have a connection of their own: neither large answers nor a
// starved watch may hold up a keep-alive. Immutable, thread-safe.
class EtcdDialer {
 public:
  explicit EtcdDialer(EtcdClientOptions options);
  // Connects when it is used.
  std::shared_ptr<grpc::Channel> Dial(const std::string& endpoint) const;
  const std::vector<std::string>& endpoints() const { return options_.endpoints; }

 private:
  const EtcdClientOptions options_;
  const std::shared_ptr<grpc::ChannelCredentials> credentials_;
};

struct EtcdCallTraits {
  absl::string_view name;    // for errors: "Txn"
  bool changes = false;      // not a mere read
  bool needs_leader = true;  // a member without one answers so at once
  RetryPolicy policy = RetryPolicy::kSafeToRepeat;
  // How long a member may take before another is asked, doubling with each time-out: one
  // that has just lost the majority does not know it yet. Not for what is done once.
  absl::Duration attempt_timeout = absl::Seconds(2);
};

// Runs calls on the member of a cluster that serves them. Thread-safe.
class EtcdMembers {
 public:
  // Makes one request of a member and waits for the answer.
  using Attempt =
      absl::FunctionRef<grpc::Status(const std::shared_ptr<grpc::Channel>&, grpc::ClientContext*)>;

  explicit EtcdMembers(std::shared_ptr<const EtcdDialer> dialer);

  // Attempts until one succeeds or tells a final error; see etcd_client.h.
  absl::Status Call(const EtcdCallTraits& traits, absl::Time deadline, Attempt attempt);
  // One attempt, at one member, which need not be in the list.
  absl::Status CallAt(const std::string& endpoint, const EtcdCallTraits& traits,
                      absl::Time deadline, Attempt attempt);
  // Ends calls under way and refuses later ones.
  void Cancel();

 private:
  struct Member {
    std::string endpoint;
    std::shared_ptr<grpc::Channel> channel;
  };

  grpc::Status Try(const Member& member, bool needs_leader, absl::Time deadline, Attempt attempt);
  bool Begin(grpc::ClientContext* context);
  void End(grpc::ClientContext* context);
  void LeaveMember(size_t index);
  // False when cancelled.
  bool Pause(absl::Duration time);
  bool Cancelled() const;

  const std::shared_ptr<const EtcdDialer> dialer_;
  std::vector<Member> members_;
  std::atomic<size_t> preferred_{0};

  mutable absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> running_ ABSL_GUARDED_BY(mutex_);
};

// Call before each use of a channel. gRPC works on a connection only while somebody waits
// for it, and a call on a channel that has failed once does not wait: it fails at once, so
// that the connection would never be made again.
void DriveReconnection(grpc::Channel& channel, absl::Time deadline);

// Asks a member that has no leader to say so at once, and to break off a stream when it
// loses it.
void RequireLeader(grpc::ClientContext* context);

}  // namespace suyuan
