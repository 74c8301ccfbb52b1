// Operating real etcd processes.
#include "network/etcd/etcd_admin.h"

#include <catch2/catch.hpp>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "network/etcd/etcd_client.h"
#include "network/etcd/testing/etcd_process.h"
#include "network/etcd/testing/etcd_requests.h"

namespace suyuan {
namespace {

absl::Time In(int seconds) { return absl::Now() + absl::Seconds(seconds); }

std::unique_ptr<EtcdCluster> ClusterOf(const EtcdClusterOptions& options) {
  auto cluster = EtcdCluster::Create(options);
  if (!cluster.ok()) FAIL(cluster.status());
  return *std::move(cluster);
}

::etcdserverpb::MemberAddRequest LearnerAt(const std::string& peer_url) {
  ::etcdserverpb::MemberAddRequest request;
  request.add_peerurls(peer_url);
  request.set_islearner(true);
  return request;
}

TEST_CASE("A member joins as a learner, is promoted, and is removed", "[etcd_admin]") {
  const auto cluster = ClusterOf({.members = 3});
  const auto client = cluster->Client();
  EtcdAdmin& admin = client->admin();
  REQUIRE(client->Put(PutOf("k", "v"), RetryPolicy::kOnce, In(60)).ok());
  // etcd waits until its members have been connected for a while.
  const int number = cluster->Prepare();
  absl::StatusOr<::etcdserverpb::MemberAddResponse> added;
  REQUIRE(AwaitCondition(absl::Seconds(60), [&] {
    added = admin.MemberAdd(LearnerAt(cluster->PeerUrl(number)), In(60));
    return added.ok() || !absl::IsFailedPrecondition(added.status());
  }));
  if (!added.ok()) FAIL(added.status());
  const uint64_t id = added->member().id();
  CHECK(added->member().islearner());
  CHECK(absl::IsFailedPrecondition(
      admin.MemberAdd(LearnerAt(cluster->PeerUrl(number)), In(60)).status()));

  ::etcdserverpb::MemberPromoteRequest promotion;
  promotion.set_id(id);
  CHECK(absl::IsFailedPrecondition(admin.MemberPromote(promotion, In(60)).status()));
  REQUIRE(cluster->Start(number).ok());
  absl::Status promoted;
  REQUIRE(AwaitCondition(absl::Seconds(60), [&] {
    promoted = admin.MemberPromote(promotion, In(60)).status();
    return !absl::IsFailedPrecondition(promoted);
  }));
  CHECK(promoted.ok());
  const auto members = admin.MemberList(In(60));
  REQUIRE(members.ok());
  CHECK(members->members_size() == 4);
  const auto status = admin.StatusOf(cluster->Endpoint(number), In(60));
  REQUIRE(status.ok());
  CHECK_FALSE(status->islearner());
  CHECK(status->leader() != 0);

  ::etcdserverpb::MemberRemoveRequest removal;
  removal.set_id(id);
  absl::Status removed;
  REQUIRE(AwaitCondition(absl::Seconds(60), [&] {
    removed = admin.MemberRemove(removal, In(60)).status();
    return !absl::IsFailedPrecondition(removed);
  }));
  CHECK(removed.ok());
  CHECK(absl::IsNotFound(admin.MemberRemove(removal, In(60)).status()));
  CHECK(client->Put(PutOf("k", "w"), RetryPolicy::kOnce, In(60)).ok());
}

TEST_CASE("A learner's refusal sends calls to a full member", "[etcd_admin]") {
  const auto cluster = ClusterOf({.members = 1});
  const auto client = cluster->Client();
  const int number = cluster->Prepare();
  REQUIRE(client->admin().MemberAdd(LearnerAt(cluster->PeerUrl(number)), In(60)).ok());
  REQUIRE(cluster->Start(number).ok());
  REQUIRE(cluster->AwaitReady(absl::Seconds(60)).ok());
  const auto by_learner = cluster->Client(number);
  CHECK(by_learner->Put(PutOf("k", "v"), RetryPolicy::kOnce, In(60)).ok());
}

TEST_CASE("A change that would cost the quorum is refused", "[etcd_admin]") {
  const auto cluster = ClusterOf({.members = 3});
  const auto client = cluster->Client();
  EtcdAdmin& admin = client->admin();
  const auto status = admin.StatusOf(cluster->Endpoint(1), In(60));
  REQUIRE(status.ok());
  cluster->Kill(2);
  // Once its loss has been noticed: of two left one may not go.
  ::etcdserverpb::MemberRemoveRequest removal;
  removal.set_id(status->header().member_id());
  const absl::Status refused = admin.MemberRemove(removal, In(60)).status();
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK_FALSE(OutcomeUnknown(refused));
  CHECK(admin.MemberList(In(60))->members_size() == 3);
}

TEST_CASE("The leader moves when it is told to", "[etcd_admin]") {
  const auto cluster = ClusterOf({.members = 3});
  const auto client = cluster->Client();
  EtcdAdmin& admin = client->admin();
  int leader = -1;
  REQUIRE(AwaitCondition(absl::Seconds(60), [&] { return (leader = cluster->Leader()) >= 0; }));
  const int next = (leader + 1) % 3;
  const auto id = admin.StatusOf(cluster->Endpoint(next), In(60))->header().member_id();
  CHECK(absl::IsFailedPrecondition(admin.MoveLeader(cluster->Endpoint(next), id, In(60)).status()));
  REQUIRE(admin.MoveLeader(cluster->Endpoint(leader), id, In(60)).ok());
  CHECK(AwaitCondition(absl::Seconds(60), [&] { return cluster->Leader() == next; }));
}

TEST_CASE("A full store says so, and heals by compaction, defragmentation and disarming",
          "[etcd_admin]") {
  const auto cluster = ClusterOf({.members = 1, .quota_backend_bytes = 4 << 20});
  const auto client = cluster->Client();
  EtcdAdmin& admin = client->admin();
  absl::Status status;
  int64_t revision = 0;
  for (int i = 0; i < 100 && status.ok(); ++i) {
    const auto put = client->Put(PutOf("k", std::string(200'000, 'x')), RetryPolicy::kOnce, In(60));
    status = put.status();
    if (put.ok()) revision = put->header().revision();
  }
  REQUIRE(absl::IsResourceExhausted(status));
  CHECK(std::string(status.message()).find("database space exceeded") != std::string::npos);
  ::etcdserverpb::AlarmRequest alarm;
  const auto alarms = admin.Alarm(alarm, In(60));
  REQUIRE(alarms.ok());
  REQUIRE(alarms->alarms_size() == 1);
  CHECK(alarms->alarms(0).alarm() == ::etcdserverpb::NOSPACE);

  ::etcdserverpb::CompactionRequest compaction;
  compaction.set_revision(revision);
  compaction.set_physical(true);
  REQUIRE(client->Compact(compaction, In(60)).ok());
  const int64_t before = admin.StatusOf(cluster->Endpoint(0), In(60))->dbsize();
  REQUIRE(admin.Defragment(cluster->Endpoint(0), In(60)).ok());
  CHECK(admin.StatusOf(cluster->Endpoint(0), In(60))->dbsize() < before);
  CHECK(
      absl::IsResourceExhausted(client->Put(PutOf("k", "v"), RetryPolicy::kOnce, In(60)).status()));
  alarm.set_action(::etcdserverpb::AlarmRequest::DEACTIVATE);
  alarm.set_memberid(alarms->alarms(0).memberid());
  alarm.set_alarm(::etcdserverpb::NOSPACE);
  REQUIRE(admin.Alarm(alarm, In(60)).ok());
  CHECK(client->Put(PutOf("k", "v"), RetryPolicy::kOnce, In(60)).ok());
}

void AddUser(EtcdAdmin& admin, const std::string& user, const std::string& role) {
  ::etcdserverpb::AuthUserAddRequest add;
  add.set_name(user);
  add.mutable_options()->set_no_password(true);
  REQUIRE(admin.UserAdd(add, In(60)).ok());
  ::etcdserverpb::AuthUserGrantRoleRequest grant;
  grant.set_user(user);
  grant.set_role(role);
  REQUIRE(admin.UserGrantRole(grant, In(60)).ok());
}

void AddRole(EtcdAdmin& admin, const std::string& role, const std::string& prefix) {
  ::etcdserverpb::AuthRoleAddRequest add;
  add.set_name(role);
  REQUIRE(admin.RoleAdd(add, In(60)).ok());
  if (prefix.empty()) return;
  ::etcdserverpb::AuthRoleGrantPermissionRequest grant;
  grant.set_name(role);
  grant.mutable_perm()->set_permtype(::authpb::Permission::READWRITE);
  grant.mutable_perm()->set_key(prefix);
  grant.mutable_perm()->set_range_end(PrefixEnd(prefix));
  REQUIRE(admin.RoleGrantPermission(grant, In(60)).ok());
}

TEST_CASE("A certificate's user is kept to the keys of its role", "[etcd_admin]") {
  const auto cluster = ClusterOf({.members = 3});
  const auto root = cluster->Client(0, "root");
  EtcdAdmin& admin = root->admin();
  AddRole(admin, "root", "");
  AddUser(admin, "root", "root");
  AddRole(admin, "network-a", "a/");
  AddUser(admin, "orderer.a", "network-a");
  REQUIRE(admin.AuthEnable(In(60)).ok());

  const auto orderer = cluster->Client(0, "orderer.a");
  CHECK(orderer->Put(PutOf("a/1", "v"), RetryPolicy::kOnce, In(60)).ok());
  CHECK(orderer->Range(PrefixOf("a/"), In(60)).ok());
  const absl::Status foreign = orderer->Put(PutOf("b/1", "v"), RetryPolicy::kOnce, In(60)).status();
  CHECK(absl::IsPermissionDenied(foreign));
  CHECK_FALSE(OutcomeUnknown(foreign));
  CHECK(absl::IsPermissionDenied(orderer->Range(PrefixOf("b/"), In(60)).status()));
  CHECK(absl::IsPermissionDenied(
      orderer->Txn(CreateOf("b/1", "v"), RetryPolicy::kSafeToRepeat, In(60)).status()));
  CHECK(absl::IsPermissionDenied(orderer->admin().UserList(In(60)).status()));

  absl::Notification ended;
  absl::Status end;
  EtcdWatchHandler handler;
  handler.on_response = [](const auto&) {};
  handler.on_end = [&](const absl::Status& status) {
    end = status;
    ended.Notify();
  };
  const auto watch = orderer->Watch(WatchOf("b/", 0), handler);
  REQUIRE(ended.WaitForNotificationWithTimeout(absl::Seconds(60)));
  CHECK(absl::IsPermissionDenied(end));

  const auto stranger = cluster->Client(0, "stranger");
  const absl::Status unknown = stranger->Range(GetOf("a/1"), In(60)).status();
  INFO(unknown);
  CHECK((absl::IsPermissionDenied(unknown) || absl::IsUnauthenticated(unknown)));

  const auto users = admin.UserList(In(60));
  REQUIRE(users.ok());
  CHECK(users->users_size() == 2);
  CHECK(admin.AuthDisable(In(60)).ok());
  CHECK(stranger->Range(GetOf("a/1"), In(60)).ok());
}

}  // namespace
}  // namespace suyuan
