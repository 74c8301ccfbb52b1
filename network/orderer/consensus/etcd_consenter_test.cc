#include "network/orderer/consensus/etcd_consenter.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "network/common/testing/process.h"
#include "network/etcd/testing/etcd_process.h"
#include "network/orderer/consensus/testing/consenter_contract.h"

namespace suyuan {
namespace {

std::unique_ptr<EtcdCluster> StartCluster(int members) {
  EtcdClusterOptions options;
  options.members = members;
  auto cluster = EtcdCluster::Create(options);
  REQUIRE(cluster.ok());
  return *std::move(cluster);
}

EtcdConsenterOptions OptionsOf(const std::string& name, const std::string& channel) {
  EtcdConsenterOptions options;
  options.name = name;
  options.log = {.prefix = "/suyuan/test", .channel = channel};
  options.lease_ttl = absl::Seconds(1);
  options.report_interval = absl::Milliseconds(50);
  return options;
}

// One channel of a shared engine: each contract test gets a channel of its own.
class EtcdPlace final : public ConsenterPlace {
 public:
  EtcdPlace(const EtcdCluster& cluster, std::string channel)
      : client_(cluster.Client()), channel_(std::move(channel)) {}
  std::unique_ptr<Consenter> Open(Consenter::Deliver deliver) override {
    return EtcdConsenter::Create(
        {.client = client_,
         .deliver = std::move(deliver),
         .catch_up = [](uint64_t) { return absl::UnimplementedError("nobody to ask"); },
         .orderers = [] { return std::vector<std::string>{"a:1"}; },
         .on_leadership = [](const Leadership&) {}},
        OptionsOf("a:1", channel_));
  }

 private:
  const std::shared_ptr<EtcdClient> client_;
  const std::string channel_;
};

// An orderer: its blocks outlive its consenter.
class Orderer {
 public:
  Orderer(std::string name, std::vector<std::string> all, std::shared_ptr<EtcdClient> client)
      : name_(std::move(name)), all_(std::move(all)), client_(std::move(client)) {}
  ~Orderer() { Stop(); }

  void Start(const std::string& channel, EtcdConsenterOptions options) {
    options.name = name_;
    options.log.channel = channel;
    consenter_ =
        EtcdConsenter::Create({.client = client_,
                               .deliver =
                                   [this](uint64_t number, Batch batch) {
                                     absl::MutexLock lock(&mutex_);
                                     if (number != blocks_.size())
                                       return absl::InternalError("out of order");
                                     blocks_.push_back(batch.envelopes.at(0));
                                     return absl::OkStatus();
                                   },
                               .catch_up = [this](uint64_t until) { return CatchUp(until); },
                               .orderers = [this] { return all_; },
                               .on_leadership = [](const Leadership&) {}},
                              std::move(options));
    REQUIRE(consenter_->Start(Height()).ok());
  }
  void Stop() { consenter_.reset(); }
  EtcdConsenter& consenter() { return *consenter_; }
  void FetchFrom(const Orderer* other) { source_ = other; }
  int fetches() const {
    absl::MutexLock lock(&mutex_);
    return fetches_;
  }

  bool Leads() const { return consenter_ != nullptr && consenter_->leadership().leading; }
  uint64_t Height() const {
    absl::MutexLock lock(&mutex_);
    return blocks_.size();
  }
  std::vector<std::string> blocks() const {
    absl::MutexLock lock(&mutex_);
    return blocks_;
  }
  absl::Status Propose(const std::string& message) {
    absl::Status result;
    absl::Notification ended;
    consenter_->Propose(Height(), {{message}, false, ""}, [&](const absl::Status& status) {
      result = status;
      ended.Notify();
    });
    ended.WaitForNotification();
    return result;
  }

 private:
  absl::StatusOr<uint64_t> CatchUp(uint64_t until) {
    if (source_ == nullptr) return absl::UnavailableError("nobody to ask");
    const std::vector<std::string> theirs = source_->blocks();
    absl::MutexLock lock(&mutex_);
    ++fetches_;
    while (blocks_.size() < until) blocks_.push_back(theirs.at(blocks_.size()));
    return blocks_.size();
  }

  const std::string name_;
  const std::vector<std::string> all_;
  const std::shared_ptr<EtcdClient> client_;
  const Orderer* source_ = nullptr;
  std::unique_ptr<EtcdConsenter> consenter_;
  mutable absl::Mutex mutex_;
  std::vector<std::string> blocks_ ABSL_GUARDED_BY(mutex_);
  int fetches_ ABSL_GUARDED_BY(mutex_) = 0;
};

struct Trio {
  explicit Trio(const EtcdCluster& cluster) {
    const std::vector<std::string> names = {"a:1", "b:1", "c:1"};
    for (int i = 0; i < 3; ++i) {
      orderers.push_back(std::make_unique<Orderer>(names[static_cast<size_t>(i)], names,
                                                   cluster.Client(i % cluster.size())));
    }
  }
  void StartAll(const std::string& channel, const EtcdConsenterOptions& options) {
    for (auto& orderer : orderers) orderer->Start(channel, options);
  }
  Orderer* AwaitLeader() {
    Orderer* leader = nullptr;
    AwaitCondition(absl::Seconds(20), [&] {
      for (auto& orderer : orderers) {
        if (orderer->Leads()) leader = orderer.get();
      }
      return leader != nullptr;
    });
    REQUIRE(leader != nullptr);
    return leader;
  }
  bool AwaitHeight(uint64_t height) {
    return AwaitCondition(absl::Seconds(20), [&] {
      for (auto& orderer : orderers) {
        if (orderer->Height() < height) return false;
      }
      return true;
    });
  }
  std::vector<std::unique_ptr<Orderer>> orderers;
};

TEST_CASE("A cluster on etcd keeps the consenter's contract", "[consensus]") {
  const auto cluster = StartCluster(1);
  int channels = 0;
  TestConsenterContract(
      [&] { return std::make_unique<EtcdPlace>(*cluster, absl::StrCat("channel", ++channels)); });
}

TEST_CASE("One of three leads, all are delivered the same, and another takes over at once",
          "[consensus]") {
  const auto cluster = StartCluster(3);
  Trio trio(*cluster);
  trio.StartAll("trace", OptionsOf("", ""));
  Orderer* leader = trio.AwaitLeader();
  for (int i = 0; i < 10; ++i) REQUIRE(leader->Propose(absl::StrCat(i)).ok());
  REQUIRE(trio.AwaitHeight(10));
  for (auto& orderer : trio.orderers) {
    CHECK(orderer->blocks() == leader->blocks());
    if (orderer.get() != leader) CHECK(absl::IsAborted(orderer->Propose("not the leader's")));
  }
  leader->Stop();
  Orderer* next = trio.AwaitLeader();
  CHECK(next != leader);
  REQUIRE(next->Propose("by the next").ok());
  leader->Start("trace", OptionsOf("", ""));
  REQUIRE(trio.AwaitHeight(11));
  CHECK(leader->blocks() == next->blocks());
}

TEST_CASE("A leader whose lease has ended appends nothing", "[consensus]") {
  const auto cluster = StartCluster(1);
  const std::shared_ptr<EtcdClient> client = cluster->Client();
  EtcdLog log(client.get(), {.prefix = "/suyuan/test", .channel = "trace"});
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  REQUIRE(log.Open(0, deadline).ok());
  ::etcdserverpb::LeaseGrantRequest grant;
  grant.set_ttl(60);
  const auto lease = client->LeaseGrant(grant, deadline);
  REQUIRE(lease.ok());
  const auto campaign = log.TryLead("a:1", lease->id(), deadline);
  REQUIRE((campaign.ok() && campaign->won.has_value()));
  REQUIRE(log.Append(0, {{"in time"}, false, ""}, "nonce 0", *campaign->won, deadline).ok());
  CHECK(log.Append(0, {{"in time"}, false, ""}, "nonce 0", *campaign->won, deadline).ok());
  CHECK(
      absl::IsAborted(log.Append(0, {{"other"}, false, ""}, "nonce 1", *campaign->won, deadline)));
  REQUIRE(log.Resign(*campaign->won, deadline).ok());
  const absl::Status late =
      log.Append(1, {{"too late"}, false, ""}, "nonce 2", *campaign->won, deadline);
  CHECK(absl::IsFailedPrecondition(late));
  const auto page = log.Read(0, deadline);
  REQUIRE(page.ok());
  CHECK(page->batches.size() == 1);
}

TEST_CASE("What all have stored leaves etcd, and one that was away longer fetches it",
          "[consensus]") {
  const auto cluster = StartCluster(1);
  Trio trio(*cluster);
  EtcdConsenterOptions options = OptionsOf("", "");
  options.keep_batches = 16;
  trio.StartAll("trace", options);
  Orderer* leader = trio.AwaitLeader();
  Orderer* away = trio.orderers[leader == trio.orderers[0].get() ? 1 : 0].get();
  Orderer* third = trio.orderers[leader == trio.orderers[2].get() ? 1 : 2].get();
  if (third == away) third = trio.orderers[2].get();
  REQUIRE(leader->Propose("0").ok());
  REQUIRE(trio.AwaitHeight(1));
  away->Stop();
  for (int i = 1; i < 100; ++i) REQUIRE(leader->Propose(absl::StrCat(i)).ok());
  REQUIRE(AwaitCondition(absl::Seconds(20),
                         [&] { return leader->consenter().figures().first_kept >= 80; }));
  away->FetchFrom(third);
  REQUIRE(AwaitCondition(absl::Seconds(20), [&] { return third->Height() == 100; }));
  away->Start("trace", options);
  REQUIRE(AwaitCondition(absl::Seconds(20), [&] { return away->Height() == 100; }));
  CHECK(away->fetches() > 0);
  CHECK(away->blocks() == leader->blocks());
}

TEST_CASE("Without a majority nothing is agreed on, and it goes on by itself after",
          "[consensus]") {
  const auto cluster = StartCluster(3);
  Trio trio(*cluster);
  EtcdConsenterOptions options = OptionsOf("", "");
  options.append_timeout = absl::Seconds(1);
  trio.StartAll("trace", options);
  Orderer* leader = trio.AwaitLeader();
  REQUIRE(leader->Propose("before").ok());
  cluster->Kill(1);
  cluster->Kill(2);
  CHECK_FALSE(leader->Propose("meanwhile").ok());
  REQUIRE(AwaitCondition(absl::Seconds(20), [&] {
    for (auto& orderer : trio.orderers) {
      if (orderer->consenter().Availability().ok()) return false;
    }
    return true;
  }));
  REQUIRE(cluster->Start(1).ok());
  REQUIRE(
      AwaitCondition(absl::Seconds(30), [&] { return trio.AwaitLeader()->Propose("after").ok(); }));
  const uint64_t height = trio.AwaitLeader()->Height();
  REQUIRE(trio.AwaitHeight(height));
  CHECK(trio.orderers[0]->blocks() == trio.orderers[1]->blocks());
  CHECK(trio.orderers[1]->blocks() == trio.orderers[2]->blocks());
}

}  // namespace
}  // namespace suyuan
