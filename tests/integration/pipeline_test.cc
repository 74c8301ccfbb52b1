// Three organisations, real processes: concurrent clients, conflicts, bad endorsements;
// at the end every peer has the same blocks and the same state.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "protos/peer/transaction.pb.h"
#include "tests/integration/network_or_fail.h"
#include "tests/support/peer_ledger.h"
#include "tests/support/test_network.h"

namespace suyuan {
namespace {

// Peers at different heights read different versions of the fought-over key: the
// endorsements do not match, and nothing was ordered.
bool LostRace(const absl::Status& status) {
  return absl::IsAborted(status) &&
         std::string(status.message()).find("ProposalResponsePayloads do not match") !=
             std::string::npos;
}

TEST_CASE("Concurrent clients of three organisations leave one ledger", "[integration]") {
  auto network = UpOrFail("pipeline");
  constexpr int kPerClient = 60;
  std::atomic<int> committed{0}, conflicts{0}, disagreements{0}, others{0};

  // Every organisation creates its own assets and all fight over one.
  {
    auto gateway = ConnectOrFail(*network, "producer");
    auto contract = gateway->GetNetwork(network->channel()).GetContract("asset");
    auto created = contract.Submit("CreateAsset", {"shared", "red", "1", "nobody", "0"});
    INFO(created.status());
    REQUIRE(created.ok());
  }
  std::vector<std::thread> clients;
  for (const std::string& org : network->Organizations()) {
    clients.emplace_back([&, org] {
      auto gateway = network->Connect(org);
      if (!gateway.ok()) return;
      auto contract = (*gateway)->GetNetwork(network->channel()).GetContract("asset");
      absl::BlockingCounter done(2 * kPerClient);
      auto count = [&](const absl::Status& status) {
        const auto error = sdk::GetGatewayError(status);
        if (status.ok()) {
          ++committed;
        } else if (error && error->validation_code == ::protos::MVCC_READ_CONFLICT) {
          ++conflicts;
        } else if (LostRace(status)) {
          ++disagreements;
        } else {
          ++others;
          UNSCOPED_INFO(status);
        }
        done.DecrementCount();
      };
      for (int i = 0; i < kPerClient; ++i) {
        contract.SubmitAsync("CreateAsset", {absl::StrCat(org, i), "blue", "5", org, "300"},
                             [&](absl::StatusOr<std::string> r) { count(r.status()); });
        contract.SubmitAsync("TransferAsset", {"shared", absl::StrCat(org, i)},
                             [&](absl::StatusOr<std::string> r) { count(r.status()); });
      }
      done.Wait();
    });
  }
  for (std::thread& client : clients) client.join();
  const int total = 2 * kPerClient * static_cast<int>(clients.size());
  CHECK(others == 0);
  CHECK(committed + conflicts + disagreements == total);
  CHECK(committed >= kPerClient * 3 + 1);
  CHECK(conflicts + disagreements > 0);

  // Endorsed by one organisation only: recorded, invalid, without effect.
  auto gateway = ConnectOrFail(*network, "distributor");
  auto channel = gateway->GetNetwork(network->channel());
  auto contract = channel.GetContract("asset");
  sdk::ProposalOptions alone;
  alone.arguments = {"lonely", "red", "1", "x", "1"};
  alone.endorsing_organizations = {"DistributorMSP"};
  auto lonely = contract.Submit("CreateAsset", alone);
  REQUIRE(sdk::GetGatewayError(lonely.status()));
  CHECK(sdk::GetGatewayError(lonely.status())->validation_code ==
        ::protos::ENDORSEMENT_POLICY_FAILURE);
  auto exists = contract.Evaluate("AssetExists", {"lonely"});
  REQUIRE(exists.ok());
  CHECK(*exists == "false");

  gateway.reset();
  const auto ledgers = StopAndReadLedgers(*network);
  INFO(ledgers.status());
  REQUIRE(ledgers.ok());
  CHECK(ledgers->at(1) == ledgers->at(0));
  CHECK(ledgers->at(2) == ledgers->at(0));
}

TEST_CASE("Events are delivered in order and resume after a checkpoint", "[integration]") {
  auto network = UpOrFail("pipeline-events", {"--orgs", "2"});
  auto gateway = ConnectOrFail(*network, "producer");
  auto channel = gateway->GetNetwork(network->channel());
  auto contract = channel.GetContract("asset");
  sdk::MemoryCheckpointer checkpoint;
  for (int i = 0; i < 6; ++i) {
    REQUIRE(contract.Submit("CreateAsset", {absl::StrCat("e", i), "a", "1", "b", "2"}).ok());
  }
  std::vector<std::string> seen;
  auto read = [&](size_t until, sdk::EventOptions options) {
    auto events = channel.ChaincodeEvents("asset", options);
    REQUIRE(events.ok());
    while (seen.size() < until) {
      auto event = (*events)->Next(absl::Now() + absl::Seconds(60));
      INFO(event.status());
      REQUIRE(event.ok());
      seen.push_back(nlohmann::json::parse(event->payload).at("ID"));
      REQUIRE(checkpoint.CheckpointEvent(*event).ok());
    }
  };
  sdk::EventOptions from_start;
  from_start.start_block = 0;
  read(3, from_start);
  sdk::EventOptions resume;
  resume.checkpoint = &checkpoint;
  read(6, resume);
  CHECK(seen == std::vector<std::string>{"e0", "e1", "e2", "e3", "e4", "e5"});

  sdk::EventOptions oldest;
  oldest.start_block = 0;
  auto blocks = channel.FilteredBlockEvents(oldest);
  REQUIRE(blocks.ok());
  for (uint64_t n = 0; n < 3; ++n) {
    auto block = (*blocks)->Next(absl::Now() + absl::Seconds(60));
    INFO(block.status());
    REQUIRE(block.ok());
    CHECK(block->number == n);
  }
}

}  // namespace
}  // namespace suyuan
