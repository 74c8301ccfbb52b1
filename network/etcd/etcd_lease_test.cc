// Leases of real etcd processes.
#include <catch2/catch.hpp>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "network/etcd/etcd_client.h"
#include "network/etcd/testing/etcd_process.h"
#include "network/etcd/testing/etcd_requests.h"

namespace suyuan {
namespace {

absl::Time In(int seconds) { return absl::Now() + absl::Seconds(seconds); }

std::unique_ptr<EtcdCluster> ClusterOf(int members) {
  auto cluster = EtcdCluster::Create({.members = members});
  if (!cluster.ok()) FAIL(cluster.status());
  return *std::move(cluster);
}

std::unique_ptr<EtcdLease> Keep(EtcdClient& client, int seconds,
                                std::function<void(const absl::Status&)> on_lost = nullptr) {
  auto lease = client.KeepLease({absl::Seconds(seconds), std::move(on_lost)}, In(60));
  if (!lease.ok()) FAIL(lease.status());
  return *std::move(lease);
}

void PutUnder(EtcdClient& client, const EtcdLease& lease, const std::string& key) {
  auto put = PutOf(key, "held");
  put.set_lease(lease.id());
  REQUIRE(client.Put(put, RetryPolicy::kOnce, In(60)).ok());
}

bool Exists(EtcdClient& client, const std::string& key) {
  const auto found = client.Range(GetOf(key), In(60));
  REQUIRE(found.ok());
  return found->kvs_size() == 1;
}

bool AwaitGone(EtcdClient& client, const std::string& key) {
  return AwaitCondition(absl::Seconds(60), [&] { return !Exists(client, key); });
}

TEST_CASE("A lease lives while it is kept, and expires when nobody keeps it", "[etcd_lease]") {
  const auto cluster = ClusterOf(3);
  const auto client = cluster->Client(0);
  auto lease = Keep(*client, 2);
  PutUnder(*client, *lease, "leader");
  // Longer than its time to live: the keeper keeps it.
  const absl::Time later = absl::Now() + lease->ttl() * 2;
  CHECK_FALSE(AwaitCondition(later - absl::Now(), [&] { return !lease->Alive(); }));
  CHECK(Exists(*client, "leader"));
  lease.reset();
  CHECK(AwaitGone(*client, "leader"));
}

TEST_CASE("A lease outlives the member that kept it", "[etcd_lease]") {
  const auto cluster = ClusterOf(3);
  const auto client = cluster->Client(1);
  const auto elsewhere = cluster->Client(0);
  const auto lease = Keep(*elsewhere, 5);
  PutUnder(*client, *lease, "leader");
  SECTION("dead") { cluster->Kill(0); }
  SECTION("silent") { cluster->Stop(0); }
  const absl::Time later = absl::Now() + lease->ttl() * 2;
  CHECK_FALSE(AwaitCondition(later - absl::Now(), [&] { return !lease->Alive(); }));
  CHECK(Exists(*client, "leader"));
}

TEST_CASE("A keeper that is cut off gives up no later than etcd lets the lease expire",
          "[etcd_lease]") {
  const auto cluster = ClusterOf(3);
  EtcdClientOptions options = cluster->ClientOptions(0);
  options.endpoints = {cluster->Endpoint(0)};
  const auto cut_off = EtcdClient::Create(options);
  REQUIRE(cut_off.ok());
  const auto client = cluster->Client(1);
  absl::Notification lost;
  absl::Status reason;
  const auto lease = Keep(**cut_off, 2, [&](const absl::Status& status) {
    reason = status;
    lost.Notify();
  });
  PutUnder(*client, *lease, "leader");
  REQUIRE(lease->Alive());
  cluster->Stop(0);
  // While etcd still has it, it may be alive or not; once etcd has it no more, it is not.
  while (Exists(*client, "leader")) {
  }
  CHECK_FALSE(lease->Alive());
  CHECK(lost.WaitForNotificationWithTimeout(absl::Seconds(60)));
  CHECK_FALSE(reason.ok());
}

TEST_CASE("A lease that etcd does not know any more is lost at the next keep-alive",
          "[etcd_lease]") {
  const auto cluster = ClusterOf(1);
  const auto client = cluster->Client();
  absl::Notification lost;
  absl::Status reason;
  const auto lease = Keep(*client, 6, [&](const absl::Status& status) {
    reason = status;
    lost.Notify();
  });
  ::etcdserverpb::LeaseRevokeRequest revoke;
  revoke.set_id(lease->id());
  REQUIRE(client->LeaseRevoke(revoke, In(60)).ok());
  REQUIRE(lost.WaitForNotificationWithTimeout(absl::Seconds(60)));
  CHECK(absl::IsNotFound(reason));
  CHECK_FALSE(lease->Alive());
}

TEST_CASE("A lease given back takes its keys along at once", "[etcd_lease]") {
  const auto cluster = ClusterOf(1);
  const auto client = cluster->Client();
  bool lost = false;
  const auto lease = Keep(*client, 60, [&](const absl::Status&) { lost = true; });
  PutUnder(*client, *lease, "leader");
  REQUIRE(lease->Revoke(In(60)).ok());
  CHECK_FALSE(lease->Alive());
  CHECK_FALSE(Exists(*client, "leader"));
  CHECK(absl::IsNotFound(lease->Revoke(In(60))));
  CHECK_FALSE(lost);
}

}  // namespace
}  // namespace suyuan
