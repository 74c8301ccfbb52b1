// What clients and peers see of an orderer that is frozen, killed and restarted.
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "network/common/file_util.h"
#include "network/protoutil/protoutil.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/administration.h"
#include "tests/support/start_peer.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

// Submits for ever with a deadline of a minute; remembers every call that failed.
class Clients {
 public:
  explicit Clients(const TestNetwork& network) : network_(network) {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this, i] { Run(i); });
  }
  ~Clients() { Stop(); }
  void Stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  bool AwaitCommits(int more) {
    absl::MutexLock lock(&mutex_);
    const int target = committed_ + more;
    auto reached = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return committed_ >= target; };
    return mutex_.AwaitWithTimeout(absl::Condition(&reached), absl::Seconds(60));
  }
  std::vector<std::string> Failures() {
    absl::MutexLock lock(&mutex_);
    return failures_;
  }
  absl::Duration Longest() {
    absl::MutexLock lock(&mutex_);
    return longest_;
  }

 private:
  void Run(int number) {
    auto gateway = network_.Connect("producer");
    if (!gateway.ok()) return Note(gateway.status(), absl::ZeroDuration());
    auto contract = (*gateway)->GetNetwork(network_.channel()).GetContract("asset");
    for (int i = 0; !stopping_; ++i) {
      const absl::Time begin = absl::Now();
      Note(Submit(contract, absl::StrCat("k", number, "_", i)), absl::Now() - begin);
    }
  }
  static absl::Status Submit(const sdk::Contract& contract, const std::string& key) {
    sdk::ProposalOptions proposal;
    proposal.arguments = {key, "blue", "5", "x", "300"};
    sdk::CallOptions call;
    call.deadline = absl::Now() + absl::Seconds(60);
    auto submitted = contract.SubmitNoWait("CreateAsset", proposal, call);
    if (!submitted.ok()) return submitted.status();
    auto status = submitted->commit.Status(call);
    if (!status.ok() || status->successful) return status.status();
    return absl::AbortedError(absl::StrCat("code ", status->code));
  }
  void Note(const absl::Status& status, absl::Duration took) {
    absl::MutexLock lock(&mutex_);
    longest_ = std::max(longest_, took);
    if (status.ok()) {
      ++committed_;
    } else {
      failures_.push_back(status.ToString());
    }
  }

  const TestNetwork& network_;
  std::atomic<bool> stopping_{false};
  absl::Mutex mutex_;
  int committed_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Duration longest_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> failures_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

TEST_CASE("No call of a client fails while the only orderer is frozen, killed and restarted",
          "[integration][failover]") {
  const auto network = UpOrFail("failover");
  Clients clients(*network);
  REQUIRE(clients.AwaitCommits(20));
  for (const absl::Duration frozen : {absl::Seconds(1), absl::Seconds(5)}) {
    REQUIRE(network->Run({"pause", "orderer0"}).ok());
    absl::SleepFor(frozen);
    REQUIRE(network->Run({"resume", "orderer0"}).ok());
    REQUIRE(clients.AwaitCommits(20));
  }
  REQUIRE(network->Kill("orderer0").ok());
  absl::SleepFor(absl::Seconds(2));
  REQUIRE(network->Start("orderer0").ok());
  REQUIRE(clients.AwaitCommits(20));
  REQUIRE(network->Stop("orderer0").ok());
  REQUIRE(network->Start("orderer0").ok());
  REQUIRE(clients.AwaitCommits(20));
  clients.Stop();
  WARN("longest call: " << clients.Longest());
  for (const std::string& failure : clients.Failures()) UNSCOPED_INFO(failure);
  CHECK(clients.Failures().empty());
}

// A second peer of the producer, without any channel's ledger, that knows the first.
StartedPeer StartSecondPeer(const Administration& admins, const std::string& neighbour) {
  const TestNetwork& network = admins.network();
  REQUIRE(WriteFileAtomically(
              network.dir() / "second.yaml",
              "organizations:\n"
              "  - {name: producer, mspId: ProducerMSP, nodes: [{name: peer1, role: peer}]}\n")
              .ok());
  REQUIRE(admins
              .Run({"crypto", "generate", "--config", admins.Path("second.yaml"), "--out",
                    admins.Path("organizations")})
              .ok());
  PeerOptions options{.org = "producer", .node = "peer1"};
  options.settings = absl::StrCat("channels: [", admins.Path(network.channel() + ".block"),
                                  "]\npeers: [\"", neighbour, "\"]\n");
  auto peer = StartPeer(admins, options);
  INFO(peer.status());
  REQUIRE(peer.ok());
  return *std::move(peer);
}

// The newest block of a peer of the producer; nothing when it cannot be told.
std::string NewestHeader(const Administration& admins, const std::string& endpoint) {
  const std::string file = admins.Path("newest.block");
  const auto result = admins.Try(Join(
      {{"channel", "fetch", "--peer", endpoint, "--tls-ca", admins.KeyPath("producer", "tlsca.pem"),
        "--channel", admins.network().channel(), "--block", "newest", "--out", file},
       admins.Admin("producer")}));
  if (result.exit_status != 0) return "";
  const auto bytes = ReadFile(file);
  const auto block = ParseProto<::common::Block>(*bytes, "block");
  return block.ok() ? block->header().SerializeAsString() : "";
}

TEST_CASE("A new peer catches up from its neighbour while the orderer is down",
          "[integration][failover]") {
  const auto network = UpOrFail("neighbour");
  const Administration admins(*network);
  {
    const auto gateway = ConnectOrFail(*network, "producer");
    auto contract = gateway->GetNetwork(network->channel()).GetContract("asset");
    for (int i = 0; i < 5; ++i) {
      REQUIRE(contract.Submit("CreateAsset", {absl::StrCat("a", i), "red", "1", "x", "1"}).ok());
    }
  }
  REQUIRE(network->Kill("orderer0").ok());
  const std::string first = network->Organization("producer").at("peers").at(0).at("endpoint");
  const StartedPeer peer = StartSecondPeer(admins, first);
  const std::string& second = peer.endpoint;
  const std::string wanted = NewestHeader(admins, first);
  REQUIRE_FALSE(wanted.empty());
  const bool caught_up =
      AwaitCondition(absl::Seconds(60), [&] { return NewestHeader(admins, second) == wanted; });
  INFO(peer.process->Output());
  CHECK(caught_up);

  // Back to the orderer when it is back.
  REQUIRE(network->Start("orderer0").ok());
  const auto gateway = ConnectOrFail(*network, "producer");
  auto contract = gateway->GetNetwork(network->channel()).GetContract("asset");
  REQUIRE(contract.Submit("CreateAsset", {"late", "red", "1", "x", "1"}).ok());
  CHECK(AwaitCondition(absl::Seconds(60), [&] {
    const std::string newest = NewestHeader(admins, first);
    return newest != wanted && NewestHeader(admins, second) == newest;
  }));
}

}  // namespace
}  // namespace suyuan
