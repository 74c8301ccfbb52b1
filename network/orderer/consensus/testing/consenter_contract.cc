#include "network/orderer/consensus/testing/consenter_contract.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"

namespace suyuan {
namespace {

// The receiving side: what an orderer keeps durably as blocks.
class Receiver {
 public:
  Consenter::Deliver AsDeliver() {
    return [this](uint64_t number, Batch batch) {
      absl::MutexLock lock(&mutex_);
      if (!failure_.ok()) return failure_;
      if (number != batches_.size()) in_order_ = false;
      batches_.push_back(std::move(batch));
      return absl::OkStatus();
    };
  }
  void FailWith(absl::Status status) {
    absl::MutexLock lock(&mutex_);
    failure_ = std::move(status);
  }
  std::vector<Batch> batches() const {
    absl::MutexLock lock(&mutex_);
    return batches_;
  }
  bool in_order() const {
    absl::MutexLock lock(&mutex_);
    return in_order_;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Status failure_;
  std::vector<Batch> batches_;
  bool in_order_ = true;
};

absl::Status ProposeAndWait(Consenter& consenter, uint64_t number, Batch batch) {
  absl::Status result;
  absl::Notification ended;
  consenter.Propose(number, std::move(batch), [&](const absl::Status& status) {
    result = status;
    ended.Notify();
  });
  ended.WaitForNotification();
  return result;
}

// Some kinds take a moment to agree on who leads.
void StartAndLead(Consenter& consenter, uint64_t next) {
  REQUIRE(consenter.Start(next).ok());
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!consenter.leadership().leading && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(2));
  }
  REQUIRE(consenter.leadership().leading);
  REQUIRE(consenter.Availability().ok());
}

void AnswersAfterDelivery(ConsenterPlace& place) {
  Receiver receiver;
  auto consenter = place.Open(receiver.AsDeliver());
  CHECK_FALSE(consenter->Availability().ok());
  CHECK(absl::IsUnavailable(ProposeAndWait(*consenter, 0, {{"too early"}, false, ""})));
  StartAndLead(*consenter, 0);
  CHECK(consenter->Health().ok());
  for (int i = 0; i < 3; ++i) {
    REQUIRE(ProposeAndWait(*consenter, static_cast<uint64_t>(i),
                           {{absl::StrCat("message ", i)}, i == 1, absl::StrCat("hash ", i)})
                .ok());
    REQUIRE(receiver.batches().size() == static_cast<size_t>(i) + 1);
  }
  CHECK(receiver.in_order());
  CHECK(receiver.batches()[1].envelopes == std::vector<std::string>{"message 1"});
  CHECK(receiver.batches()[1].is_config);
  CHECK(receiver.batches()[2].previous_hash == "hash 2");
}

void RefusesAnotherNumberThanTheNext(ConsenterPlace& place) {
  Receiver receiver;
  auto consenter = place.Open(receiver.AsDeliver());
  StartAndLead(*consenter, 0);
  REQUIRE(ProposeAndWait(*consenter, 0, {{"first"}, false, ""}).ok());
  CHECK(absl::IsAborted(ProposeAndWait(*consenter, 0, {{"again"}, false, ""})));
  CHECK(absl::IsAborted(ProposeAndWait(*consenter, 2, {{"skipping"}, false, ""})));
  REQUIRE(ProposeAndWait(*consenter, 1, {{"second"}, false, ""}).ok());
  CHECK(receiver.batches().size() == 2);
}

void TakesABatchOfManyMegabytes(ConsenterPlace& place) {
  Receiver receiver;
  auto consenter = place.Open(receiver.AsDeliver());
  StartAndLead(*consenter, 0);
  const std::string large(5 << 20, 'x');
  REQUIRE(ProposeAndWait(*consenter, 0, {{large, "small"}, false, ""}).ok());
  REQUIRE(receiver.batches().size() == 1);
  CHECK(receiver.batches()[0].envelopes == std::vector<std::string>{large, "small"});
}

void TakesNothingOnceStopped(ConsenterPlace& place) {
  Receiver receiver;
  auto consenter = place.Open(receiver.AsDeliver());
  StartAndLead(*consenter, 0);
  consenter->Stop();
  CHECK(absl::IsUnavailable(ProposeAndWait(*consenter, 0, {{"late"}, false, ""})));
  CHECK_FALSE(consenter->leadership().leading);
  CHECK(consenter->Health().ok());
}

void OrdersManyProposers(ConsenterPlace& place) {
  Receiver receiver;
  auto consenter = place.Open(receiver.AsDeliver());
  StartAndLead(*consenter, 0);
  constexpr int kThreads = 4, kEach = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        // Whoever comes second proposes anew.
        while (absl::IsAborted(ProposeAndWait(*consenter, receiver.batches().size(),
                                              {{absl::StrCat(t, "/", i)}, false, ""}))) {
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(receiver.in_order());
  std::set<std::string> seen;
  for (const Batch& batch : receiver.batches())
    seen.insert(batch.envelopes.begin(), batch.envelopes.end());
  CHECK(receiver.batches().size() == kThreads * kEach);
  CHECK(seen.size() == kThreads * kEach);
}

// The receiver keeps its batches over the restart, as a block store does.
void GoesOnAfterRestart(ConsenterPlace& place) {
  Receiver receiver;
  for (int life = 0; life < 3; ++life) {
    auto consenter = place.Open(receiver.AsDeliver());
    StartAndLead(*consenter, receiver.batches().size());
    REQUIRE(ProposeAndWait(*consenter, receiver.batches().size(),
                           {{absl::StrCat("life ", life)}, false, ""})
                .ok());
  }
  CHECK(receiver.in_order());
  CHECK(receiver.batches().size() == 3);
}

void StopsWhenDeliveryFails(ConsenterPlace& place) {
  Receiver receiver;
  auto consenter = place.Open(receiver.AsDeliver());
  StartAndLead(*consenter, 0);
  receiver.FailWith(absl::ResourceExhaustedError("disk full"));
  CHECK_FALSE(ProposeAndWait(*consenter, 0, {{"lost"}, false, ""}).ok());
  receiver.FailWith(absl::OkStatus());
  CHECK_FALSE(consenter->Health().ok());
  CHECK_FALSE(ProposeAndWait(*consenter, 0, {{"refused"}, false, ""}).ok());
  CHECK(receiver.batches().empty());
}

}  // namespace

void TestConsenterContract(const std::function<std::unique_ptr<ConsenterPlace>()>& make) {
  AnswersAfterDelivery(*make());
  RefusesAnotherNumberThanTheNext(*make());
  TakesABatchOfManyMegabytes(*make());
  TakesNothingOnceStopped(*make());
  OrdersManyProposers(*make());
  GoesOnAfterRestart(*make());
  StopsWhenDeliveryFails(*make());
}

}  // namespace suyuan
