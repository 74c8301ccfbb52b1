// Orderers on etcd under random faults: nothing acknowledged is lost, doubled or put out of
// order, and service is back within seconds as long as a majority of sites is connected.
//
// SUYUAN_FAULTS: how many (default 3; the full run takes 200). SUYUAN_FAULTS_SEED repeats a run.
// SUYUAN_FAULT_SITES: orderers (default 5). SUYUAN_CATCHUP_BLOCKS: how many blocks a node
// misses (default 50).
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/integration/ordering_cluster.h"
#include "tests/support/process.h"
#include "tests/support/recorded_load.h"

namespace suyuan {
namespace {

// The goal, on a machine that does nothing else, is 5 s: the longest gap is reported. This is
// the bound of a busy one.
constexpr absl::Duration kBackWithin = absl::Seconds(30);
// An orderer with old data fetches all blocks since, beside the load.
constexpr absl::Duration kWellAgainWithin = absl::Minutes(5);
constexpr size_t kShownFindings = 20;

int Setting(const char* name, int otherwise) {
  int value = otherwise;
  const char* text = std::getenv(name);
  if (text != nullptr && !absl::SimpleAtoi(text, &value)) value = otherwise;
  return value;
}

std::unique_ptr<OrderingCluster> Cluster(const std::string& name, int sites) {
  auto cluster = OrderingCluster::Up(name, sites);
  INFO(cluster.status());
  REQUIRE(cluster.ok());
  if (!(*cluster)->privileged()) {
    WARN("not root: no site is cut off and no disk is full in this run");
  }
  return *std::move(cluster);
}

void Must(const absl::Status& status) {
  INFO(status);
  REQUIRE(status.ok());
}

// Every node healthy, every orderer as high as the highest.
bool AllWell(const OrderingCluster& cluster) {
  uint64_t lowest = UINT64_MAX, highest = 0;
  for (int site = 0; site < cluster.sites(); ++site) {
    for (const std::string& node : cluster.NodesOf(site)) {
      if (!cluster.Healthy(node)) return false;
    }
    const uint64_t height = cluster.Height(site);
    lowest = std::min(lowest, height);
    highest = std::max(highest, height);
  }
  return lowest > 0 && lowest == highest;
}

void CheckAtRest(OrderingCluster& cluster, const RecordedLoad& load) {
  CHECK(AwaitCondition(kWellAgainWithin, [&] { return AllWell(cluster); }));
  const auto copies = cluster.StopAndRead();
  INFO(copies.status());
  REQUIRE(copies.ok());
  for (const HistoryRecorder* history : {&load.submits(), &load.commits()}) {
    std::vector<std::string> findings = CheckHistory(history->Operations(), *copies);
    const size_t count = findings.size();
    if (count > kShownFindings) findings.resize(kShownFindings);
    INFO(count << " findings:\n" << absl::StrJoin(findings, "\n"));
    CHECK(count == 0);
  }
}

// Random faults, one after the other, on one or two sites each.
class Storm {
 public:
  Storm(OrderingCluster& cluster, const RecordedLoad& load, uint32_t seed)
      : cluster_(cluster), load_(load), faults_(Faults(cluster)), random_(seed) {}

  void RunOne(int number) {
    const std::vector<Hit> hits = Choose();
    std::string what = absl::StrCat("fault ", number, ":");
    for (const Hit& hit : hits) absl::StrAppend(&what, " ", hit.fault->name, " @", hit.site);
    INFO(what);
    const absl::Duration begun = load_.commits().Now();
    for (const Hit& hit : hits) Must(hit.fault->inject(cluster_, hit.site));
    const absl::Duration injected = load_.commits().Now();
    // Of the majority that is left. One orderer alone is away until it is healed.
    const bool served = !cluster_.clustered() || Back(injected);
    // A random moment is the point here: nothing to be awaited.
    absl::SleepFor(absl::Milliseconds(Random(200, 2500)));
    for (const Hit& hit : hits) Must(hit.fault->heal(cluster_, hit.site));
    const absl::Duration healed = load_.commits().Now();
    const bool served_again = Back(healed);
    const bool well = AwaitCondition(kWellAgainWithin, [&] { return AllMembersWell(); });
    const absl::Duration gap =
        LongestGap(load_.commits().Operations(), begun, load_.commits().Now());
    std::cout << what << ": longest gap " << absl::FormatDuration(Rounded(gap)) << std::endl;
    longest_gap_ = std::max(longest_gap_, gap);
    for (const Hit& hit : hits) ++counts_[hit.fault->name];
    CHECK(served);
    CHECK(served_again);
    CHECK(well);
  }

  std::string Report() const {
    std::string report;
    for (const auto& [name, count] : counts_) absl::StrAppend(&report, "\n  ", name, ": ", count);
    return absl::StrCat("longest gap ", absl::FormatDuration(Rounded(longest_gap_)), report);
  }

 private:
  struct Hit {
    const Fault* fault;
    int site;
  };

  static absl::Duration Rounded(absl::Duration d) { return absl::Trunc(d, absl::Milliseconds(1)); }

  int Random(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

  // At most as many sites as may be lost, two at most; often a leader's.
  std::vector<Hit> Choose() {
    std::vector<int> sites;
    for (int site = 0; site < cluster_.sites(); ++site) sites.push_back(site);
    std::shuffle(sites.begin(), sites.end(), random_);
    const int leader = Random(0, 1) == 0 ? cluster_.EngineLeader() : cluster_.OrderingLeader();
    if (leader >= 0 && Random(0, 1) == 0) {
      std::iter_swap(sites.begin(), std::find(sites.begin(), sites.end(), leader));
    }
    const int most = std::clamp(cluster_.sites() - cluster_.majority(), 1, 2);
    std::vector<Hit> hits;
    const int count = Random(1, most);
    for (int i = 0; i < count; ++i) {
      hits.push_back(
          {&faults_[static_cast<size_t>(Random(0, static_cast<int>(faults_.size()) - 1))],
           sites[static_cast<size_t>(i)]});
    }
    return hits;
  }

  bool Back(absl::Duration since) const {
    return load_.commits().AwaitSuccesses(1, since, kBackWithin);
  }

  // Else the next fault would take a majority.
  bool AllMembersWell() const {
    for (int site = 0; site < cluster_.sites(); ++site) {
      for (const std::string& node : cluster_.NodesOf(site)) {
        if (!cluster_.Healthy(node)) return false;
      }
    }
    return true;
  }

  OrderingCluster& cluster_;
  const RecordedLoad& load_;
  const std::vector<Fault> faults_;
  std::mt19937 random_;
  absl::Duration longest_gap_;
  std::map<std::string, int> counts_;
};

TEST_CASE("Random faults of a minority lose, double and reorder nothing",
          "[integration][ordering]") {
  auto cluster = Cluster("faults", Setting("SUYUAN_FAULT_SITES", 5));
  const auto seed = static_cast<uint32_t>(
      Setting("SUYUAN_FAULTS_SEED", static_cast<int>(std::random_device{}() >> 1)));
  WARN("SUYUAN_FAULTS_SEED=" << seed);
  RecordedLoad load(cluster->network(), "f");
  REQUIRE(load.commits().AwaitSuccesses(10, absl::ZeroDuration(), absl::Seconds(30)));
  Must(KeepDataOfNow(*cluster));
  Storm storm(*cluster, load, seed);
  const int faults = Setting("SUYUAN_FAULTS", 3);
  for (int i = 0; i < faults; ++i) storm.RunOne(i);
  load.Stop();
  std::map<Outcome, int> outcomes;
  for (const Operation& operation : load.submits().Operations()) ++outcomes[operation.outcome];
  WARN(faults << " faults; transactions: " << outcomes[Outcome::kSuccess] << " acknowledged, "
              << outcomes[Outcome::kUnknown] << " without an answer, "
              << outcomes[Outcome::kRefused] << " refused; " << storm.Report());
  CheckAtRest(*cluster, load);
}

// What a client is told, and after how long.
struct Answer {
  absl::Status status;
  absl::Duration took;
};

template <typename Call>
Answer Ask(const Call& call) {
  const absl::Time begin = absl::Now();
  absl::Status status = call();
  return {std::move(status), absl::Now() - begin};
}

TEST_CASE("Without a majority writes are refused in time, reads go on, and all resumes",
          "[integration][ordering]") {
  const int sites = Setting("SUYUAN_FAULT_SITES", 5);
  auto cluster = Cluster("majority", sites);
  auto gateway = cluster->network().Connect("producer");
  REQUIRE(gateway.ok());
  const auto contract = (*gateway)->GetNetwork(cluster->network().channel()).GetContract("asset");
  const auto put = [&](const std::string& key, absl::Duration timeout) {
    return contract
        .Submit("Put", std::vector<std::string>{key, "v"}, {.deadline = absl::Now() + timeout})
        .status();
  };
  Must(put("before", absl::Seconds(20)));
  for (int site = 0; site < cluster->majority(); ++site) {
    Must(cluster->network().Kill(cluster->clustered() ? OrderingCluster::Member(site)
                                                      : OrderingCluster::Orderer(site)));
  }
  constexpr absl::Duration kDeadline = absl::Seconds(8);
  const Answer write = Ask([&] { return put("during", kDeadline); });
  INFO(write.status << " after " << write.took);
  CHECK(absl::IsUnavailable(write.status));
  CHECK(write.took < kDeadline);
  const Answer read =
      Ask([&] { return contract.Evaluate("Get", std::vector<std::string>{"before"}).status(); });
  INFO(read.status << " after " << read.took);
  CHECK(read.status.ok());
  for (int site = 0; site < cluster->majority(); ++site) {
    Must(cluster->network().Start(cluster->clustered() ? OrderingCluster::Member(site)
                                                       : OrderingCluster::Orderer(site)));
  }
  // No client call before: service must be back by itself.
  const Answer again = Ask([&] {
    absl::Status status;
    AwaitCondition(kBackWithin, [&] {
      status = put("after", kBackWithin);
      return status.ok();
    });
    return status;
  });
  INFO(again.status);
  CHECK(again.status.ok());
  WARN("write refused after " << write.took << ", service back " << again.took
                              << " after the majority");
}

TEST_CASE("An orderer that was away catches up", "[integration][ordering]") {
  const int sites = Setting("SUYUAN_FAULT_SITES", 5);
  auto cluster = Cluster("catchUp", sites);
  if (!cluster->clustered()) return;
  const auto blocks = static_cast<uint64_t>(Setting("SUYUAN_CATCHUP_BLOCKS", 50));
  const int away = sites - 1;
  const uint64_t before = cluster->Height(away);
  REQUIRE(before > 0);
  for (const std::string& node : cluster->NodesOf(away)) Must(cluster->network().Kill(node));
  RecordedLoad load(cluster->network(), "c", {.pause = absl::ZeroDuration()});
  const absl::Duration patience = absl::Seconds(60) + blocks * absl::Milliseconds(200);
  REQUIRE(AwaitCondition(patience, [&] { return cluster->Height(0) >= before + blocks; }));
  const absl::Time begin = absl::Now();
  for (const std::string& node : cluster->NodesOf(away)) Must(cluster->network().Start(node));
  REQUIRE(AwaitCondition(patience, [&] { return cluster->Height(away) >= before + blocks; }));
  WARN(blocks << " blocks behind, caught up in " << absl::Now() - begin);
  load.Stop();
  CheckAtRest(*cluster, load);
}

}  // namespace
}  // namespace suyuan
