// suyuan-bench: runs workloads on a network that scripts/network.sh started.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cmath>
#include <iostream>

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
  std::string json;
  bool quick = false;
};

nlohmann::json Rounded(double value) { return std::round(value * 1000) / 1000; }

class Bench {
 public:
  Bench(TestNetwork& network, const Options& options, sdk::Gateway& gateway)
      : network_(network),
        options_(options),
        gateway_(gateway),
        contract_(gateway.GetNetwork(network.channel()).GetContract("asset")) {}

  absl::Status Run() {
    SUYUAN_ASSIGN_OR_RETURN(crypto_, MeasureCrypto());
    std::cout << absl::StreamFormat(
        "cryptography: %.0f signatures/s, %.0f verifications/s a core; limit %.0f tx/s\n",
        crypto_.sign_per_second, crypto_.verify_per_second, crypto_.limit_tps);
    std::cout << "workload      in flight      tx/s   of limit   p50 ms   p95 ms   p99 ms  CPU "
                 "ms/tx  failed\n";
    const std::vector<int> levels =
        options_.quick ? std::vector<int>{16, 256} : std::vector<int>{1, 16, 256, 512};
    for (int in_flight : levels) RunOne("create", in_flight);
    RunOne("update", 256);
    RunOne("evaluate", 256);
    SUYUAN_ASSIGN_OR_RETURN(scans_, ScanWorkload::Prepare(network_, gateway_), "prepare scans");
    RunOne("scan", 256);
    RunOne("scan-one", 256);
    if (!options_.json.empty()) return WriteJson();
    return absl::OkStatus();
  }

  bool failed() const { return failed_; }

 private:
  static std::string Key(uint64_t index) { return absl::StrCat("key", index); }

  Operation MakeOperation(const std::string& workload) {
    if (workload == "scan" || workload == "scan-one") {
      return scans_->MakeOperation(workload == "scan-one");
    }
    const std::string value(200, 'v');
    if (workload == "evaluate") {
      return [this](uint64_t i, std::function<void(absl::Status)> done) {
        contract_.EvaluateAsync("Get", {Key(i % created_)},
                                [done](absl::StatusOr<std::string> r) { done(r.status()); });
      };
    }
    const std::string function = workload == "create" ? "Put" : "Update";
    return [this, function, value](uint64_t i, std::function<void(absl::Status)> done) {
      contract_.SubmitAsync(function, {Key(i), value},
                            [done](absl::StatusOr<std::string> r) { done(r.status()); });
    };
  }

  void RunOne(const std::string& name, int in_flight) {
    const absl::Duration duration = absl::Seconds(options_.quick ? 8 : 20);
    const Operation operation = MakeOperation(name);
    // Updates go over the keys again, each once.
    const uint64_t first = name == "create" ? created_ : 0;
    const auto before = CpuSeconds(network_.dir());
    LoadResult result = RunLoad(operation, in_flight, duration, first);
    const auto after = CpuSeconds(network_.dir());
    if (name == "create") created_ += result.succeeded + result.failed;
    Report(name, in_flight, result, before, after);
  }

  void Report(const std::string& name, int in_flight, const LoadResult& result,
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
  }

  absl::Status WriteJson() {
    nlohmann::json resident;
    for (const auto& [node, mb] : ResidentMb(network_.dir())) resident[node] = Rounded(mb);
    const nlohmann::json report = {{"crypto",
                                    {{"signPerSecond", Rounded(crypto_.sign_per_second)},
                                     {"verifyPerSecond", Rounded(crypto_.verify_per_second)},
                                     {"limitTps", Rounded(crypto_.limit_tps)}}},
                                   {"workloads", workloads_},
                                   {"residentMb", resident}};
    return WriteFileAtomically(options_.json, report.dump(2) + "\n");
  }

  TestNetwork& network_;
  const Options& options_;
  sdk::Gateway& gateway_;
  const sdk::Contract contract_;
  std::unique_ptr<ScanWorkload> scans_;
  CryptoRate crypto_;
  uint64_t created_ = 0;
  bool failed_ = false;
  nlohmann::json workloads_ = nlohmann::json::array();
};

absl::StatusOr<bool> Main(const Options& options) {
  SUYUAN_ASSIGN_OR_RETURN(auto network, TestNetwork::Attach(options.dir));
  SUYUAN_ASSIGN_OR_RETURN(auto gateway, network->Connect("producer"));
  Bench bench(*network, options, *gateway);
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
  app.add_option("--json", options.json, "write the figures to this file");
  app.add_flag("--quick", options.quick, "short runs, under 3 minutes together");
  CLI11_PARSE(app, argc, argv);
  const auto clean = suyuan::bench::Main(options);
  if (!clean.ok()) {
    std::cerr << "bench: " << clean.status().message() << "\n";
    return 1;
  }
  return *clean ? 0 : 1;
}
