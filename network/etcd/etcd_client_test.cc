// Calls to real etcd processes.
#include "network/etcd/etcd_client.h"

#include <catch2/catch.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/etcd/etcd_admin.h"
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

std::unique_ptr<EtcdClient> ClientOf(const EtcdClientOptions& options) {
  auto client = EtcdClient::Create(options);
  REQUIRE(client.ok());
  return *std::move(client);
}

bool Contains(const absl::Status& status, const std::string& part) {
  if (std::string(status.message()).find(part) != std::string::npos) return true;
  WARN(status);
  return false;
}

TEST_CASE("Options that cannot work are refused with their name", "[etcd_client]") {
  const TestCa ca("ca");
  const TestCertificate identity = ca.IssueTls("orderer");
  EtcdClientOptions good;
  good.endpoints = {"127.0.0.1:2379"};
  good.roots_pem = ca.pem();
  good.certificate_pem = identity.certificate->ToPem();
  good.key_pem = identity.key->ToPem();
  CHECK(EtcdClient::Create(good).ok());

  EtcdClientOptions bad = good;
  bad.endpoints = {};
  CHECK(Contains(EtcdClient::Create(bad).status(), "endpoints"));
  bad = good;
  bad.endpoints = {"https://127.0.0.1:2379"};
  CHECK(Contains(EtcdClient::Create(bad).status(), "not host:port"));
  bad = good;
  bad.roots_pem = "";
  CHECK(Contains(EtcdClient::Create(bad).status(), "roots_pem"));
  bad = good;
  bad.key_pem = ca.IssueTls("other").key->ToPem();
  CHECK(Contains(EtcdClient::Create(bad).status(), "key_pem"));
}

TEST_CASE("The end of a prefix's range", "[etcd_client]") {
  CHECK(PrefixEnd("a/") == "a0");
  CHECK(PrefixEnd("a\xff") == "b");
  CHECK(PrefixEnd("\xff") == std::string(1, '\0'));
  CHECK(PrefixEnd("") == std::string(1, '\0'));
}

TEST_CASE("Of two clients that create one key, one wins and the other sees its value",
          "[etcd_client]") {
  const auto cluster = ClusterOf(3);
  const auto a = cluster->Client(0), b = cluster->Client(1);
  for (int i = 0; i < 20; ++i) {
    const std::string key = absl::StrCat("race/", i);
    absl::StatusOr<::etcdserverpb::TxnResponse> of_a, of_b;
    std::thread other(
        [&] { of_b = b->Txn(CreateOf(key, "b"), RetryPolicy::kSafeToRepeat, In(30)); });
    of_a = a->Txn(CreateOf(key, "a"), RetryPolicy::kSafeToRepeat, In(30));
    other.join();
    REQUIRE(of_a.ok());
    REQUIRE(of_b.ok());
    CHECK(of_a->succeeded() != of_b->succeeded());
    const auto& loser = of_a->succeeded() ? *of_b : *of_a;
    CHECK(loser.responses(0).response_range().kvs(0).value() == (of_a->succeeded() ? "a" : "b"));
  }
}

TEST_CASE("Calls turn from a dead member to one that lives, and stay there", "[etcd_client]") {
  const auto cluster = ClusterOf(3);
  const auto client = cluster->Client(0);
  REQUIRE(client->Put(PutOf("k", "1"), RetryPolicy::kOnce, In(30)).ok());
  cluster->Kill(0);
  // The connection is known to be broken, or is found to be while connecting anew: in
  // neither case was the request sent.
  const auto put = client->Put(PutOf("k", "2"), RetryPolicy::kSafeToRepeat, In(30));
  REQUIRE(put.ok());
  const auto again = client->Put(PutOf("k", "3"), RetryPolicy::kOnce, In(30));
  REQUIRE(again.ok());
  CHECK(again->header().member_id() == put->header().member_id());
  CHECK(client->Range(GetOf("k"), In(30))->kvs(0).value() == "3");

  const auto fresh = cluster->Client(0);
  CHECK(fresh->Put(PutOf("k", "4"), RetryPolicy::kOnce, In(30)).ok());
}

TEST_CASE("A member that falls silent is left for another", "[etcd_client]") {
  const auto cluster = ClusterOf(3);
  const auto client = cluster->Client(0);
  REQUIRE(client->Put(PutOf("k", "1"), RetryPolicy::kOnce, In(30)).ok());
  cluster->Stop(0);
  const absl::Time start = absl::Now();
  const auto once = client->Put(PutOf("k", "2"), RetryPolicy::kOnce, In(30));
  CHECK(absl::IsUnavailable(once.status()));
  CHECK(OutcomeUnknown(once.status()));
  CHECK(Contains(once.status(), cluster->Endpoint(0)));
  CHECK(absl::Now() - start < absl::Seconds(10));  // 2 s on an idle machine
  CHECK(client->Put(PutOf("k", "3"), RetryPolicy::kOnce, In(30)).ok());

  cluster->Continue(0);
  REQUIRE(cluster->AwaitReady(absl::Seconds(30)).ok());
  const auto fresh = cluster->Client(0);
  REQUIRE(fresh->Range(GetOf("k"), In(30)).ok());
  cluster->Stop(0);
  CHECK(fresh->Put(PutOf("k", "4"), RetryPolicy::kSafeToRepeat, In(30)).ok());
}

TEST_CASE("Without a majority calls are unavailable in time, with it they work again",
          "[etcd_client]") {
  const auto cluster = ClusterOf(3);
  const auto client = cluster->Client(0);
  REQUIRE(client->Put(PutOf("k", "1"), RetryPolicy::kOnce, In(30)).ok());
  cluster->Stop(1);
  cluster->Stop(2);
  const absl::Time start = absl::Now();
  const auto put =
      client->Put(PutOf("k", "2"), RetryPolicy::kSafeToRepeat, start + absl::Seconds(6));
  CHECK(absl::IsUnavailable(put.status()));
  CHECK(Contains(put.status(), cluster->Endpoint(0)));
  CHECK(Contains(put.status(), cluster->Endpoint(1)));
  CHECK(absl::Now() - start < absl::Seconds(9));
  CHECK(absl::IsUnavailable(client->Range(GetOf("k"), In(2)).status()));
  auto stale = GetOf("k");
  stale.set_serializable(true);
  CHECK(client->Range(stale, In(30)).ok());
  CHECK(client->admin().MemberList(In(30))->members_size() == 3);

  cluster->Continue(1);
  cluster->Continue(2);
  CHECK(client->Put(PutOf("k", "3"), RetryPolicy::kSafeToRepeat, In(60)).ok());
  CHECK(client->Range(GetOf("k"), In(30))->kvs(0).value() == "3");
}

TEST_CASE("Errors have their codes", "[etcd_client]") {
  const auto cluster = ClusterOf(1);
  const auto client = cluster->Client();
  for (int i = 0; i < 5; ++i) {
    REQUIRE(client->Put(PutOf("k", "v"), RetryPolicy::kOnce, In(30)).ok());
  }
  const int64_t revision = client->Range(GetOf("k"), In(30))->header().revision();

  auto range = GetOf("k");
  range.set_revision(revision + 100);
  CHECK(absl::IsOutOfRange(client->Range(range, In(30)).status()));
  ::etcdserverpb::CompactionRequest compaction;
  compaction.set_revision(revision);
  REQUIRE(client->Compact(compaction, In(30)).ok());
  CHECK(absl::IsOutOfRange(client->Compact(compaction, In(30)).status()));
  range.set_revision(revision - 2);
  const auto compacted = client->Range(range, In(30)).status();
  CHECK(absl::IsOutOfRange(compacted));
  CHECK(Contains(compacted, "required revision has been compacted"));

  for (const int bytes : {1'800'000, 3'000'000}) {  // etcd's own limit, and its gRPC's
    const auto large =
        client->Put(PutOf("k", std::string(bytes, 'x')), RetryPolicy::kOnce, In(30)).status();
    INFO(large);
    CHECK(absl::IsInvalidArgument(large));
    CHECK_FALSE(OutcomeUnknown(large));
  }

  ::etcdserverpb::LeaseRevokeRequest revoke;
  revoke.set_id(12345);
  CHECK(absl::IsNotFound(client->LeaseRevoke(revoke, In(30)).status()));
  ::etcdserverpb::LeaseTimeToLiveRequest ttl;
  ttl.set_id(12345);
  CHECK(absl::IsNotFound(client->LeaseTimeToLive(ttl, In(30)).status()));

  CHECK(absl::IsDeadlineExceeded(client->Range(GetOf("k"), absl::Now()).status()));
  client->Cancel();
  CHECK(absl::IsCancelled(client->Range(GetOf("k"), In(30)).status()));
}

TEST_CASE("Cancel ends a call under way", "[etcd_client]") {
  const auto cluster = ClusterOf(1);
  const auto client = cluster->Client();
  REQUIRE(client->Put(PutOf("k", "v"), RetryPolicy::kOnce, In(30)).ok());
  cluster->Kill(0);
  absl::Status status;
  std::thread call(
      [&] { status = client->Put(PutOf("k", "v"), RetryPolicy::kSafeToRepeat, In(600)).status(); });
  client->Cancel();
  call.join();
  CHECK(absl::IsCancelled(status));
}

TEST_CASE("A member that is not whom we trust, or does not trust us, is an error that says so",
          "[etcd_client]") {
  const auto cluster = ClusterOf(1);
  EtcdClientOptions options = cluster->ClientOptions();

  SECTION("its certificate leads to another root") {
    options.roots_pem = TestCa("foreign").pem();
    const auto status = ClientOf(options)->Range(GetOf("k"), In(3)).status();
    CHECK(absl::IsUnavailable(status));
    CHECK(Contains(status, "certificate"));
  }
  SECTION("its certificate has another name") {
    options.server_name = "elsewhere.example";
    const auto status = ClientOf(options)->Range(GetOf("k"), In(3)).status();
    CHECK(absl::IsUnavailable(status));
    CHECK(Contains(status, "elsewhere.example"));
  }
  SECTION("we show no certificate") {
    options.certificate_pem = options.key_pem = "";
    const auto status = ClientOf(options)->Range(GetOf("k"), In(3)).status();
    CHECK(absl::IsUnavailable(status));
    CHECK(Contains(status, "certificate"));
  }
  SECTION("our certificate is from a foreign authority") {
    const TestCertificate foreign = TestCa("foreign").IssueTls("orderer");
    options.certificate_pem = foreign.certificate->ToPem();
    options.key_pem = foreign.key->ToPem();
    const auto status = ClientOf(options)->Range(GetOf("k"), In(3)).status();
    CHECK(absl::IsUnavailable(status));
    CHECK(Contains(status, "certificate"));
  }
}

}  // namespace
}  // namespace suyuan
