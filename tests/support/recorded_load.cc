#include "tests/support/recorded_load.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sdk/error.h"

namespace suyuan {
namespace {

constexpr absl::Duration kRetryPause = absl::Milliseconds(100);

// Nobody who could serve the step was met; of an endorsement also when the own peers were asked
// and not reached.
bool MayAskAgain(const absl::Status& status) {
  const auto error = sdk::GetGatewayError(status);
  return absl::IsUnavailable(status) ||
         (absl::IsAborted(status) && error && error->step == sdk::Step::kEndorse &&
          absl::StrContains(status.message(), "code = Unavailable"));
}

Outcome OutcomeOf(const absl::Status& submitted) {
  if (submitted.ok()) return Outcome::kSuccess;
  return absl::IsAborted(submitted) ? Outcome::kRefused : Outcome::kUnknown;
}

}  // namespace

RecordedLoad::RecordedLoad(const TestNetwork& network, std::string name,
                           RecordedLoadOptions options)
    : network_(network), name_(std::move(name)), options_(options) {
  for (int i = 0; i < options_.clients; ++i) threads_.emplace_back([this, i] { Run(i); });
}

void RecordedLoad::Stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void RecordedLoad::Run(int client) {
  auto gateway = network_.Connect("producer");
  if (!gateway.ok()) return;
  const auto contract = (*gateway)->GetNetwork(network_.channel()).GetContract("asset");
  for (int i = 0; !stopping_; ++i) {
    SubmitOne(client, contract, i);
    absl::SleepFor(options_.pause);
  }
}

template <typename Step>
auto RecordedLoad::Persist(const Step& step, int* retries) const -> decltype(step()) {
  const absl::Time until = absl::Now() + options_.retry_for;
  auto answer = step();
  while (MayAskAgain(answer.status()) && absl::Now() < until) {
    absl::SleepFor(kRetryPause);
    ++*retries;
    answer = step();
  }
  return answer;
}

void RecordedLoad::SubmitOne(int client, const sdk::Contract& contract, int number) {
  const auto deadline = [this] {
    return sdk::CallOptions{.deadline = absl::Now() + options_.submit_timeout};
  };
  sdk::ProposalOptions options;
  options.arguments = {absl::StrCat(name_, client, "_", number),
                       std::string(options_.value_bytes, 'v')};
  auto proposal = contract.NewProposal("Put", options);
  if (!proposal.ok()) return;
  Operation whole{.client = client, .tx_id = proposal->transaction_id(), .called = commits_.Now()};
  const auto transaction = Persist([&] { return proposal->Endorse(deadline()); }, &whole.retries);
  Operation submit = whole;
  submit.called = submits_.Now();
  const absl::StatusOr<sdk::Commit> commit =
      transaction.ok() ? Persist([&] { return transaction->Submit(deadline()); }, &submit.retries)
                       : absl::StatusOr<sdk::Commit>(transaction.status());
  submit.returned = submits_.Now();
  // What was not endorsed was never handed to an orderer.
  submit.outcome = transaction.ok() ? OutcomeOf(commit.status()) : Outcome::kRefused;
  submit.error = std::string(commit.status().message());
  submits_.Add(submit);
  if (!commit.ok()) return;
  whole.retries = submit.retries;
  const auto status = Persist([&] { return commit->Status(deadline()); }, &whole.retries);
  whole.returned = commits_.Now();
  whole.outcome = status.ok() && status->successful ? Outcome::kSuccess : Outcome::kUnknown;
  whole.error = status.ok() ? absl::StrCat("code ", status->code) : status.status().ToString();
  commits_.Add(whole);
}

}  // namespace suyuan
