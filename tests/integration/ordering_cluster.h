// A network whose orderers stand at sites, and what can befall a site.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/support/history_check.h"
#include "tests/support/test_network.h"

namespace suyuan {

// Site I is orderer I and, when there are several, the etcd member beside it. Not
// thread-safe.
class OrderingCluster {
 public:
  // With network namespaces, so that sites can be cut off, when this process may make them.
  static absl::StatusOr<std::unique_ptr<OrderingCluster>> Up(const std::string& name, int sites);

  const TestNetwork& network() const { return *network_; }
  int sites() const { return sites_; }
  bool clustered() const { return sites_ > 1; }
  bool privileged() const { return privileged_; }  // may cut off sites and mount file systems
  int majority() const { return sites_ / 2 + 1; }

  static std::string Orderer(int site);
  static std::string Member(int site);
  // Of a site: its member first, for that is the order to start them in.
  std::vector<std::string> NodesOf(int site) const;
  std::filesystem::path DataDir(const std::string& node) const;

  // The site of the engine's leader, or of the orderer that leads; -1 when nobody says so.
  int EngineLeader() const;
  int OrderingLeader() const;
  // Blocks of the channel as the orderer of `site` counts them; 0 when it does not answer.
  uint64_t Height(int site) const;
  // True when the node's health page says that all is well.
  bool Healthy(const std::string& node) const;

  // Stops every node, then reads what each has on disk.
  absl::StatusOr<std::vector<ChainCopy>> StopAndRead();

 private:
  OrderingCluster(std::unique_ptr<TestNetwork> network, int sites, bool privileged)
      : network_(std::move(network)), sites_(sites), privileged_(privileged) {}
  std::string OrdererMetric(int site, const std::string& name) const;

  const std::unique_ptr<TestNetwork> network_;
  const int sites_;
  const bool privileged_;
};

// One kind of trouble. Both calls return when the deed is done; Heal() leaves the site's
// nodes running.
struct Fault {
  std::string name;
  std::function<absl::Status(OrderingCluster&, int site)> inject, heal;
};

// What this process can do to a site of `cluster`.
std::vector<Fault> Faults(const OrderingCluster& cluster);

// Keeps a copy of each orderer's data directory, for a restart with it later.
absl::Status KeepDataOfNow(OrderingCluster& cluster);

}  // namespace suyuan
