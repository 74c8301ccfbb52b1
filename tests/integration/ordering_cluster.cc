#include "tests/integration/ordering_cluster.h"

#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"

namespace suyuan {
namespace fs = std::filesystem;
namespace {

absl::Status Do(const std::vector<std::string>& words) {
  SUYUAN_ASSIGN_OR_RETURN(const CommandResult result, RunCommand(words));
  if (result.exit_status == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(absl::StrJoin(words, " "), " exited with ", result.exit_status));
}

// A page of a node's operations port; empty when it does not answer in time.
std::string Page(const std::string& url) {
  auto result = RunCommand({"curl", "-s", "--fail", "--max-time", "1", url});
  return result.ok() && result->exit_status == 0 ? result->output : "";
}

// The value of the first sample of `name`, whatever its labels; empty when absent.
std::string Sample(const std::string& page, const std::string& name) {
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    if (!absl::StartsWith(line, name)) continue;
    const absl::string_view rest = line.substr(name.size());
    if (rest.empty() || (rest[0] != ' ' && rest[0] != '{')) continue;
    return std::string(line.substr(line.rfind(' ') + 1));
  }
  return "";
}

absl::Status CopyDirectory(const fs::path& from, const fs::path& to) {
  return Do({"cp", "--archive", "--sparse=always", from, to});
}

// A small file system of its own for the data of a node that is down, filled up once the
// node has come up on it.
absl::Status FillDisk(OrderingCluster& cluster, const std::string& node, int spare_mb) {
  const fs::path data = cluster.DataDir(node), kept = data.string() + ".kept";
  SUYUAN_RETURN_IF_ERROR(cluster.network().Kill(node));
  SUYUAN_ASSIGN_OR_RETURN(const CommandResult used, RunCommand({"du", "-sm", data}));
  int megabytes = 0;
  if (!absl::SimpleAtoi(used.output.substr(0, used.output.find('\t')), &megabytes)) {
    return absl::InternalError("du: " + used.output);
  }
  SUYUAN_RETURN_IF_ERROR(Do({"mv", data, kept}));
  SUYUAN_RETURN_IF_ERROR(Do({"mkdir", "--mode=700", data}));
  SUYUAN_RETURN_IF_ERROR(
      Do({"mount", "-t", "tmpfs", "-o", absl::StrCat("mode=700,size=", megabytes + spare_mb, "m"),
          "none", data}));
  SUYUAN_RETURN_IF_ERROR(CopyDirectory(kept / ".", data));
  SUYUAN_RETURN_IF_ERROR(Do({"rm", "-rf", kept}));
  SUYUAN_RETURN_IF_ERROR(cluster.network().Start(node));
  // Ends with an error, as it should.
  return RunCommand({"dd", "if=/dev/zero", absl::StrCat("of=", (data / "ballast").string()),
                     "bs=64k", "status=none"})
      .status();
}

absl::Status FreeDisk(OrderingCluster& cluster, const std::string& node) {
  const fs::path data = cluster.DataDir(node), kept = data.string() + ".kept";
  SUYUAN_RETURN_IF_ERROR(cluster.network().Kill(node));
  SUYUAN_RETURN_IF_ERROR(Do({"rm", "-f", data / "ballast"}));
  SUYUAN_RETURN_IF_ERROR(CopyDirectory(data, kept));
  SUYUAN_RETURN_IF_ERROR(Do({"umount", data}));
  SUYUAN_RETURN_IF_ERROR(Do({"rmdir", data}));
  SUYUAN_RETURN_IF_ERROR(Do({"mv", kept, data}));
  return cluster.network().Start(node);
}

absl::Status RestoreOldData(OrderingCluster& cluster, int site) {
  const std::string node = OrderingCluster::Orderer(site);
  const fs::path data = cluster.DataDir(node);
  SUYUAN_RETURN_IF_ERROR(cluster.network().Kill(node));
  SUYUAN_RETURN_IF_ERROR(Do({"rm", "-rf", data}));
  return CopyDirectory(data.string() + ".old", data);
}

using NodeOf = std::string (*)(int site);

Fault KillOne(const std::string& name, NodeOf node) {
  return {name, [node](auto& c, int site) { return c.network().Kill(node(site)); },
          [node](auto& c, int site) { return c.network().Start(node(site)); }};
}

Fault PauseOne(const std::string& name, NodeOf node) {
  return {name,
          [node](auto& c, int site) {
            return c.network().Run({"pause", node(site)});
          },
          [node](auto& c, int site) {
            return c.network().Run({"resume", node(site)});
          }};
}

Fault KillSite() {
  const auto inject = [](OrderingCluster& c, int site) {
    for (const std::string& node : c.NodesOf(site)) SUYUAN_RETURN_IF_ERROR(c.network().Kill(node));
    return absl::OkStatus();
  };
  const auto heal = [](OrderingCluster& c, int site) {
    for (const std::string& node : c.NodesOf(site)) SUYUAN_RETURN_IF_ERROR(c.network().Start(node));
    return absl::OkStatus();
  };
  return {"site killed", inject, heal};
}

Fault CutOff(const std::string& name, const std::vector<std::string>& options) {
  const auto inject = [options](OrderingCluster& c, int site) {
    std::vector<std::string> words = {"partition", absl::StrCat(site)};
    words.insert(words.end(), options.begin(), options.end());
    return c.network().Run(words);
  };
  return {name, inject, [](auto& c, int site) { return c.network().Run({"heal"}); }};
}

Fault DiskFull(const std::string& name, NodeOf node, int spare_mb) {
  return {name, [=](auto& c, int site) { return FillDisk(c, node(site), spare_mb); },
          [=](auto& c, int site) { return FreeDisk(c, node(site)); }};
}

}  // namespace

absl::StatusOr<std::unique_ptr<OrderingCluster>> OrderingCluster::Up(const std::string& name,
                                                                     int sites) {
  const bool privileged = ::geteuid() == 0;
  std::vector<std::string> options = {"--orderers", absl::StrCat(sites)};
  if (privileged) options.push_back("--namespaces");
  SUYUAN_ASSIGN_OR_RETURN(auto network, TestNetwork::Up(BuildDir() / "networks" / name, options));
  return std::unique_ptr<OrderingCluster>(
      new OrderingCluster(std::move(network), sites, privileged));
}

std::string OrderingCluster::Orderer(int site) { return absl::StrCat("orderer", site); }
std::string OrderingCluster::Member(int site) { return absl::StrCat("etcd", site); }

std::vector<std::string> OrderingCluster::NodesOf(int site) const {
  if (!clustered()) return {Orderer(site)};
  return {Member(site), Orderer(site)};
}

fs::path OrderingCluster::DataDir(const std::string& node) const {
  return network_->dir() / "nodes" / node / "data";
}

bool OrderingCluster::Healthy(const std::string& node) const {
  auto url = ReadFile(network_->dir() / "nodes" / node / "health");
  return url.ok() && !Page(std::string(absl::StripAsciiWhitespace(*url))).empty();
}

int OrderingCluster::EngineLeader() const {
  for (int site = 0; clustered() && site < sites_; ++site) {
    auto url = ReadFile(network_->dir() / "nodes" / Member(site) / "health");
    if (!url.ok()) continue;
    const std::string page = Page(absl::StrCat(url->substr(0, url->rfind('/')), "/metrics"));
    if (Sample(page, "etcd_server_is_leader") == "1") return site;
  }
  return -1;
}

std::string OrderingCluster::OrdererMetric(int site, const std::string& name) const {
  const std::string operations =
      network_->connection().at("orderers").at(static_cast<size_t>(site)).at("operations");
  return Sample(Page("http://" + operations + "/metrics"), name);
}

int OrderingCluster::OrderingLeader() const {
  for (int site = 0; site < sites_; ++site) {
    if (OrdererMetric(site, "suyuan_orderer_leading") == "1") return site;
  }
  return -1;
}

uint64_t OrderingCluster::Height(int site) const {
  double height = 0;
  if (!absl::SimpleAtod(OrdererMetric(site, "suyuan_orderer_height"), &height)) return 0;
  return static_cast<uint64_t>(height);
}

absl::StatusOr<std::vector<ChainCopy>> OrderingCluster::StopAndRead() {
  std::vector<ChainCopy> copies;
  for (int site = 0; site < sites_; ++site) {
    SUYUAN_RETURN_IF_ERROR(network_->Stop(Orderer(site)));
    SUYUAN_ASSIGN_OR_RETURN(
        ChainCopy copy,
        ReadChain(Orderer(site), DataDir(Orderer(site)) / "channels" / network_->channel(), false));
    copies.push_back(std::move(copy));
  }
  for (const std::string& peer : network_->Peers()) {
    SUYUAN_RETURN_IF_ERROR(network_->Stop(peer));
    SUYUAN_ASSIGN_OR_RETURN(ChainCopy copy,
                            ReadChain(peer, network_->LedgerDir(peer) / "blocks", true));
    copies.push_back(std::move(copy));
  }
  return copies;
}

std::vector<Fault> Faults(const OrderingCluster& cluster) {
  const NodeOf orderer = &OrderingCluster::Orderer, member = &OrderingCluster::Member;
  std::vector<Fault> faults = {KillOne("orderer killed", orderer),
                               PauseOne("orderer paused", orderer)};
  if (cluster.clustered()) {
    faults.push_back(KillOne("member killed", member));
    faults.push_back(PauseOne("member paused", member));
    faults.push_back(KillSite());
    faults.push_back({"orderer with old data", RestoreOldData, [](auto& c, int site) {
                        return c.network().Start(OrderingCluster::Orderer(site));
                      }});
  }
  if (cluster.clustered() && cluster.privileged()) {
    faults.push_back(CutOff("site cut off", {}));
    faults.push_back(CutOff("site hears nothing", {"--only", "in"}));
    faults.push_back(CutOff("site is not heard", {"--only", "out"}));
    faults.push_back(DiskFull("orderer's disk full", orderer, 4));
    // It sets room aside for its log before it starts.
    faults.push_back(DiskFull("member's disk full", member, 150));
  }
  return faults;
}

absl::Status KeepDataOfNow(OrderingCluster& cluster) {
  for (int site = 0; site < cluster.sites(); ++site) {
    const std::string node = OrderingCluster::Orderer(site);
    const fs::path data = cluster.DataDir(node);
    SUYUAN_RETURN_IF_ERROR(cluster.network().Stop(node));
    SUYUAN_RETURN_IF_ERROR(Do({"rm", "-rf", data.string() + ".old"}));
    SUYUAN_RETURN_IF_ERROR(CopyDirectory(data, data.string() + ".old"));
    SUYUAN_RETURN_IF_ERROR(cluster.network().Start(node));
  }
  return absl::OkStatus();
}

}  // namespace suyuan
