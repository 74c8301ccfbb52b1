#include "network/orderer/engine.h"

#include <catch2/catch.hpp>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "network/common/testing/process.h"
#include "network/etcd/testing/etcd_process.h"
#include "network/etcd/testing/etcd_requests.h"

namespace suyuan {
namespace {

absl::Time Soon() { return absl::Now() + absl::Seconds(20); }

std::unique_ptr<EtcdCluster> StartCluster(const EtcdClusterOptions& options) {
  auto cluster = EtcdCluster::Create(options);
  REQUIRE(cluster.ok());
  return *std::move(cluster);
}

int Troubled(const orderer::EngineStatus& status) {
  int count = 0;
  for (const auto& member : status.members()) count += !member.trouble().empty();
  return count;
}

TEST_CASE("The engine's members are described one by one, also those that are silent",
          "[orderer][engine]") {
  const auto cluster = StartCluster({.members = 3});
  const auto client = cluster->Client();
  auto status = DescribeEngine(*client, Soon());
  REQUIRE(status.ok());
  REQUIRE(status->members_size() == 3);
  CHECK(Troubled(*status) == 0);
  int leaders = 0;
  for (const auto& member : status->members()) {
    leaders += member.leader();
    CHECK(member.size_bytes() > 0);
  }
  CHECK(leaders == 1);
  cluster->Kill(2);
  status = DescribeEngine(*client, Soon());
  REQUIRE(status.ok());
  CHECK(status->members_size() == 3);
  CHECK(Troubled(*status) >= 1);
}

TEST_CASE("A member joins as learner, is promoted when it has caught up, and leaves again",
          "[orderer][engine]") {
  const auto cluster = StartCluster({.members = 3});
  const auto client = cluster->Client();
  CHECK(absl::IsInvalidArgument(AddEngineMember(*client, "http://127.0.0.1:1", Soon())));
  const int added = cluster->Prepare();
  // etcd takes nobody in until its members have been connected for a while.
  REQUIRE(AwaitCondition(absl::Seconds(30), [&] {
    return AddEngineMember(*client, cluster->PeerUrl(added), Soon()).ok();
  }));
  uint64_t id = 0;
  const auto grown = DescribeEngine(*client, Soon());
  REQUIRE(grown.ok());
  for (const auto& member : grown->members()) {
    if (member.learner()) id = member.id();
  }
  REQUIRE(id != 0);
  const absl::Status second =
      AddEngineMember(*client, cluster->PeerUrl(cluster->Prepare()), Soon());
  CHECK(absl::IsFailedPrecondition(second));
  CHECK(absl::StrContains(second.message(), absl::StrCat("member ", id)));
  CHECK(absl::StrContains(second.message(), "is still a learner: start and promote it"));
  CHECK(absl::IsFailedPrecondition(PromoteEngineMember(*client, id, Soon())));
  REQUIRE(cluster->Start(added).ok());
  CHECK(AwaitCondition(absl::Seconds(30),
                       [&] { return PromoteEngineMember(*client, id, Soon()).ok(); }));
  CHECK(RemoveEngineMember(*client, id, Soon()).ok());
  CHECK(DescribeEngine(*client, Soon())->members_size() == 3);
  CHECK(absl::IsNotFound(RemoveEngineMember(*client, id, Soon())));
}

TEST_CASE("A member is not removed when the rest would be no majority", "[orderer][engine]") {
  const auto cluster = StartCluster({.members = 3});
  const auto client = cluster->Client();
  cluster->Kill(2);
  const auto status = DescribeEngine(*client, Soon());
  REQUIRE(status.ok());
  for (const auto& member : status->members()) {
    if (!member.trouble().empty()) continue;
    const absl::Status refused = RemoveEngineMember(*client, member.id(), Soon());
    CHECK(absl::IsFailedPrecondition(refused));
    CHECK(absl::StrContains(refused.message(), "1 of 2 would be running"));
  }
}

TEST_CASE("While a member is down nobody is taken in, and the refusal names it",
          "[orderer][engine]") {
  const auto cluster = StartCluster({.members = 3});
  const auto client = cluster->Client();
  cluster->Kill(2);
  std::string silent;
  const auto status = DescribeEngine(*client, Soon());
  REQUIRE(status.ok());
  for (const auto& member : status->members()) {
    if (!member.trouble().empty()) silent = member.name();
  }
  REQUIRE_FALSE(silent.empty());
  const absl::Status refused =
      AddEngineMember(*client, cluster->PeerUrl(cluster->Prepare()), Soon());
  INFO(refused);
  CHECK(absl::IsFailedPrecondition(refused));
  CHECK(absl::StrContains(refused.message(), absl::StrCat("member ", silent, " is not running")));
}

TEST_CASE("An engine out of space takes writes again once its alarm is cleared",
          "[orderer][engine]") {
  const auto cluster = StartCluster({.members = 1, .quota_backend_bytes = 4 << 20});
  const auto client = cluster->Client();
  const std::string value(256 << 10, 'x');
  absl::Status put;
  for (int i = 0; i < 64 && put.ok(); ++i) {
    put = client->Put(PutOf("/suyuan/fill", value), RetryPolicy::kSafeToRepeat, Soon()).status();
  }
  REQUIRE(absl::IsResourceExhausted(put));
  REQUIRE(ClearSpaceAlarm(*client, Soon()).ok());
  CHECK(client->Put(PutOf("/suyuan/fill", "x"), RetryPolicy::kSafeToRepeat, Soon()).ok());
}

}  // namespace
}  // namespace suyuan
