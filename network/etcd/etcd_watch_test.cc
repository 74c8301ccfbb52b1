// Watches of real etcd processes.
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/etcd/etcd_client.h"
#include "network/etcd/testing/etcd_process.h"
#include "network/etcd/testing/etcd_requests.h"

namespace suyuan {
namespace {

using ::etcdserverpb::WatchResponse;

absl::Time In(int seconds) { return absl::Now() + absl::Seconds(seconds); }

// Keeps what a watch delivers.
class Recorder {
 public:
  EtcdWatchHandler Handler() {
    return {[this](WatchResponse response) {
              absl::MutexLock lock(&mutex_);
              for (auto& event : *response.mutable_events()) {
                values_.push_back(event.kv().value());
                revisions_.push_back(event.kv().mod_revision());
              }
              ++responses_;
            },
            [this](const absl::Status& status) {
              absl::MutexLock lock(&mutex_);
              end_ = status;
            }};
  }
  std::vector<std::string> AwaitEvents(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&] { return values_.size() >= count; };
    mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(60));
    return values_;
  }
  std::optional<absl::Status> AwaitEnd() {
    absl::MutexLock lock(&mutex_);
    const auto ended = [&] { return end_.has_value(); };
    mutex_.AwaitWithTimeout(absl::Condition(&ended), absl::Seconds(60));
    return end_;
  }
  std::vector<int64_t> Revisions() const {
    absl::MutexLock lock(&mutex_);
    return revisions_;
  }
  int Responses() const {
    absl::MutexLock lock(&mutex_);
    return responses_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::vector<std::string> values_ ABSL_GUARDED_BY(mutex_);
  std::vector<int64_t> revisions_ ABSL_GUARDED_BY(mutex_);
  int responses_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

std::unique_ptr<EtcdCluster> ClusterOf(int members) {
  auto cluster = EtcdCluster::Create({.members = members});
  if (!cluster.ok()) FAIL(cluster.status());
  return *std::move(cluster);
}

// Puts "first".."last - 1" at keys of their own.
void PutNumbers(EtcdClient& client, int first, int last) {
  for (int i = first; i < last; ++i) {
    const auto put = client.Txn(CreateOf(absl::StrCat("log/", i), absl::StrCat(i)),
                                RetryPolicy::kSafeToRepeat, In(60));
    if (!put.ok()) FAIL(put.status());
  }
}

std::vector<std::string> Numbers(int count) {
  std::vector<std::string> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(absl::StrCat(i));
  return numbers;
}

void AwaitWatching(const EtcdWatch& watch) {
  REQUIRE(AwaitCondition(absl::Seconds(60), [&] { return watch.Status().ok(); }));
}

TEST_CASE("A watch brings every event once and in order though its member is killed",
          "[etcd_watch]") {
  const auto cluster = ClusterOf(3);
  const auto watcher = cluster->Client(0);
  const auto writer = cluster->Client(1);
  Recorder recorder;
  const auto watch = watcher->Watch(WatchOf("log/", 1), recorder.Handler());
  PutNumbers(*writer, 0, 20);
  CHECK(recorder.AwaitEvents(20) == Numbers(20));
  cluster->Kill(0);
  PutNumbers(*writer, 20, 60);
  CHECK(recorder.AwaitEvents(60) == Numbers(60));
  CHECK(watch->Status().ok());
}

TEST_CASE("A watch leaves a member that falls silent or loses the majority", "[etcd_watch]") {
  const auto cluster = ClusterOf(3);
  const auto writer = cluster->Client(1);
  Recorder recorder;
  const auto watcher = cluster->Client(0);
  const auto watch = watcher->Watch(WatchOf("log/", 1), recorder.Handler());
  PutNumbers(*writer, 0, 1);
  REQUIRE(recorder.AwaitEvents(1).size() == 1);

  SECTION("silent") {
    cluster->Stop(0);
    PutNumbers(*writer, 1, 10);
    CHECK(recorder.AwaitEvents(10) == Numbers(10));
  }
  SECTION("without a majority, until there is one again") {
    cluster->Stop(1);
    cluster->Stop(2);
    CHECK(AwaitCondition(absl::Seconds(30), [&] { return !watch->Status().ok(); }));
    cluster->Continue(1);
    cluster->Continue(2);
    PutNumbers(*writer, 1, 10);
    CHECK(recorder.AwaitEvents(10) == Numbers(10));
  }
}

TEST_CASE("A watch from now on sees nothing older, and misses nothing when its member dies at once",
          "[etcd_watch]") {
  const auto cluster = ClusterOf(3);
  const auto writer = cluster->Client(1);
  PutNumbers(*writer, 0, 3);
  Recorder recorder;
  const auto watcher = cluster->Client(0);
  const auto watch = watcher->Watch(WatchOf("log/", 0), recorder.Handler());
  AwaitWatching(*watch);
  cluster->Kill(0);
  PutNumbers(*writer, 3, 6);
  CHECK(recorder.AwaitEvents(3) == std::vector<std::string>{"3", "4", "5"});
}

TEST_CASE("A watch from a compacted revision ends so", "[etcd_watch]") {
  const auto cluster = ClusterOf(1);
  const auto client = cluster->Client();
  PutNumbers(*client, 0, 10);
  ::etcdserverpb::CompactionRequest compaction;
  compaction.set_revision(8);
  REQUIRE(client->Compact(compaction, In(60)).ok());
  Recorder recorder;
  const auto watch = client->Watch(WatchOf("log/", 2), recorder.Handler());
  const auto end = recorder.AwaitEnd();
  REQUIRE(end);
  CHECK(absl::IsOutOfRange(*end));
  CHECK(absl::IsOutOfRange(watch->Status()));

  Recorder later;
  const auto allowed = client->Watch(WatchOf("log/", 9), later.Handler());
  CHECK(later.AwaitEvents(3) == std::vector<std::string>{"7", "8", "9"});
}

TEST_CASE("Large changes arrive whole, those of one transaction together", "[etcd_watch]") {
  const auto cluster = ClusterOf(1);
  const auto client = cluster->Client();
  const std::string large(700'000, 'x');
  for (int i = 0; i < 8; ++i) {
    ::etcdserverpb::TxnRequest request;
    for (int part = 0; part < 2; ++part) {
      *request.add_success()->mutable_request_put() =
          PutOf(absl::StrCat("log/", i, "/", part), large);
    }
    REQUIRE(client->Txn(request, RetryPolicy::kOnce, In(60)).ok());
  }
  // Watched from the start, they come in one response, cut by etcd where it likes.
  std::map<int64_t, int> responses_of;
  absl::Mutex mutex;
  size_t events = 0;
  EtcdWatchHandler handler;
  handler.on_response = [&](const WatchResponse& response) {
    absl::MutexLock lock(&mutex);
    int64_t last = 0;
    for (const auto& event : response.events()) {
      CHECK(event.kv().value().size() == large.size());
      if (event.kv().mod_revision() != last) ++responses_of[event.kv().mod_revision()];
      last = event.kv().mod_revision();
      ++events;
    }
  };
  const auto watch = client->Watch(WatchOf("log/", 1), handler);
  absl::MutexLock lock(&mutex);
  const auto all = [&] { return events >= 16; };
  REQUIRE(mutex.AwaitWithTimeout(absl::Condition(&all), absl::Seconds(60)));
  CHECK(events == 16);
  CHECK(responses_of.size() == 8);
  for (const auto& [revision, count] : responses_of) CHECK(count == 1);
}

TEST_CASE("A watch ends quickly, connected or not", "[etcd_watch]") {
  const auto cluster = ClusterOf(1);
  const auto client = cluster->Client();
  Recorder recorder;
  auto connected = client->Watch(WatchOf("log/", 0), recorder.Handler());
  AwaitWatching(*connected);
  const absl::Time start = absl::Now();
  connected.reset();
  cluster->Stop(0);
  auto silent = client->Watch(WatchOf("log/", 0), recorder.Handler());
  silent.reset();
  cluster->Kill(0);
  auto refused = client->Watch(WatchOf("log/", 0), recorder.Handler());
  AwaitCondition(absl::Seconds(60), [&] { return absl::IsUnavailable(refused->Status()); });
  refused.reset();
  CHECK(absl::Now() - start < absl::Seconds(30));  // far below a call's own limits
  CHECK(recorder.Responses() == 0);
}

}  // namespace
}  // namespace suyuan
