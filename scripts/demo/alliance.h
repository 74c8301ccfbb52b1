// The organisations of a running network as clients of its trace chaincode.
#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sdk/gateway.h"
#include "tests/support/test_network.h"

namespace suyuan::demo {

// A call of a contract of chaincode "trace".
struct Call {
  std::string msp_id;    // who calls
  std::string contract;  // e.g. "Events"
  std::string function;
  std::vector<std::string> arguments;
};

// Thread-safe. Every error names the call.
class Alliance {
 public:
  // One client for each organisation, as its user1.
  static absl::StatusOr<Alliance> Connect(const TestNetwork& network);

  // The contract's result, once valid on every peer: what follows may be endorsed by any of them.
  absl::StatusOr<std::string> Submit(const Call& call) const;
  // All at once; their results, or the first error.
  absl::StatusOr<std::vector<std::string>> SubmitAll(const std::vector<Call>& calls) const;
  // Commit statuses come from one organisation's peers, and the others may be a block
  // behind. Returns when each organisation tells of the same height.
  //   kDeadlineExceeded  not within 20 seconds
  absl::Status AwaitEqualHeights() const;
  absl::StatusOr<nlohmann::json> Ask(const Call& call) const;
  //   kNotFound  no such organisation in this network
  absl::StatusOr<sdk::Contract> Contract(const std::string& msp_id,
                                         const std::string& contract) const;
  absl::StatusOr<sdk::Network> Channel(const std::string& msp_id) const;

 private:
  absl::StatusOr<uint64_t> AskHeight(const std::string& msp_id) const;

  std::string channel_;
  std::map<std::string, std::shared_ptr<sdk::Gateway>> members_;  // by MSP id
};

// Starts operations 0 to count-1, at most `in_flight` at a time; returns when all have
// called `done`, which may happen on any thread.
using Done = std::function<void()>;
void RunMany(size_t count, size_t in_flight,
             absl::FunctionRef<void(size_t index, Done done)> start);

}  // namespace suyuan::demo
