// suyuan-bench: runs workloads on a network that scripts/network.sh started.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "network/common/file_util.h"
#include "network/common/status_macros.h"
#include "tests/bench/cpu.h"
#include "tests/bench/crypto_rate.h"
#include "tests/bench/driver.h"
#include "tests/bench/scan_workload.h"
#include "tests/support/test_network.h"

namespace suyuan::bench {
namespace {

struct Options {
  std::string dir;
  std::string cluster_dir;
  std::string json;
  bool quick = false;
};

nlohmann::json Rounded(double value) { return std::round(value * 1000) / 1000; }

// A network that is measured.
struct Target {
  Target(TestNetwork& network, sdk::Gateway& gateway)
      : network(network),
        gateway(gateway),
        contract(gateway.GetNetwork(network.channel()).GetContract("asset")) {}

  TestNetwork& network;
  sdk::Gateway& gateway;
  const sdk::Contract contract;
  uint64_t created = 0;  // keys
};

class Bench {
 public:
  // `cluster`: the same network with several orderers, or nullptr.
  Bench(Target& target, Target* cluster, const Options& options)
      : target_(target), cluster_(cluster), options_(options) {}

  absl::Status Run() {
    SUYUAN_ASSIGN_OR_RETURN(crypto_, MeasureCrypto());
    std::cout << absl::StreamFormat(
        "cryptography: %.0f signatures/s, %.0f verifications/s a core (%.0f of known keys); "
        "limit %.0f tx/s\n",
        crypto_.sign_per_second, crypto_.verify_per_second, crypto_.verify_often_per_second,
        crypto_.limit_tps);
    std::cout << "workload      in flight      tx/s   of limit   p50 ms   p95 ms   p99 ms  CPU "
                 "ms/tx  failed\n";
    const std::vector<int> levels =
        options_.quick ? std::vector<int>{16, 256} : std::vector<int>{1, 16, 256, 512};
    for (int in_flight : levels) RunOne("create", in_flight, target_);
    RunOne("update", 256, target_);
    RunOne("evaluate", 256, target_);
    SUYUAN_ASSIGN_OR_RETURN(scans_, ScanWorkload::Prepare(target_.network, target_.gateway),
                            "prepare scans");
    RunOne("scan", 256, target_);
    RunOne("scan-one", 256, target_);
    if (cluster_ != nullptr) {
      for (int in_flight : levels) Compare(in_flight);
    }
    if (!options_.json.empty()) return WriteJson();
    return absl::OkStatus();
  }

  bool failed() const { return failed_; }

 private:
  static std::string Key(uint64_t index) { return absl::StrCat("key", index); }

  // One after the other, so that they meet the same machine.
  void Compare(int in_flight) {
    const nlohmann::json one = RunOne("one-orderer", in_flight, target_);
    const nlohmann::json several = RunOne("cluster", in_flight, *cluster_);
    const auto figure = [](const nlohmann::json& of, const char* name) {
      return of.at(name).get<double>();
    };
    const double ratio = figure(several, "tps") / std::max(1.0, figure(one, "tps"));
    const double added_ms = figure(several, "p50Ms") - figure(one, "p50Ms");
    const double added_cpu =
        figure(several.at("cpuMsPerTx"), "total") - figure(one.at("cpuMsPerTx"), "total");
    std::cout << absl::StreamFormat(
        "  %d orderers on etcd: %.2f times the throughput, p50 %+.1f ms, CPU %+.2f ms/tx\n",
        cluster_->network.connection().at("orderers").size(), ratio, added_ms, added_cpu);
    comparisons_.push_back(
        {{"inFlight", in_flight},
         {"orderers", cluster_->network.connection().at("orderers").size()},
         {"one", one},
         {"cluster", several},
         {"tpsRatio", Rounded(ratio)},
         {"addedP50Ms", Rounded(added_ms)},
         {"addedP95Ms", Rounded(figure(several, "p95Ms") - figure(one, "p95Ms"))},
         {"addedCpuMsPerTx", Rounded(added_cpu)}});
  }

  Operation MakeOperation(const std::string& workload, Target& target) {
    if (workload == "scan" || workload == "scan-one") {
      return scans_->MakeOperation(workload == "scan-one");
    }
    const std::string value(200, 'v');
    if (workload == "evaluate") {
      return [&target](uint64_t i, std::function<void(absl::Status)> done) {
        target.contract.EvaluateAsync("Get", {Key(i % target.created)},
                                      [done](absl::StatusOr<std::string> r) { done(r.status()); });
      };
    }
    const std::string function = workload == "update" ? "Update" : "Put";
    return [&target, function, value](uint64_t i, std::function<void(absl::Status)> done) {
      target.contract.SubmitAsync(function, {Key(i), value},
                                  [done](absl::StatusOr<std::string> r) { done(r.status()); });
    };
  }

  nlohmann::json RunOne(const std::string& name, int in_flight, Target& target) {
    const absl::Duration duration = absl::Seconds(options_.quick ? 8 : 20);
    const Operation operation = MakeOperation(name, target);
    // Updates go over the keys again, each once.
    const bool creates = name == "create" || name == "one-orderer" || name == "cluster";
    const uint64_t first = creates ? target.created : 0;
    const auto before = CpuSeconds(target.network.dir());
    LoadResult result = RunLoad(operation, in_flight, duration, first);
    const auto after = CpuSeconds(target.network.dir());
    if (creates) target.created += result.succeeded + result.failed;
    return Report(name, in_flight, result, before, after);
  }

  nlohmann::json Report(const std::string& name, int in_flight, const LoadResult& result,
                        const std::map<std::string, double>& before,
                        const std::map<std::string, double>& after) {
    const double count = std::max<double>(1, static_cast<double>(result.succeeded));
    nlohmann::json cpu;
    double total = 0;
    for (const auto& [node, seconds] : after) {
      const auto it = before.find(node);
      const double per_tx = (seconds - (it == before.end() ? 0 : it->second)) * 1000 / count;
      cpu[node] = Rounded(per_tx);
      total += per_tx;
    }
    cpu["total"] = Rounded(total);
    const double of_limit = result.PerSecond() / crypto_.limit_tps;
    std::cout << absl::StreamFormat("%-14s%9d%10.0f%10.0f%%%9.1f%9.1f%9.1f%11.2f%8d\n", name,
                                    in_flight, result.PerSecond(), of_limit * 100,
                                    result.LatencyMs(0.5), result.LatencyMs(0.95),
                                    result.LatencyMs(0.99), total, result.failed)
              << std::flush;
    if (result.failed > 0) {
      failed_ = true;
      std::cout << "  first failure: " << result.first_error << "\n";
    }
    workloads_.push_back({{"name", name},
                          {"inFlight", in_flight},
                          {"tps", Rounded(result.PerSecond())},
                          {"p50Ms", Rounded(result.LatencyMs(0.5))},
                          {"p95Ms", Rounded(result.LatencyMs(0.95))},
                          {"p99Ms", Rounded(result.LatencyMs(0.99))},
                          {"cpuMsPerTx", cpu},
                          {"failed", result.failed},
                          {"ofLimit", Rounded(of_limit)}});
    return workloads_.back();
  }

  absl::Status WriteJson() {
    nlohmann::json resident;
    for (const auto& [node, mb] : ResidentMb(target_.network.dir())) resident[node] = Rounded(mb);
    const nlohmann::json report = {
        {"crypto",
         {{"signPerSecond", Rounded(crypto_.sign_per_second)},
          {"verifyPerSecond", Rounded(crypto_.verify_per_second)},
          {"verifyOftenPerSecond", Rounded(crypto_.verify_often_per_second)},
          {"limitTps", Rounded(crypto_.limit_tps)}}},
        {"workloads", workloads_},
        {"orderers", comparisons_},
        {"residentMb", resident}};
    return WriteFileAtomically(options_.json, report.dump(2) + "\n");
  }

  Target& target_;
  Target* const cluster_;
  const Options& options_;
  std::unique_ptr<ScanWorkload> scans_;
  CryptoRate crypto_;
  bool failed_ = false;
  nlohmann::json workloads_ = nlohmann::json::array();
  nlohmann::json comparisons_ = nlohmann::json::array();
};

absl::StatusOr<bool> Main(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(auto network, TestNetwork::Attach(options.dir));
  SUYUAN_ASSIGN_OR_RETURN(auto gateway, network->Connect("producer"));
  Target target(*network, *gateway);
  std::unique_ptr<TestNetwork> cluster_network;
  std::unique_ptr<sdk::Gateway> cluster_gateway;
  std::optional<Target> cluster;
  if (!options.cluster_dir.empty()) {
    SUYUAN_ASSIGN_OR_RETURN(cluster_network, TestNetwork::Attach(options.cluster_dir));
    SUYUAN_ASSIGN_OR_RETURN(cluster_gateway, cluster_network->Connect("producer"));
    cluster.emplace(*cluster_network, *cluster_gateway);
  }
  Bench bench(target, cluster ? &*cluster : nullptr, options);
  SUYUAN_RETURN_IF_ERROR(bench.Run());
  return !bench.failed();
}

}  // namespace
}  // namespace suyuan::bench

int main(int argc, char** argv) {
  suyuan::bench::Options options;
  CLI::App app("suyuan-bench: throughput, latency and CPU per transaction of a running network");
  app.add_option("--dir", options.dir, "the network's folder (scripts/network.sh up --dir)")
      ->required();
  app.add_option("--cluster-dir", options.cluster_dir,
                 "a network with several orderers, to be measured against the first");
  app.add_option("--json", options.json, "write the figures to this file");
  app.add_flag("--quick", options.quick, "short runs, under 5 minutes together");
  CLI11_PARSE(app, argc, argv);
  const auto clean = suyuan::bench::Main(options);
  if (!clean.ok()) {
    std::cerr << "bench: " << clean.status().message() << "\n";
    return 1;
  }
  return *clean ? 0 : 1;
}
