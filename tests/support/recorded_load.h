// Clients that submit transactions through the gateway, one after the other each, and record
// what they are told.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/history.h"
#include "tests/support/test_network.h"

namespace suyuan {

struct RecordedLoadOptions {
  int clients = 4;
  absl::Duration pause = absl::Milliseconds(10);      // of a client between two transactions
  absl::Duration submit_timeout = absl::Seconds(10);  // a client's patience for each step
  size_t value_bytes = 100;
  // A step that met nobody who could serve it (kUnavailable, see sdk/INTEGRATORS.md) is taken
  // again, with the same transaction, for so long.
  absl::Duration retry_for = absl::ZeroDuration();
};

// Runs from the constructor to Stop() or the destructor. Thread-safe.
class RecordedLoad {
 public:
  // `network` outlives it. `name` keeps the keys of several loads apart.
  RecordedLoad(const TestNetwork& network, std::string name, RecordedLoadOptions options = {});
  ~RecordedLoad() { Stop(); }

  // Waits for what is under way.
  void Stop();

  // Each transaction from the call that handed it to an orderer to the answer.
  const HistoryRecorder& submits() const { return submits_; }
  // Each transaction from its proposal to the news that it is committed. Same clock within
  // rounding: both begin together.
  const HistoryRecorder& commits() const { return commits_; }

 private:
  void Run(int client);
  void SubmitOne(int client, const sdk::Contract& contract, int number);
  // Takes `step` until its answer is another, or patience ends.
  template <typename Step>
  auto Persist(const Step& step, int* retries) const -> decltype(step());

  const TestNetwork& network_;
  const std::string name_;
  const RecordedLoadOptions options_;
  HistoryRecorder submits_, commits_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace suyuan
